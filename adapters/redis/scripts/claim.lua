--[[
Takes the lease of a run under the next epoch and loads the run. Refused while another live worker holds it.

KEYS[1]  the run      hash
KEYS[2]  its events   list

ARGV     owner · prefix of the workers' keys

Returns  {'claimed', epoch, version, snapshot or nil, events behind it} · {'held', owner} · {'unknown'}
]]
-- include: arguments
-- include: liveness
-- include: stored-run

local run_key, events_key = KEYS[1], KEYS[2]
local owner, worker_prefix = argument(), argument()

local version, snapshot, tail = stored_run(run_key, events_key)
if not version then
  return { 'unknown' }
end
local holder = redis.call('HGET', run_key, 'owner')
if holder and holder ~= owner then
  -- Refusing while the claimer may not take over is safe: the dead holder's own message is still pending.
  if is_alive(worker_prefix, holder) or not may_take_over(worker_prefix, owner) then
    return { 'held', holder }
  end
end
local epoch = redis.call('HINCRBY', run_key, 'epoch', 1)
redis.call('HSET', run_key, 'owner', owner)
return { 'claimed', epoch, version, snapshot, tail }
