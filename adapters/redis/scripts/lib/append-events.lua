-- Lua cannot pass more arguments than this in one call.
local MOST_ARGUMENTS = 1000

local function append_events(list, channel, events)
  for first = 1, #events, MOST_ARGUMENTS do
    local last = math.min(first + MOST_ARGUMENTS - 1, #events)
    redis.call('RPUSH', list, unpack(events, first, last))
  end
  for _, event in ipairs(events) do
    -- Nobody heard this one: nobody hears the rest, since who subscribes does so before or after this script.
    if redis.call('PUBLISH', channel, event) == 0 then
      break
    end
  end
end
