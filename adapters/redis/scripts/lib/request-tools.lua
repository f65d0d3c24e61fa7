-- Puts calls into the tool queue, and into the ledger as not yet begun.
-- requests: call id, tool name, arguments, one after the other
local function request_tools(run_key, run_id, tool_queue, requests)
  for first = 1, #requests, 3 do
    local call_id = requests[first]
    redis.call('HSET', run_key, 'call:' .. call_id, '0:')
    redis.call('XADD', tool_queue, '*', 'run_id', run_id, 'call_id', call_id,
      'tool_name', requests[first + 1], 'arguments', requests[first + 2])
  end
end
