-- include: time

-- Counts in a hash per minute: field by what is counted.
local COUNTED_SECONDS = 3660

local function minute_key(prefix, minute)
  return prefix .. string.format('%.0f', minute)
end

local function this_minute()
  return math.floor(now_ms() / 60000)
end

local function count_minute(prefix, what)
  local key = minute_key(prefix, this_minute())
  if redis.call('HINCRBY', key, what, 1) == 1 then
    redis.call('EXPIRE', key, COUNTED_SECONDS)
  end
end
