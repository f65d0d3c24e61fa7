--[[
Lists runs, newest first. Runs that have expired are passed over.

ARGV     tenant (list of one or none) · status or '' · conversation (list of one or none) · how many ·
         position to continue behind, or '' · run that the listed ones are older than, or ''

Returns  {position of the last or nil when there are no more, {{summary, progress or nil}, …}}
]]
-- include: arguments
-- include: indexes
-- include: listed-run
-- name: open
-- name: openPrefix

local tenant, status, conversation = argument_list()[1], argument(), argument_list()[1]
local limit, position, before = tonumber(argument()), argument(), argument()

if before and not position then
  position = redis.call('ZSCORE', index, before)
  if not position then
    return { false, {} }
  end
end

-- Of the indexes that hold every run asked for, the shortest. What it holds besides is passed over.
local listed = index
if conversation and tenant then
  listed = index_of_tenants_conversation(conversation_key(tenant, conversation))
elseif conversation then
  listed = index_of_conversation(conversation)
elseif status then
  local still_open = tenant and open_prefix .. tenant or open
  listed = ENDED[status] and index_of_status(status, tenant) or still_open
elseif tenant then
  listed = index_of_tenant(tenant)
end

local runs = {}
local last_listed
local from = position and '(' .. position or '+inf'
while true do
  local page = redis.call('ZRANGE', listed, from, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, limit + 1, 'WITHSCORES')
  for entry = 1, #page, 2 do
    local run, run_status, run_tenant = listed_run(page[entry])
    local matches = run and (not status or run_status == status) and (not tenant or run_tenant == tenant)
    if matches and #runs == limit then
      return { last_listed, runs }
    end
    if matches then
      runs[#runs + 1] = run
      last_listed = page[entry + 1]
    end
    from = '(' .. page[entry + 1]
  end
  if #page == 0 then
    return { false, runs }
  end
end
