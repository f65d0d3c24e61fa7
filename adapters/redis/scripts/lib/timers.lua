-- include: run-fields
-- name: timers

-- A run's timer is set once for a time: its hash says for which, in ms, '' when there is none.
-- before: what the hash says now
local function set_timer(fields, run_id, before, due_at)
  if before == (due_at or '') then
    return
  end
  put(fields, 'due', due_at or '')
  if due_at then
    redis.call('ZADD', timers, due_at, run_id)
  else
    redis.call('ZREM', timers, run_id)
  end
end
