--[[
Lists the workers that are alive.

KEYS[1]  workers maybe alive   set

ARGV     prefix of the workers' keys

Returns  {entry as JSON, …}
]]
-- include: arguments

local worker_prefix = argument()

local alive = {}
for _, worker_id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local entry = redis.call('GET', worker_prefix .. worker_id)
  if entry then
    alive[#alive + 1] = entry
  end
end
return alive
