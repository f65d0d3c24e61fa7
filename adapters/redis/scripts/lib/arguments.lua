-- Takes the arguments of the call under way one after the other. '' stands for "none" and is returned as nil.
local function argument()
  taken = taken + 1
  if ARGV[taken] ~= '' then
    return ARGV[taken]
  end
end

-- A list is passed as its length and its elements, which may be empty.
local function argument_list()
  local list = {}
  for position = 1, tonumber(argument()) do
    taken = taken + 1
    list[position] = ARGV[taken]
  end
  return list
end
