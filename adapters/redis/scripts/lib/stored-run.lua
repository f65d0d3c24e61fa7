-- version, snapshot (or false), the events behind the snapshot, and the values of other fields; nil when there is no
-- such run.
local function stored_run(run, events, ...)
  local stored = redis.call('HMGET', run, 'version', 'snapshot', 'snapshot_seq', ...)
  if not stored[1] then
    return nil
  end
  return tonumber(stored[1]), stored[2], redis.call('LRANGE', events, stored[3] or 0, -1), unpack(stored, 4)
end
