--[[
Lists runs, newest first. Runs that have expired are passed over.

ARGV     tenant (list of one or none) · status or '' · conversation (list of one or none) · how many ·
         position to continue behind, or '' · run that the listed ones are older than, or ''

Returns  {position of the last or nil when there are no more, {{summary, progress or nil}, …}}
]]
-- include: arguments
-- include: listed-run
-- include: newest
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

-- Of the lists that hold every run asked for, the shortest. What they hold besides is passed over.
local lists
if conversation then
  lists = lists_of(tenant, function(one) return index_of_conversation(conversation_key(one, conversation)) end)
elseif status and ENDED[status] then
  lists = lists_of(tenant, function(one) return index_of_status(status, one) end)
elseif status then
  lists = { tenant and open_prefix .. tenant or open }
else
  lists = { tenant and index_of_tenant(tenant) or index }
end

local runs = {}
local last_listed
local from = position and '(' .. position or '+inf'
while true do
  local page = newest(lists, from, limit + 1)
  for _, entry in ipairs(page) do
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
