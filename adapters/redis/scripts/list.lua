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

-- The conversations of that id; seldom more than one, unless clients of many tenants count theirs from 1.
local function conversations_called(id)
  local found = {}
  for _, one in ipairs(tenant and { tenant } or redis.call('SMEMBERS', tenants)) do
    local list = index_of_conversation(conversation_key(one, id))
    if redis.call('EXISTS', list) == 1 then
      found[#found + 1] = list
    end
  end
  return found
end

-- Of the indexes that hold every run asked for, the shortest. What it holds besides is passed over.
local lists = { index }
if conversation then
  lists = conversations_called(conversation)
elseif status then
  local still_open = tenant and open_prefix .. tenant or open
  lists = { ENDED[status] and index_of_status(status, tenant) or still_open }
elseif tenant then
  lists = { index_of_tenant(tenant) }
end

local function is_newer(one, other)
  return tonumber(one.position) > tonumber(other.position)
end

-- At least the newest `count` of all lists behind a position, the newest first: { id, position }.
local function page_behind(from, count)
  local page = {}
  for _, list in ipairs(lists) do
    local entries = redis.call('ZRANGE', list, from, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, count, 'WITHSCORES')
    for entry = 1, #entries, 2 do
      page[#page + 1] = { id = entries[entry], position = entries[entry + 1] }
    end
  end
  if #lists > 1 then
    table.sort(page, is_newer)
  end
  return page
end

local runs = {}
local last_listed
local from = position and '(' .. position or '+inf'
while true do
  local page = page_behind(from, limit + 1)
  -- Behind those, an entry may be missing that another list has.
  for place = 1, math.min(#page, limit + 1) do
    local entry = page[place]
    local run, run_status = listed_run(entry.id)
    local matches = run and (not status or run_status == status)
    if matches and #runs == limit then
      return { last_listed, runs }
    end
    if matches then
      runs[#runs + 1] = run
      last_listed = entry.position
    end
    from = '(' .. entry.position
  end
  if #page == 0 then
    return { false, runs }
  end
end
