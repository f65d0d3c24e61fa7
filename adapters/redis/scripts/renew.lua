--[[
Renews the key that says a worker is alive, or sets it.

KEYS[1]  the worker             string with TTL, holding its entry with `standing_since` (ms)

ARGV     worker id · entry as JSON · time to live in ms

Returns  1 when the key stood, 0 when it had to be set
]]
-- include: arguments
-- include: liveness
-- name: workers

local key = KEYS[1]
local worker_id, entry, ttl_ms = argument(), argument(), tonumber(argument())

local function stand_from_now()
  local worker = cjson.decode(entry)
  worker.standing_since = now_ms()
  redis.call('SET', key, cjson.encode(worker), 'PX', ttl_ms)
end

local left_ms = redis.call('PTTL', key)
if left_ms >= ttl_ms / 2 then
  redis.call('PEXPIRE', key, ttl_ms)
  return 1
end
-- Late: this worker or Redis was away. It has to stand anew before it may take over from others.
stand_from_now()
if left_ms >= 0 then
  return 1
end
for _, other in ipairs(redis.call('SMEMBERS', workers)) do
  if not is_alive(other) then
    redis.call('SREM', workers, other)
  end
end
redis.call('SADD', workers, worker_id)
return 0
