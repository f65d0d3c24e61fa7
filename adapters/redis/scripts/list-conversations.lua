--[[
Lists conversations, the one with the newest run first. Runs that have expired are passed over.

KEYS[1]  the index of all runs   sorted set

ARGV     tenant (list of one or none) · how many · position to continue behind, or '' · prefix of the runs' hashes

Returns  {position of the last or nil when there are no more, {{summary of its first run, of its latest, how many}, …}}
]]
-- include: arguments
-- include: indexes

local root = KEYS[1]
local tenant = argument_list()[1]
local limit, position, run_prefix = tonumber(argument()), argument(), argument()

-- Goes through a conversation's runs from one end until it meets one that has not expired.
local function first_summary(runs, command)
  for place = 0, redis.call('ZCARD', runs) - 1 do
    local summary = redis.call('HGET', run_prefix .. redis.call(command, runs, place, place)[1], 'summary')
    if summary then
      return summary
    end
  end
end

local conversations = {}
local last_listed
local from = position and '(' .. position or '+inf'
while true do
  local page = redis.call('ZRANGE', conversations_of(root, tenant), from, '-inf', 'BYSCORE', 'REV',
    'LIMIT', 0, limit + 1, 'WITHSCORES')
  for entry = 1, #page, 2 do
    local runs = root .. ':tenant-conversation:' .. page[entry]
    local latest = first_summary(runs, 'ZREVRANGE')
    if latest and #conversations == limit then
      return { last_listed, conversations }
    end
    if latest then
      conversations[#conversations + 1] = { first_summary(runs, 'ZRANGE'), latest, redis.call('ZCARD', runs) }
      last_listed = page[entry + 1]
    end
    from = '(' .. page[entry + 1]
  end
  if #page == 0 then
    return { false, conversations }
  end
end
