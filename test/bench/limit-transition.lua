--[[
One transition of the limit: appends events, tells everybody, wakes who comes next, and settles what led here.

KEYS[1]  the run's events             list
KEYS[2]  the queue of who comes next  stream ('' = nobody)
KEYS[3]  the queue this came from     stream ('' = none)

ARGV     channel · run id · group · message to settle · events, one after the other
]]
redis.call('RPUSH', KEYS[1], unpack(ARGV, 5))
for position = 5, #ARGV do
  redis.call('PUBLISH', ARGV[1], ARGV[position])
end
if KEYS[2] ~= '' then
  redis.call('XADD', KEYS[2], '*', 'run_id', ARGV[2])
end
if KEYS[3] ~= '' then
  redis.call('XACK', KEYS[3], ARGV[3], ARGV[4])
  redis.call('XDEL', KEYS[3], ARGV[4])
end
