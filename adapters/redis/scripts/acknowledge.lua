--[[
Removes a message that is pending with this worker. One that was taken over by another is left to it.

KEYS[1]  the queue   stream

ARGV     group · this worker · message id

Returns  1 when it was removed, else 0
]]
-- include: arguments
-- include: custody

local group, worker, message_id = argument(), argument(), argument()

if not is_pending_with(KEYS[1], group, worker, message_id) then
  return 0
end
remove_message(KEYS[1], group, message_id)
return 1
