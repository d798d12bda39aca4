CREATE TABLE redaction(
  -- Events of which the operator took fields away. In seed they have, in place of the 32 bytes, their digests and the disclosures that are left (JSON). Append-only.
  leaf INTEGER NOT NULL,
  redacted_at INTEGER NOT NULL,
  fields INTEGER NOT NULL, -- how many were taken away
  PRIMARY KEY (leaf, redacted_at)
) STRICT, WITHOUT ROWID;
