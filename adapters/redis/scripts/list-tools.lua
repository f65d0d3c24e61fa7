--[[
Lists what live workers announced, and forgets what dead ones did.

KEYS[1]  announcements   hash: worker id → announcement as JSON

ARGV     prefix of the workers' keys

Returns  {announcement as JSON, …}
]]
-- include: arguments
-- include: liveness

local worker_prefix = argument()

local announced = {}
for _, worker_id in ipairs(redis.call('HKEYS', KEYS[1])) do
  if is_alive(worker_prefix, worker_id) then
    announced[#announced + 1] = redis.call('HGET', KEYS[1], worker_id)
  else
    redis.call('HDEL', KEYS[1], worker_id)
  end
end
return announced
