CREATE TABLE chain_transaction(
  -- Every transaction ever signed for a write. Kept for good: a receipt of any of them settles the write.
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  chain_write INTEGER NOT NULL REFERENCES chain_write(id),
  chain_id INTEGER NOT NULL,
  nonce INTEGER NOT NULL,
  raw BLOB NOT NULL, -- the signed bytes, stored before they are first sent
  gas_limit INTEGER NOT NULL,
  max_fee INTEGER NOT NULL, -- wei a unit of gas; a legacy transaction's price
  tip INTEGER, -- of that, wei to the block's maker; NULL in a legacy transaction
  signed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX chain_transaction_write ON chain_transaction(chain_write, signed_at);

CREATE INDEX chain_transaction_nonce ON chain_transaction(chain_id, nonce);

-- A write has had one transaction so far. What was under way is signed anew: the contract takes no checkpoint twice.
UPDATE chain_write SET state = 'sealed', block_number = NULL, block_hash = NULL WHERE state IN ('prepared', 'broadcast', 'mined');

ALTER TABLE chain_write DROP COLUMN nonce;

ALTER TABLE chain_write DROP COLUMN raw;

ALTER TABLE chain_write DROP COLUMN hash;

-- The one of its transactions that was mined; NULL before, or where it was not one of ours.
ALTER TABLE chain_write ADD COLUMN mined_hash BLOB;

-- Wei that this transaction cost, in decimal.
ALTER TABLE chain_write ADD COLUMN cost TEXT;
