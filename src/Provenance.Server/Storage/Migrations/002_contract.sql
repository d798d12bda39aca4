CREATE TABLE contract(
  -- The ledger's contracts, first to last; the last is the one written to. Each succeeds the one before.
  id INTEGER PRIMARY KEY,
  chain_id INTEGER NOT NULL,
  address BLOB NOT NULL CHECK (length(address) = 20),
  start_size INTEGER NOT NULL, -- leaves under its first head; 0 in the first contract
  since INTEGER NOT NULL
) STRICT;
