-- What a run's hash says where its owner stands, once the lease was given back.
local NOBODY = ''
