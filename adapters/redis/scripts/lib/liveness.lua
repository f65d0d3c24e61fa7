-- include: time
-- name: workerPrefix

-- A worker is alive as long as its key stands; the key's value is its entry (see renew.lua).
local function is_alive(worker_id)
  return redis.call('EXISTS', worker_prefix .. worker_id) == 1
end

-- Whether this worker may take over from dead ones: its own key must have stood for one time to live, renewed
-- in time all along. When Redis was out of reach for all, keys expire although their workers live; this gives
-- them the time to say so.
local function may_take_over(worker_id)
  local entry = redis.call('GET', worker_prefix .. worker_id)
  if not entry then
    return false
  end
  local worker = cjson.decode(entry)
  local ttl_ms = worker.ttl_seconds * 1000
  local left_ms = redis.call('PTTL', worker_prefix .. worker_id)
  return left_ms >= ttl_ms / 2 and now_ms() - worker.standing_since >= ttl_ms
end
