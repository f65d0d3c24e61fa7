-- include: in-parts
-- name: channel

local function append_events(list, events)
  call_in_parts('RPUSH', list, events)
  for _, event in ipairs(events) do
    -- Nobody heard this one: nobody hears the rest, since who subscribes does so before or after this script.
    if redis.call('PUBLISH', channel, event) == 0 then
      break
    end
  end
end
