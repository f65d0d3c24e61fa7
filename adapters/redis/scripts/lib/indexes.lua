-- Where a run is listed. Each index is a sorted set of run ids by the order of their creation; `root` holds all.
-- A status comes before a tenant, since a tenant may contain colons.
local function index_of_status(root, status, tenant)
  local name = root .. ':status:' .. status
  return tenant and name .. ':tenant:' .. tenant or name
end

local function index_of_tenant(root, tenant)
  return root .. ':tenant:' .. tenant
end

local function index_of_conversation(root, conversation)
  return root .. ':conversation:' .. conversation
end

-- run: { id, tenant, status, conversation }
local function add_to_indexes(root, run, position)
  redis.call('ZADD', root, position, run.id)
  redis.call('ZADD', index_of_tenant(root, run.tenant), position, run.id)
  redis.call('ZADD', index_of_conversation(root, run.conversation), position, run.id)
  redis.call('ZADD', index_of_status(root, run.status), position, run.id)
  redis.call('ZADD', index_of_status(root, run.status, run.tenant), position, run.id)
end

local function move_between_statuses(root, run, status)
  local position = redis.call('ZSCORE', root, run.id)
  if not position then
    return
  end
  redis.call('ZREM', index_of_status(root, run.status), run.id)
  redis.call('ZREM', index_of_status(root, run.status, run.tenant), run.id)
  redis.call('ZADD', index_of_status(root, status), position, run.id)
  redis.call('ZADD', index_of_status(root, status, run.tenant), position, run.id)
end

local function remove_from_indexes(root, run)
  redis.call('ZREM', root, run.id)
  redis.call('ZREM', index_of_tenant(root, run.tenant), run.id)
  redis.call('ZREM', index_of_conversation(root, run.conversation), run.id)
  redis.call('ZREM', index_of_status(root, run.status), run.id)
  redis.call('ZREM', index_of_status(root, run.status, run.tenant), run.id)
end
