-- Fields of a run's hash are gathered and set together: a call from a script costs more than a field.
local function put(fields, name, value)
  fields[#fields + 1] = name
  fields[#fields + 1] = value
end

local function put_snapshot(fields, snapshot, snapshot_seq)
  if snapshot then
    put(fields, 'snapshot', snapshot)
    put(fields, 'snapshot_seq', snapshot_seq)
  end
end
