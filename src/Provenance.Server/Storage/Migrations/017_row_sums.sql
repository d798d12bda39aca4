CREATE TABLE row_sum(
  -- Of each table that no entry commits to: the exclusive or of its rows' hashes, kept by triggers of the writer's connection. Shows turned bits (provenance check).
  name TEXT PRIMARY KEY, -- of the table; sqlite_schema for the schema itself
  sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
