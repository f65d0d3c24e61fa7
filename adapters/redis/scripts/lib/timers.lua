-- include: run-fields
-- name: timers

-- A run's timer is set once for a time: its hash says for which, in ms, '' when there is none.
local function set_timer(fields, run_id, due_at)
  put(fields, 'due', due_at or '')
  if due_at then
    redis.call('ZADD', timers, due_at, run_id)
  else
    redis.call('ZREM', timers, run_id)
  end
end
