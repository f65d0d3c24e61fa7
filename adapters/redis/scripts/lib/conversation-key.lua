-- A conversation is told by its tenant and its id. Both may hold colons, so the tenant's length comes first.
local function conversation_key(tenant, conversation)
  return #tenant .. ':' .. tenant .. ':' .. conversation
end
