-- include: indexes

-- The newest of one list or of several, which are sorted sets by position: at most `count` entries { id, position } behind
-- a position ('(5' is behind 5, '+inf' the first of all), the newest first.
local function newest_of_one(list, from, count)
  local page = redis.call('ZRANGE', list, from, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, count, 'WITHSCORES')
  local entries = {}
  for entry = 1, #page, 2 do
    entries[#entries + 1] = { id = page[entry], position = page[entry + 1], list = list }
  end
  return entries
end

local function is_newer(one, other)
  return tonumber(one.position) > tonumber(other.position)
end

local function keep_newest(entries, count)
  table.sort(entries, is_newer)
  for place = count + 1, #entries do
    entries[place] = nil
  end
end

local function newest(lists, from, count)
  if #lists == 1 then
    return newest_of_one(lists[1], from, count)
  end
  -- No more lists than entries are wanted can have any of them: those that begin with the newest.
  local heads = {}
  for _, list in ipairs(lists) do
    heads[#heads + 1] = newest_of_one(list, from, 1)[1]
    if #heads == 2 * count then
      keep_newest(heads, count)
    end
  end
  keep_newest(heads, count)
  local entries = {}
  for _, head in ipairs(heads) do
    for _, entry in ipairs(newest_of_one(head.list, from, count)) do
      entries[#entries + 1] = entry
    end
  end
  keep_newest(entries, count)
  return entries
end

-- The names of one tenant's list, or of every tenant's. name_of: takes a tenant
local function lists_of(tenant, name_of)
  local names = {}
  for _, one in ipairs(tenant and { tenant } or redis.call('SMEMBERS', tenants)) do
    names[#names + 1] = name_of(one)
  end
  return names
end
