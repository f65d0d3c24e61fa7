--[[
Lists what live workers announced, and forgets what dead ones did.

Returns  {announcement as JSON, …}
]]
-- include: liveness
-- name: tools

local announced = {}
for _, worker_id in ipairs(redis.call('HKEYS', tools)) do
  if is_alive(worker_id) then
    announced[#announced + 1] = redis.call('HGET', tools, worker_id)
  else
    redis.call('HDEL', tools, worker_id)
  end
end
return announced
