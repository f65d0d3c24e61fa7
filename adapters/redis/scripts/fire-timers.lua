--[[
Moves runs that are due into the run queue.

ARGV     now (ms) · how many at most

Returns  how many were moved
]]
-- include: arguments
-- name: runPrefix
-- name: runQueue
-- name: timers

local now, limit = argument(), argument()

local due = redis.call('ZRANGE', timers, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
for _, run_id in ipairs(due) do
  redis.call('ZREM', timers, run_id)
  -- A commit that waits for the same time has to set it again.
  redis.call('HDEL', run_prefix .. run_id, 'due')
  redis.call('XADD', run_queue, '*', 'run_id', run_id)
end
return #due
