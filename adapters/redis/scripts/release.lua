--[[
Gives back the lease of a run that is still at the given version.

KEYS[1]  the run   hash

ARGV     owner · epoch · version

Returns  0 when the run has moved on and the lease is still held, else 1 (also when the lease was lost)
]]
-- include: arguments

local owner, epoch, version = argument(), argument(), argument()

local stored = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'version')
if stored[1] ~= owner or stored[2] ~= epoch then
  return 1
end
if stored[3] ~= version then
  return 0
end
redis.call('HDEL', KEYS[1], 'owner')
return 1
