-- include: conversation-key
-- include: ended
-- name: index
-- name: tenants

-- Where a run is listed: sorted sets of run ids by the order of their creation; `index` holds all. Runs that have ended are
-- listed by their status, too. The others change theirs all the time: they are in the sets of open runs, and their status
-- is in their hash. A status comes before a tenant, since a tenant may contain colons.
local function index_of_status(status, tenant)
  local name = index .. ':status:' .. status
  return tenant and name .. ':tenant:' .. tenant or name
end

local function index_of_tenant(tenant)
  return index .. ':tenant:' .. tenant
end

-- A conversation is one tenant's: what is asked of all who use its id is merged from theirs (list.lua).
-- conversation: a conversation_key
local function index_of_conversation(conversation)
  return index .. ':tenant-conversation:' .. conversation
end

-- Conversations by the position of their latest run: of all tenants, or of one.
local function conversations_of(tenant)
  local name = index .. ':conversations'
  return tenant and name .. ':' .. tenant or name
end

-- run: { id, tenant, status, conversation }
local function add_to_indexes(run, position)
  redis.call('SADD', tenants, run.tenant)
  redis.call('ZADD', index, position, run.id)
  redis.call('ZADD', index_of_tenant(run.tenant), position, run.id)
  local conversation = conversation_key(run.tenant, run.conversation)
  redis.call('ZADD', index_of_conversation(conversation), position, run.id)
  redis.call('ZADD', conversations_of(), position, conversation)
  redis.call('ZADD', conversations_of(run.tenant), position, conversation)
end

local function add_to_ended(run, position)
  redis.call('ZADD', index_of_status(run.status), position, run.id)
  redis.call('ZADD', index_of_status(run.status, run.tenant), position, run.id)
end

local function remove_from_indexes(run)
  redis.call('ZREM', index, run.id)
  redis.call('ZREM', index_of_tenant(run.tenant), run.id)
  if redis.call('EXISTS', index_of_tenant(run.tenant)) == 0 then
    redis.call('SREM', tenants, run.tenant)
  end
  local conversation = conversation_key(run.tenant, run.conversation)
  redis.call('ZREM', index_of_conversation(conversation), run.id)
  if redis.call('EXISTS', index_of_conversation(conversation)) == 0 then
    redis.call('ZREM', conversations_of(), conversation)
    redis.call('ZREM', conversations_of(run.tenant), conversation)
  end
  redis.call('ZREM', index_of_status(run.status), run.id)
  redis.call('ZREM', index_of_status(run.status, run.tenant), run.id)
end
