--[[
Takes the lease of a run under the next epoch and loads the run. Refused while another live worker holds it, and
while earlier runs of its conversation have not ended.

KEYS[1]  the run      hash
KEYS[2]  its events   list

ARGV     run id · owner · prefix of the workers' keys · prefix of the conversations' turns

Returns  {'claimed', epoch, version, snapshot or nil, events behind it} · {'held', owner} ·
         {'waits', {run id, …}} · {'unknown'}
]]
-- include: arguments
-- include: liveness
-- include: stored-run
-- include: conversation-key
-- include: turns

local run_key, events_key = KEYS[1], KEYS[2]
local run_id, owner, worker_prefix, turns_prefix = argument(), argument(), argument(), argument()

local version, snapshot, tail = stored_run(run_key, events_key)
if not version then
  return { 'unknown' }
end
local stored = redis.call('HMGET', run_key, 'owner', 'tenant', 'conversation', 'epoch')
local holder = stored[1]
if holder and holder ~= owner then
  -- Refusing while the claimer may not take over is safe: the dead holder's own message is still pending.
  if is_alive(worker_prefix, holder) or not may_take_over(worker_prefix, owner) then
    return { 'held', holder }
  end
end
local behind = stored[2] and runs_before(turns_prefix, { id = run_id, tenant = stored[2], conversation = stored[3] })
if behind and #behind > 0 then
  return { 'waits', behind }
end
local epoch = tonumber(stored[4] or 0) + 1
redis.call('HSET', run_key, 'owner', owner, 'epoch', epoch)
return { 'claimed', epoch, version, snapshot, tail }
