--[[
Claims messages that are pending with dead workers, and removes dead consumers that hold nothing. Deciding who is
dead and claiming from them is one step: a worker that comes back in between cannot lose a message it holds, and
XGROUP DELCONSUMER, which drops what is pending, cannot drop any.

KEYS[1]  the queue   stream

ARGV     group · this worker · how many at most

Returns  {{message id, {field, value, …}, deliveries}, …}, deliveries counting this one
]]
-- include: arguments
-- include: liveness

local queue = KEYS[1]
local group, worker, limit = argument(), argument(), tonumber(argument())

if redis.call('EXISTS', queue) == 0 then
  return redis.error_reply('NOGROUP no such stream')
end

local function to_table(reply)
  local fields = {}
  for position = 1, #reply, 2 do
    fields[reply[position]] = reply[position + 1]
  end
  return fields
end

local claimed = {}
local function claim_from(consumer)
  local pending = redis.call('XPENDING', queue, group, '-', '+', limit - #claimed, consumer)
  for _, entry in ipairs(pending) do
    local message_id, deliveries = entry[1], entry[4]
    -- Empty when the message is no longer in the stream; it is then pending with nobody.
    for _, message in ipairs(redis.call('XCLAIM', queue, group, worker, 0, message_id)) do
      claimed[#claimed + 1] = { message[1], message[2], deliveries + 1 }
    end
  end
end

local allowed
for _, reply in ipairs(redis.call('XINFO', 'CONSUMERS', queue, group)) do
  local consumer = to_table(reply)
  if consumer.name ~= worker and not is_alive(consumer.name) then
    if consumer.pending == 0 then
      redis.call('XGROUP', 'DELCONSUMER', queue, group, consumer.name)
    elseif #claimed < limit then
      if allowed == nil then
        allowed = may_take_over(worker)
      end
      if allowed then
        claim_from(consumer.name)
      end
    end
  end
end
return claimed
