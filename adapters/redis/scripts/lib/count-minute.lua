-- include: time
-- name: minutesPrefix

-- Counts in a hash per minute: field by what is counted.
local COUNTED_SECONDS = 3660

local function minute_key(minute)
  return minutes_prefix .. string.format('%.0f', minute)
end

local function this_minute()
  return math.floor(now_ms() / 60000)
end

local function count_minute(what)
  local key = minute_key(this_minute())
  if redis.call('HINCRBY', key, what, 1) == 1 then
    redis.call('EXPIRE', key, COUNTED_SECONDS)
  end
end
