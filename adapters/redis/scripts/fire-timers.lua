--[[
Moves runs that are due into the run queue.

KEYS[1]  timers          sorted set
KEYS[2]  the run queue   stream

ARGV     now (ms) · how many at most

Returns  how many were moved
]]
-- include: arguments

local now, limit = argument(), argument()

local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
for _, run_id in ipairs(due) do
  redis.call('ZREM', KEYS[1], run_id)
  redis.call('XADD', KEYS[2], '*', 'run_id', run_id)
end
return #due
