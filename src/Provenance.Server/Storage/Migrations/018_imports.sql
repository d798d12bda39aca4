CREATE TABLE import(
  -- A spreadsheet that a party records from: and what became of it.
  id INTEGER PRIMARY KEY,
  party INTEGER NOT NULL REFERENCES party(id),
  api_key INTEGER NOT NULL REFERENCES api_key(id), -- of whoever sent it; withdrawn, nothing more is recorded
  kind TEXT NOT NULL CHECK (kind IN ('batches', 'receipts', 'shipments')),
  file_name TEXT NOT NULL, -- as the sender calls it; never a path here
  file_hash BLOB NOT NULL CHECK (length(file_hash) = 32), -- SHA-256: with a row's number it names that row for ever
  columns TEXT NOT NULL, -- JSON: headers, which field each is, how numbers and dates are written
  state TEXT NOT NULL CHECK (state IN ('columns', 'checking', 'checked', 'recording', 'done')),
  rows INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 0, -- rows gone through in this state
  good INTEGER NOT NULL DEFAULT 0, -- of them right, or recorded
  stopped TEXT, -- why it does not go on; NULL while it does
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX import_of ON import(party, id);

CREATE TABLE import_file(
  -- The file as it came, until all of it is settled. Apart, as the counts beside it change often.
  import INTEGER PRIMARY KEY REFERENCES import(id),
  file BLOB NOT NULL
) STRICT;

CREATE TABLE import_row(
  -- A row that was not recorded, and why.
  import INTEGER NOT NULL REFERENCES import(id),
  row INTEGER NOT NULL, -- as the spreadsheet counts, from 1
  is_held INTEGER NOT NULL CHECK (is_held IN (0, 1)), -- 1: the ledger has it already
  cells TEXT NOT NULL, -- JSON array of texts
  faults TEXT NOT NULL, -- JSON array of column, field, value, word and detail
  PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_column(
  -- What a party last took a column of that name for.
  party INTEGER NOT NULL REFERENCES party(id),
  kind TEXT NOT NULL,
  header TEXT NOT NULL, -- letters and digits in lower case
  field TEXT NOT NULL, -- '' for none
  PRIMARY KEY (party, kind, header)
) STRICT, WITHOUT ROWID;
