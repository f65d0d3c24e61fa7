--[[
Takes the lease of a run under the next epoch and loads the run. Refused while another live worker holds it, and
while earlier runs of its conversation have not ended.

KEYS[1]  the run      hash
KEYS[2]  its events   list

ARGV     run id · owner

Returns  {'claimed', epoch, version, snapshot or nil, events behind it} · {'held', owner} ·
         {'waits', {run id, …}} · {'unknown'}
]]
-- include: arguments
-- include: liveness
-- include: stored-run
-- include: owner
-- include: turns

local run_key, events_key = KEYS[1], KEYS[2]
local run_id, owner = argument(), argument()

local version, snapshot, tail, holder, tenant, conversation, epoch =
  stored_run(run_key, events_key, 'owner', 'tenant', 'conversation', 'epoch')
if not version then
  return { 'unknown' }
end
if holder and holder ~= NOBODY and holder ~= owner then
  -- Refusing while the claimer may not take over is safe: the dead holder's own message is still pending.
  if is_alive(holder) or not may_take_over(owner) then
    return { 'held', holder }
  end
end
-- A run that was claimed before had its turn, and has it until it ends.
if tenant and not epoch then
  local behind = runs_before({ id = run_id, tenant = tenant, conversation = conversation })
  if #behind > 0 then
    return { 'waits', behind }
  end
end
epoch = tonumber(epoch or 0) + 1
redis.call('HSET', run_key, 'owner', owner, 'epoch', epoch)
return { 'claimed', epoch, version, snapshot, tail }
