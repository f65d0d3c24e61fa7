-- include: conversation-key
-- include: ended
-- name: index
-- name: tenants

-- Where a run is listed: sorted sets of run ids by the order of their creation. `index` holds all, the others those of one
-- tenant; what is asked of all tenants is merged from theirs (newest.lua). Runs that have ended are listed by their status,
-- too. The others change theirs all the time: they are in the sets of open runs, and their status is in their hash. A
-- status comes before a tenant, since a tenant may contain colons.
local function index_of_tenant(tenant)
  return index .. ':tenant:' .. tenant
end

local function index_of_status(status, tenant)
  return index .. ':status:' .. status .. ':tenant:' .. tenant
end

-- conversation: a conversation_key
local function index_of_conversation(conversation)
  return index .. ':tenant-conversation:' .. conversation
end

-- A tenant's conversations by the position of their latest run.
local function conversations_of(tenant)
  return index .. ':conversations:' .. tenant
end

-- run: { id, tenant, status, conversation }
local function add_to_indexes(run, position)
  redis.call('SADD', tenants, run.tenant)
  redis.call('ZADD', index, position, run.id)
  redis.call('ZADD', index_of_tenant(run.tenant), position, run.id)
  local conversation = conversation_key(run.tenant, run.conversation)
  redis.call('ZADD', index_of_conversation(conversation), position, run.id)
  redis.call('ZADD', conversations_of(run.tenant), position, conversation)
end

local function add_to_ended(run, position)
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
    redis.call('ZREM', conversations_of(run.tenant), conversation)
  end
  redis.call('ZREM', index_of_status(run.status, run.tenant), run.id)
end
