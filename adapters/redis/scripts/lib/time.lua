-- Redis's own clock in ms: the one clock that all processes share. It stands still while a script runs.
local script_time
local function now_ms()
  if not script_time then
    local time = redis.call('TIME')
    script_time = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return script_time
end
