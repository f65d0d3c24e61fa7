--[[
Loads a run as it is at one moment.

KEYS[1]  the run      hash
KEYS[2]  its events   list

Returns  {version, snapshot or nil, events behind it} · nil when there is no such run
]]
-- include: stored-run

local version, snapshot, tail = stored_run(KEYS[1], KEYS[2])
return version and { version, snapshot, tail }
