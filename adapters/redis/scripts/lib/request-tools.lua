-- include: run-fields
-- name: toolQueue

-- Puts calls into the tool queue, and into the ledger (the run's fields) as not yet begun.
-- requests: call id, tool name, arguments, one after the other
local function request_tools(fields, run_id, requests)
  for first = 1, #requests, 3 do
    local call_id = requests[first]
    put(fields, 'call:' .. call_id, '0:')
    redis.call('XADD', tool_queue, '*', 'run_id', run_id, 'call_id', call_id,
      'tool_name', requests[first + 1], 'arguments', requests[first + 2])
  end
end
