--[[
Records that an attempt of a tool call starts here, and loads the run. The run's hash has a field per open call:
`call:{call id}` = "attempt:worker", "0:" before the first.

KEYS[1]  the run      hash
KEYS[2]  its events   list

ARGV     call id · worker · the attempt after which this one is to begin (0 = none)

Returns  {'begun' or 'begun_before', attempt, worker, version, snapshot or nil, events behind it} · {'void'}
]]
-- include: arguments
-- include: ended
-- include: stored-run

local run_key, events_key = KEYS[1], KEYS[2]
local call_id, worker, after_attempt = argument(), argument(), tonumber(argument())

local version, snapshot, tail, entry, status = stored_run(run_key, events_key, 'call:' .. call_id, 'status')
if not entry or ENDED[status] then
  return { 'void' }
end
local begun, begun_by = string.match(entry, '^(%d+):(.*)$')
begun = tonumber(begun)

local outcome = 'begun_before'
if begun == after_attempt or (begun == after_attempt + 1 and begun_by == worker) then
  outcome, begun, begun_by = 'begun', after_attempt + 1, worker
  redis.call('HSET', run_key, 'call:' .. call_id, begun .. ':' .. worker)
end
return { outcome, begun, begun_by, version, snapshot, tail }
