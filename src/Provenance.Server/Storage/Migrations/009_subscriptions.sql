CREATE TABLE subscription(
  -- Webhooks of named queries. Each holds one delivery at a time, written here before it is sent: after a crash the same one is sent again under the same id.
  id TEXT PRIMARY KEY, -- UUID
  party INTEGER NOT NULL REFERENCES party(id),
  query TEXT NOT NULL, -- name of the party's named_query
  role TEXT NOT NULL CHECK (role IN ('admin', 'supplier', 'auditor')), -- with whose rights it reads
  dest TEXT NOT NULL,
  signature_token TEXT, -- the receiver's secret; readable, for it signs
  epc_format TEXT NOT NULL, -- as GS1-EPC-Format has it
  schedule TEXT, -- JSON as it was sent; NULL: streaming
  report_if_empty INTEGER NOT NULL,
  initial_record_time INTEGER, -- NULL: from when it was made
  created_at INTEGER NOT NULL,
  next_leaf INTEGER NOT NULL, -- everything before was delivered, or did not match
  due_at INTEGER, -- of a schedule: when it runs next
  window INTEGER, -- of a schedule that runs: the leaf at which this run ends
  window_sent INTEGER NOT NULL DEFAULT 0, -- 1: this run has delivered something
  most_events INTEGER NOT NULL, -- in one delivery; halved when the receiver answers 413
  delivery_id TEXT, -- UUID of the delivery that is being tried
  delivery_before INTEGER, -- the leaf at which it ends
  attempts INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  notified_at INTEGER, -- when the receiver last accepted one
  executed_at INTEGER -- when the query was last run to its end
) STRICT, WITHOUT ROWID;

CREATE INDEX subscription_query ON subscription(party, query);
