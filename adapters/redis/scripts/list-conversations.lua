--[[
Lists conversations, the one with the newest run first. Runs that have expired are passed over.

ARGV     tenant (list of one or none) · how many · position to continue behind, or ''

Returns  {position of the last or nil when there are no more, {{its first run, its latest, how many}, …}}, runs as
         {summary, progress or nil}
]]
-- include: arguments
-- include: indexes
-- include: listed-run

local tenant = argument_list()[1]
local limit, position = tonumber(argument()), argument()

-- Goes through a conversation's runs from one end until it meets one that has not expired.
local function first_listed(runs, command)
  for place = 0, redis.call('ZCARD', runs) - 1 do
    local run = listed_run(redis.call(command, runs, place, place)[1])
    if run then
      return run
    end
  end
end

local conversations = {}
local last_listed
local from = position and '(' .. position or '+inf'
while true do
  local page = redis.call('ZRANGE', conversations_of(tenant), from, '-inf', 'BYSCORE', 'REV',
    'LIMIT', 0, limit + 1, 'WITHSCORES')
  for entry = 1, #page, 2 do
    local runs = index_of_conversation(page[entry])
    local latest = first_listed(runs, 'ZREVRANGE')
    if latest and #conversations == limit then
      return { last_listed, conversations }
    end
    if latest then
      conversations[#conversations + 1] = { first_listed(runs, 'ZRANGE'), latest, redis.call('ZCARD', runs) }
      last_listed = page[entry + 1]
    end
    from = '(' .. page[entry + 1]
  end
  if #page == 0 then
    return { false, conversations }
  end
end
