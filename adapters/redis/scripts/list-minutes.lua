--[[
Tells how many runs were accepted and ended in each of the last minutes.

ARGV     how many minutes

Returns  {{minute since the epoch, accepted or nil, ended or nil}, …}, oldest first
]]
-- include: arguments
-- include: count-minute

local minutes = tonumber(argument())

local counts = {}
for minute = this_minute() - minutes + 1, this_minute() do
  local counted = redis.call('HMGET', minute_key(minute), 'accepted', 'ended')
  counts[#counts + 1] = { minute, counted[1], counted[2] }
end
return counts
