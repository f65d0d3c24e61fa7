--[[
Appends events to a run, with everything that has to happen together with them, or refuses and changes nothing.
The same commit again (told by its first event) is accepted and has no further effect.

KEYS[1]  the run                 hash
KEYS[2]  its events              list
KEYS[3]  the run queue           stream
KEYS[4]  the tool queue          stream
KEYS[5]  timers                  sorted set
KEYS[6]  open runs               sorted set
KEYS[7]  the index of all runs   sorted set
KEYS[8]  expiring runs           sorted set
KEYS[9]  the stream of the message to acknowledge (any, when there is none)

ARGV     run id · channel · channel of ends · channel of stops · prefix of the tenants' sets of open runs ·
         prefix of the conversations' turns · prefix of the minutes' counts · expected version · lease owner or '' ·
         epoch or '' · status or '' · summary or '' · snapshot or '' · its seq or '' · due at (ms) or '' ·
         wake ('1' or '') · release ('1' or '') · group of the message to acknowledge or '' · its id or '' ·
         ms until the ended run expires, or '' · events (list) · calls that ended (list) ·
         calls to request (list of call id, tool name, arguments, one after the other)

Returns  {'committed'} · {'unknown'} · {'fenced'} · {'conflict', actual version}
]]
-- include: arguments
-- include: time
-- include: in-parts
-- include: append-events
-- include: indexes
-- include: custody
-- include: turns
-- include: request-tools
-- include: count-minute

local run_key, events_key, run_queue, tool_queue, timers = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local open, index, expiring, acknowledged_stream = KEYS[6], KEYS[7], KEYS[8], KEYS[9]

local run_id, channel, ends_channel, stops_channel = argument(), argument(), argument(), argument()
local open_prefix, turns_prefix, minutes_prefix = argument(), argument(), argument()
local expected_version, owner, epoch = tonumber(argument()), argument(), argument()
local status, summary, snapshot, snapshot_seq = argument(), argument(), argument(), argument()
local due_at, wake, release = argument(), argument(), argument()
local acknowledged_group, acknowledged_id = argument(), argument()
local expire_after_ms = argument()
local events, ended_calls, requests = argument_list(), argument_list(), argument_list()

local stored = redis.call('HMGET', run_key, 'version', 'owner', 'epoch', 'status', 'tenant', 'conversation',
  'position')
local version = tonumber(stored[1] or 0)
local run = { id = run_id, status = stored[4], tenant = stored[5], conversation = stored[6] }
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

append_events(events_key, channel, events)
local fields = { 'version', version + #events }
if summary then
  run.status = status
  put(fields, 'status', status)
  put(fields, 'summary', summary)
end
put_snapshot(fields, snapshot, snapshot_seq)
request_tools(fields, run_id, tool_queue, requests)
call_in_parts('HSET', run_key, fields)

local gone = release and { 'owner' } or {}
for _, call_id in ipairs(ended_calls) do
  gone[#gone + 1] = 'call:' .. call_id
end
call_in_parts('HDEL', run_key, gone)
if acknowledged_id then
  remove_message(acknowledged_stream, acknowledged_group, acknowledged_id)
end
if due_at and not expire_after_ms then
  redis.call('ZADD', timers, due_at, run_id)
else
  redis.call('ZREM', timers, run_id)
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
    add_to_ended(index, run, stored[7] or redis.call('ZSCORE', index, run_id))
    redis.call('ZADD', expiring, now_ms() + expire_after_ms, cjson.encode(run))
    count_minute(minutes_prefix, 'ended')
    local next_run = leave_turn(turns_prefix, run)
    if next_run then
      redis.call('XADD', run_queue, '*', 'run_id', next_run)
    end
  end
end
if wake then
  redis.call('XADD', run_queue, '*', 'run_id', run_id)
end
return { 'committed' }
