--[[
Gives back the lease of a run that is still at the given version, and sets its timer again.

KEYS[1]  the run   hash

ARGV     run id · owner · epoch · version · due at, in ms, or none

Returns  0 when the run has moved on and the lease is still held, else 1 (also when the lease was lost)
]]
-- include: arguments
-- include: owner
-- include: timers

local run_id, owner, epoch, version, due_at = argument(), argument(), argument(), argument(), argument()

local stored = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'version', 'due')
if stored[1] ~= owner or stored[2] ~= epoch then
  return 1
end
if stored[3] ~= version then
  return 0
end
local fields = { 'owner', NOBODY }
set_timer(fields, run_id, stored[4], due_at)
redis.call('HSET', KEYS[1], unpack(fields))
return 1
