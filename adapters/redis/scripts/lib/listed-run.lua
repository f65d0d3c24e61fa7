-- name: runPrefix

-- What lists show of a run: {summary, progress or nil}, and its status; nil once it has expired.
local function listed_run(run_id)
  local summary, progress, status =
    unpack(redis.call('HMGET', run_prefix .. run_id, 'summary', 'progress', 'status'))
  if summary then
    return { summary, progress }, status
  end
end
