--[[
Lists runs, newest first. Runs that have expired are passed over.

KEYS[1]  the index of all runs                  sorted set
KEYS[2]  open runs, of the tenant if one is given   sorted set

ARGV     tenant (list of one or none) · status or '' · conversation (list of one or none) · how many ·
         position to continue behind, or '' · run that the listed ones are older than, or '' · prefix of the runs' hashes

Returns  {position of the last or nil when there are no more, {summary, …}}
]]
-- include: arguments
-- include: indexes

local root, open = KEYS[1], KEYS[2]
local tenant, status, conversation = argument_list()[1], argument(), argument_list()[1]
local limit, position, before, run_prefix = tonumber(argument()), argument(), argument(), argument()

if before and not position then
  position = redis.call('ZSCORE', root, before)
  if not position then
    return { false, {} }
  end
end

-- Of the indexes that hold every run asked for, the shortest. What it holds besides is passed over.
local index = root
if conversation and tenant then
  index = index_of_tenants_conversation(root, { tenant = tenant, conversation = conversation })
elseif conversation then
  index = index_of_conversation(root, conversation)
elseif status then
  index = ENDED[status] and index_of_status(root, status, tenant) or open
elseif tenant then
  index = index_of_tenant(root, tenant)
end

local summaries = {}
local last_listed
local from = position and '(' .. position or '+inf'
while true do
  local page = redis.call('ZRANGE', index, from, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, limit + 1, 'WITHSCORES')
  for entry = 1, #page, 2 do
    local run = run_prefix .. page[entry]
    local stored = redis.call('HMGET', run, 'status', 'tenant')
    local matches = stored[1] and (not status or stored[1] == status) and (not tenant or stored[2] == tenant)
    if matches and #summaries == limit then
      return { last_listed, summaries }
    end
    if matches then
      summaries[#summaries + 1] = redis.call('HGET', run, 'summary')
      last_listed = page[entry + 1]
    end
    from = '(' .. page[entry + 1]
  end
  if #page == 0 then
    return { false, summaries }
  end
end
