--[[
Accepts a run: its first events, its wake-up, its concurrency slots, its timer and its idempotency key, or none
of it. Called again with the same first event it answers `created` again and changes nothing.

KEYS[1]  the run                      hash
KEYS[2]  its events                   list
KEYS[3]  the idempotency key          string

ARGV     run id · tenant · conversation · status · summary · snapshot or '' · its seq or '' · due at (ms) or '' ·
         limit of the tenant or '' · global limit or '' · idempotency entry or '' · its time to live in ms or '' ·
         multitask strategy · events (list) ·
         calls to request (list of call id, tool name, arguments, one after the other)

Returns  {'created'} · {'duplicate', idempotency entry} · {'exists'} · {'busy', run id} ·
         {'refused', 'tenant' or 'global'}
]]
-- include: arguments
-- include: time
-- include: in-parts
-- include: append-events
-- include: indexes
-- include: turns
-- include: request-tools
-- include: timers
-- include: count-minute
-- name: created
-- name: expiring
-- name: open
-- name: openPrefix
-- name: runQueue

-- More than one per run created, so that the indexes do not grow for ever.
local FORGOTTEN_PER_CREATE = 3

local function forget_expired_runs()
  local expired = redis.call('ZRANGE', expiring, '-inf', now_ms(), 'BYSCORE', 'LIMIT', 0, FORGOTTEN_PER_CREATE)
  for _, entry in ipairs(expired) do
    remove_from_indexes(cjson.decode(entry))
    redis.call('ZREM', expiring, entry)
  end
end

local function is_full(open_runs, limit)
  return limit and redis.call('ZCARD', open_runs) >= tonumber(limit)
end

local run_key, events_key, idempotency_key = KEYS[1], KEYS[2], KEYS[3]

local run_id = argument()
local run = { id = run_id, tenant = argument() or '', conversation = argument() or '', status = argument() }
local summary, snapshot, snapshot_seq = argument(), argument(), argument()
local due_at = argument()
local tenant_limit, global_limit = argument(), argument()
local idempotency_entry, idempotency_ttl = argument(), argument()
local multitask_strategy = argument()
local events, requests = argument_list(), argument_list()

local exists = redis.call('EXISTS', run_key) == 1
if exists and redis.call('LINDEX', events_key, 0) == events[1] then
  return { 'created' }
end
local earlier = idempotency_entry and redis.call('GET', idempotency_key)
if earlier then
  return { 'duplicate', earlier }
end
if exists then
  return { 'exists' }
end
local at_work = redis.call('ZRANGE', turns_of(run), 0, 0)[1]
if at_work and multitask_strategy == 'reject' then
  return { 'busy', at_work }
end
if is_full(open, global_limit) then
  return { 'refused', 'global' }
end
local open_of_tenant = open_prefix .. run.tenant
if is_full(open_of_tenant, tenant_limit) then
  return { 'refused', 'tenant' }
end

append_events(events_key, events)
local position = redis.call('INCR', created)
local fields = { 'version', #events, 'tenant', run.tenant, 'conversation', run.conversation,
  'position', position, 'status', run.status, 'summary', summary }
put_snapshot(fields, snapshot, snapshot_seq)
set_timer(fields, run_id, '', due_at)
request_tools(fields, run_id, requests)
call_in_parts('HSET', run_key, fields)
redis.call('ZADD', open, position, run_id)
redis.call('ZADD', open_of_tenant, position, run_id)
if idempotency_entry then
  redis.call('SET', idempotency_key, idempotency_entry, 'PX', idempotency_ttl)
end
-- A run that interrupts is woken before its turn, to cancel those before it.
if not at_work or multitask_strategy == 'interrupt' then
  redis.call('XADD', run_queue, '*', 'run_id', run_id)
end
take_turn(run, position)
count_minute('accepted')
add_to_indexes(run, position)
forget_expired_runs()
return { 'created' }
