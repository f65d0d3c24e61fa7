-- True while the message is pending with this consumer: what was taken over is not its to settle any more.
local function is_pending_with(stream, group, consumer, message_id)
  local pending = redis.pcall('XPENDING', stream, group, message_id, message_id, 1)
  -- An error says that the group is gone, and what was pending with it.
  return not pending.err and pending[1] ~= nil and pending[1][2] == consumer
end

local function remove_message(stream, group, message_id)
  redis.call('XACK', stream, group, message_id)
  redis.call('XDEL', stream, message_id)
end
