-- Lua cannot pass more arguments than this in one call.
local MOST_ARGUMENTS = 1000

-- Calls a command on a key with the elements of a list, however many they are; not at all when there are none.
local function call_in_parts(command, key, list)
  for first = 1, #list, MOST_ARGUMENTS do
    redis.call(command, key, unpack(list, first, math.min(first + MOST_ARGUMENTS - 1, #list)))
  end
end
