--[[
Puts messages that were delivered to this worker, but not looked at, back into the queue for others.

KEYS[1]  the queue   stream

ARGV     group · this worker · message ids (list)

Returns  how many were put back
]]
-- include: arguments
-- include: custody

local queue = KEYS[1]
local group, worker = argument(), argument()

local handed_back = 0
for _, message_id in ipairs(argument_list()) do
  local message = redis.call('XRANGE', queue, message_id, message_id)[1]
  if message and is_pending_with(queue, group, worker, message_id) then
    redis.call('XADD', queue, '*', unpack(message[2]))
    remove_message(queue, group, message_id)
    handed_back = handed_back + 1
  end
end
return handed_back
