-- include: conversation-key
-- name: turnsPrefix

-- Runs of one conversation take turns: a sorted set of those that have not ended, by the order of their creation.
-- run: { id, tenant, conversation }
local function turns_of(run)
  return turns_prefix .. conversation_key(run.tenant, run.conversation)
end

local function take_turn(run, position)
  redis.call('ZADD', turns_of(run), position, run.id)
end

-- The runs that come before this one, the one at work first; empty when it is this one's turn.
local function runs_before(run)
  local rank = redis.call('ZRANK', turns_of(run), run.id)
  if not rank or rank == 0 then
    return {}
  end
  return redis.call('ZRANGE', turns_of(run), 0, rank - 1)
end

-- Returns the run whose turn it is now, if that is another than before.
local function leave_turn(run)
  local turns = turns_of(run)
  local first, second = unpack(redis.call('ZRANGE', turns, 0, 1))
  redis.call('ZREM', turns, run.id)
  return first == run.id and second
end
