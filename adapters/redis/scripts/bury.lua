--[[
Moves a message that is pending with this worker to the dead stream, with its fields and the reason.

KEYS[1]  the queue         stream
KEYS[2]  the dead stream   stream

ARGV     group · this worker · message id · reason · how many dead messages are kept, about

Returns  1 when it was moved, else 0
]]
-- include: arguments
-- include: custody

local queue, dead = KEYS[1], KEYS[2]
local group, worker, message_id, reason, kept = argument(), argument(), argument(), argument() or '', argument()

if not is_pending_with(queue, group, worker, message_id) then
  return 0
end
local message = redis.call('XRANGE', queue, message_id, message_id)[1]
local fields = message and message[2] or {}
redis.call('XADD', dead, 'MAXLEN', '~', kept, '*', 'reason', reason, 'message_id', message_id, 'worker', worker,
  unpack(fields))
remove_message(queue, group, message_id)
return 1
