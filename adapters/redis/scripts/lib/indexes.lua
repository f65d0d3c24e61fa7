-- include: conversation-key
-- include: ended

-- Where a run is listed. Each index is a sorted set of run ids by the order of their creation; `root` holds all.
-- Runs that have ended are listed by their status, too. The others change theirs all the time: they are in the sets of
-- open runs, and their status is in their hash. A status comes before a tenant, since a tenant may contain colons.
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

local function index_of_tenants_conversation(root, run)
  return root .. ':tenant-conversation:' .. conversation_key(run.tenant, run.conversation)
end

-- Conversations by the position of their latest run: of all tenants, or of one.
local function conversations_of(root, tenant)
  local name = root .. ':conversations'
  return tenant and name .. ':' .. tenant or name
end

-- run: { id, tenant, status, conversation }
local function add_to_indexes(root, run, position)
  redis.call('ZADD', root, position, run.id)
  redis.call('ZADD', index_of_tenant(root, run.tenant), position, run.id)
  redis.call('ZADD', index_of_conversation(root, run.conversation), position, run.id)
  redis.call('ZADD', index_of_tenants_conversation(root, run), position, run.id)
  local conversation = conversation_key(run.tenant, run.conversation)
  redis.call('ZADD', conversations_of(root), position, conversation)
  redis.call('ZADD', conversations_of(root, run.tenant), position, conversation)
end

local function add_to_ended(root, run, position)
  redis.call('ZADD', index_of_status(root, run.status), position, run.id)
  redis.call('ZADD', index_of_status(root, run.status, run.tenant), position, run.id)
end

local function remove_from_indexes(root, run)
  redis.call('ZREM', root, run.id)
  redis.call('ZREM', index_of_tenant(root, run.tenant), run.id)
  redis.call('ZREM', index_of_conversation(root, run.conversation), run.id)
  redis.call('ZREM', index_of_tenants_conversation(root, run), run.id)
  if redis.call('EXISTS', index_of_tenants_conversation(root, run)) == 0 then
    local conversation = conversation_key(run.tenant, run.conversation)
    redis.call('ZREM', conversations_of(root), conversation)
    redis.call('ZREM', conversations_of(root, run.tenant), conversation)
  end
  redis.call('ZREM', index_of_status(root, run.status), run.id)
  redis.call('ZREM', index_of_status(root, run.status, run.tenant), run.id)
end
