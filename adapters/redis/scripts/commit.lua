--[[
Appends events to a run, with everything that has to happen together with them, or refuses and changes nothing.
The same commit again (told by its first event) is accepted and has no further effect.

KEYS[1]  the run      hash
KEYS[2]  its events   list

ARGV     run id · expected version · lease owner or '' · epoch or '' · status or '' · progress or '' ·
         snapshot, '' (stays as it was) or 'null' (dropped) · its seq or '' · due at (ms) or '' ·
         wake ('1' or '') · release ('1' or '') · stream of the message to acknowledge or '' · its group or '' ·
         its id or '' · ms until the ended run expires, or '' · events (list) · calls that ended (list) ·
         calls to request (list of call id, tool name, arguments, one after the other)

Returns  {'committed'} · {'unknown'} · {'fenced'} · {'conflict', actual version}
]]
-- include: arguments
-- include: time
-- include: in-parts
-- include: append-events
-- include: indexes
-- include: custody
-- include: owner
-- include: turns
-- include: request-tools
-- include: timers
-- include: count-minute
-- name: endsChannel
-- name: stopsChannel
-- name: expiring
-- name: open
-- name: openPrefix
-- name: runQueue

local run_key, events_key = KEYS[1], KEYS[2]

local run_id = argument()
local expected_version, owner, epoch = tonumber(argument()), argument(), argument()
local status, progress, snapshot, snapshot_seq = argument(), argument(), argument(), argument()
local due_at, wake, release = argument(), argument(), argument()
local acknowledged_stream, acknowledged_group, acknowledged_id = argument(), argument(), argument()
local expire_after_ms = argument()
if expire_after_ms then
  due_at = nil
end
local events, ended_calls, requests = argument_list(), argument_list(), argument_list()

local stored = redis.call('HMGET', run_key, 'version', 'owner', 'epoch', 'due', 'status', 'tenant', 'conversation',
  'position')
local version, due = tonumber(stored[1] or 0), stored[4]
local run = { id = run_id, status = stored[5], tenant = stored[6], conversation = stored[7] }
-- A run begins with create.lua; event lists that are no runs begin with their first commit and are not listed.
local is_listed = run.tenant ~= false

if not stored[1] and expected_version > 0 then
  return { 'unknown' }
end
if version > expected_version and redis.call('LINDEX', events_key, expected_version - version) == events[1] then
  return { 'committed' }
end
if owner and (stored[2] ~= owner or stored[3] ~= epoch) then
  return { 'fenced' }
end
if version ~= expected_version then
  return { 'conflict', version }
end

append_events(events_key, events)
local fields = { 'version', version + #events }
if progress then
  run.status = status
  put(fields, 'status', status)
  put(fields, 'progress', progress)
end
if release then
  put(fields, 'owner', NOBODY)
end
local drops_snapshot = snapshot == 'null'
if not drops_snapshot then
  put_snapshot(fields, snapshot, snapshot_seq)
end
request_tools(fields, run_id, requests)
set_timer(fields, run_id, due, due_at)
call_in_parts('HSET', run_key, fields)

local gone = drops_snapshot and { 'snapshot', 'snapshot_seq' } or {}
for _, call_id in ipairs(ended_calls) do
  gone[#gone + 1] = 'call:' .. call_id
end
call_in_parts('HDEL', run_key, gone)
if acknowledged_id then
  remove_message(acknowledged_stream, acknowledged_group, acknowledged_id)
end

if expire_after_ms then
  redis.call('PUBLISH', ends_channel, events[#events])
  if run.status ~= 'completed' then
    redis.call('PUBLISH', stops_channel, events[#events])
  end
  redis.call('ZREM', open, run_id)
  redis.call('PEXPIRE', run_key, expire_after_ms)
  redis.call('PEXPIRE', events_key, expire_after_ms)
  if is_listed then
    redis.call('ZREM', open_prefix .. run.tenant, run_id)
    -- Runs that were created before positions were kept are told by the index.
    add_to_ended(run, stored[8] or redis.call('ZSCORE', index, run_id))
    redis.call('ZADD', expiring, now_ms() + expire_after_ms, cjson.encode(run))
    count_minute('ended')
    local next_run = leave_turn(run)
    if next_run then
      redis.call('XADD', run_queue, '*', 'run_id', next_run)
    end
  end
end
if wake then
  redis.call('XADD', run_queue, '*', 'run_id', run_id)
end
return { 'committed' }
