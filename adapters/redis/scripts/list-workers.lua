--[[
Lists the workers that are alive.

Returns  {entry as JSON, …}
]]
-- name: workerPrefix
-- name: workers

local alive = {}
for _, worker_id in ipairs(redis.call('SMEMBERS', workers)) do
  local entry = redis.call('GET', worker_prefix .. worker_id)
  if entry then
    alive[#alive + 1] = entry
  end
end
return alive
