--[[
Lists the runs of its conversation that come before a run.

KEYS[1]  the run   hash

ARGV     run id

Returns  {run id, …}, the one at work first; empty when it is its turn
]]
-- include: arguments
-- include: turns

local run_id = argument()

local stored = redis.call('HMGET', KEYS[1], 'tenant', 'conversation')
if not stored[1] then
  return {}
end
return runs_before({ id = run_id, tenant = stored[1], conversation = stored[2] })
