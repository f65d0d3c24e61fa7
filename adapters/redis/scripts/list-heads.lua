--[[
Tells how far runs have come.

KEYS     the runs   hashes

Returns  {version or nil, …}, in the order of the keys
]]

local heads = {}
for place, run_key in ipairs(KEYS) do
  heads[place] = redis.call('HGET', run_key, 'version')
end
return heads
