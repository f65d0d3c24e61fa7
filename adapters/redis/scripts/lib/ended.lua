-- The statuses of runs that have ended.
local ENDED = { completed = true, failed = true, cancelled = true }
