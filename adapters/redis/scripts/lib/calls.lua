--[[
What every script is sent as: it runs for several calls, one after the other, since a script costs more than a call.

KEYS     the keys of all calls

ARGV     for each call: how many keys it has · how many arguments · its arguments

Returns  {reply, …}: what each call returned, or the error that it ended with
]]
local keys_of_all = KEYS

-- The keys of the call under way, and how many of all arguments are behind it.
local KEYS, taken

-- what the script includes

local function call()
  -- the script
end

local replies = {}
local keys_behind, position = 0, 0
while ARGV[position + 1] do
  KEYS, taken = {}, position + 2
  for place = 1, tonumber(ARGV[position + 1]) do
    KEYS[place] = keys_of_all[keys_behind + place]
  end
  keys_behind = keys_behind + #KEYS
  position = taken + tonumber(ARGV[position + 2])
  local returned, reply = pcall(call)
  if not returned and type(reply) ~= 'table' then
    reply = redis.error_reply(tostring(reply))
  end
  if reply == nil then
    -- A nil would end the list.
    reply = false
  end
  replies[#replies + 1] = reply
end
return replies
