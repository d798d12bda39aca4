CREATE TABLE erasure(
  -- Events that the operator erased: body, seed and index rows are gone, the entry stays. Append-only.
  leaf INTEGER PRIMARY KEY,
  erased_at INTEGER NOT NULL
) STRICT;

CREATE TABLE erased_item(
  -- Which items an erased event spoke of, so that their pages can say that something is missing: keyed hashes, as in ix_item. Append-only.
  k INTEGER NOT NULL,
  leaf INTEGER NOT NULL REFERENCES erasure(leaf),
  PRIMARY KEY (k, leaf)
) STRICT, WITHOUT ROWID;
