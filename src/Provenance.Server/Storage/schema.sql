-- The full schema after all of Migrations/. Made by SchemaTests with UPDATE_SNAPSHOTS=1; change it by adding a migration.

CREATE TABLE migration(name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE ledger(
  -- What every signature names: keccak256(abi.encode(chainId, address)) of the first contract. One row, written once.
  id INTEGER PRIMARY KEY CHECK (id = 1),
  ledger_id BLOB NOT NULL CHECK (length(ledger_id) = 32),
  established_at INTEGER NOT NULL -- ms since 1970, as all times here
) STRICT;

CREATE TABLE secret(
  -- Keys of our own hashes: index_key (16 bytes, SipHash) and same_event (32 bytes, HMAC). Made once; the indexes depend on them.
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE party(
  id INTEGER PRIMARY KEY, -- only inside this database; 1 is the operator
  party_id BLOB NOT NULL UNIQUE CHECK (length(party_id) = 32), -- random, what is hashed
  slug TEXT NOT NULL UNIQUE, -- in item URIs, for ever
  name TEXT NOT NULL,
  country TEXT NOT NULL, -- ISO 3166-1 alpha-2
  domain TEXT,
  is_named INTEGER NOT NULL DEFAULT 0, -- 1: chose to be named as author on its public events
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_key(
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the key; the key itself is shown once and kept nowhere
  id INTEGER NOT NULL UNIQUE,
  party INTEGER NOT NULL REFERENCES party(id),
  role TEXT NOT NULL CHECK (role IN ('admin', 'supplier', 'auditor')),
  is_setting INTEGER NOT NULL DEFAULT 0, -- 1: came from Ledger__AdminKey
  created_at INTEGER NOT NULL,
  withdrawn_at INTEGER
, name TEXT, used_at INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE authority(
  -- GS1 keys that the admin gave to a party: another's use of them is refused.
  kind TEXT NOT NULL CHECK (kind IN ('gcp', 'gtin', 'gln')),
  key TEXT NOT NULL, -- digits; a GTIN as 14
  party INTEGER NOT NULL REFERENCES party(id),
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE product(
  id INTEGER PRIMARY KEY,
  party INTEGER NOT NULL REFERENCES party(id),
  gtin TEXT UNIQUE, -- 14 digits
  sku TEXT,
  name TEXT NOT NULL,
  net_content TEXT, -- decimal, in net_content_uom
  net_content_uom TEXT, -- UN/ECE Rec 20
  created_at INTEGER NOT NULL,
  CHECK ((gtin IS NULL) <> (sku IS NULL)),
  UNIQUE (party, sku)
) STRICT;

CREATE TABLE place(
  id INTEGER PRIMARY KEY,
  party INTEGER NOT NULL REFERENCES party(id),
  place_id TEXT NOT NULL, -- in URIs: /id/SLUG/at/PLACE
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  gln TEXT, -- 13 digits; counts as the party's own only if authority says so
  latitude REAL, longitude REAL, -- WGS 84 degrees
  time_zone TEXT, -- IANA
  created_at INTEGER NOT NULL,
  UNIQUE (party, place_id)
) STRICT;

CREATE TABLE entry(
  -- The log itself. Append-only: no row is ever changed.
  leaf INTEGER PRIMARY KEY, -- from 0 without gaps, given by the writer
  event_digest BLOB NOT NULL,
  meta BLOB NOT NULL -- SHA-256 of what the table meta opens
) STRICT;

CREATE TABLE submission(
  -- One signature of a party's own key over events recorded together. Append-only.
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL, -- SHA-256 of the record: what meta holds
  first_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  root BLOB NOT NULL,
  signature BLOB NOT NULL, -- r, s, v
  signer BLOB NOT NULL
) STRICT;

CREATE TABLE meta(
  leaf INTEGER PRIMARY KEY,
  party INTEGER NOT NULL REFERENCES party(id),
  seq INTEGER NOT NULL, -- the party's own count, from 1 without gaps
  recorded_at INTEGER NOT NULL,
  salt BLOB NOT NULL, -- 16 bytes
  submission INTEGER REFERENCES submission(id)
) STRICT;

CREATE TABLE event(
  -- What was committed to, byte for byte. Only erasing changes it.
  leaf INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, -- eventTime
  is_named INTEGER NOT NULL, -- 1: the eventID is the sender's own
  body BLOB NOT NULL -- compact JSON
) STRICT;

CREATE TABLE seed(
  leaf INTEGER PRIMARY KEY,
  seed BLOB NOT NULL -- 32 bytes: from it the event's disclosures are made again
) STRICT;

CREATE TABLE tile(
  -- 256 hashes of one tree level wide; levels 0, 8, 16, …; the last of each level is unfinished.
  id INTEGER PRIMARY KEY, -- (level / 8) << 48 | index
  hashes BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoint(
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL,
  signature BLOB NOT NULL, -- r, s, v
  signer BLOB NOT NULL,
  signed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE ix_eid(seg INTEGER NOT NULL, k INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (seg, k, leaf)) STRICT, WITHOUT ROWID;

CREATE TABLE ix_hash(seg INTEGER NOT NULL, k INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (seg, k, leaf)) STRICT, WITHOUT ROWID;

CREATE TABLE ix_party(seg INTEGER NOT NULL, k INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (seg, k, leaf)) STRICT, WITHOUT ROWID;

CREATE TABLE ix_time(seg INTEGER NOT NULL, k INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (seg, k, leaf)) STRICT, WITHOUT ROWID;

CREATE TABLE ix_item(seg INTEGER NOT NULL, k INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (seg, k, leaf)) STRICT, WITHOUT ROWID;

CREATE TABLE ix_term(seg INTEGER NOT NULL, k INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (seg, k, leaf)) STRICT, WITHOUT ROWID;

CREATE TABLE item(
  -- Names of items in canonical form, once in every segment that mentions them; k is the item's key everywhere.
  seg INTEGER NOT NULL,
  k INTEGER NOT NULL,
  name TEXT NOT NULL, -- ItemId.Key
  PRIMARY KEY (seg, k, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency(
  -- The first answer to a request that named itself with Idempotency-Key.
  party INTEGER NOT NULL REFERENCES party(id),
  key TEXT NOT NULL,
  request BLOB NOT NULL, -- SHA-256 of the body it came with
  leaf INTEGER NOT NULL, -- the first that it recorded
  answer BLOB NOT NULL,
  PRIMARY KEY (party, key)
) STRICT;

CREATE TABLE chain_write(
  -- Transactions to the contract, written one after the other in the order of id.
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('anchor', 'register')),
  payload BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sealed', 'prepared', 'broadcast', 'mined', 'final', 'aside')),
  block_number INTEGER,
  block_hash BLOB,
  error TEXT,
  sealed_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
, mined_hash BLOB, cost TEXT) STRICT;

CREATE INDEX chain_write_open ON chain_write(id) WHERE state NOT IN ('final', 'aside');

CREATE TABLE anchor(
  -- Checkpoints that the contract accepted in a final block.
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL,
  block_number INTEGER NOT NULL,
  block_hash BLOB NOT NULL,
  block_time INTEGER NOT NULL,
  evidence BLOB NOT NULL -- the anchor of a proof, as JSON
) STRICT;

CREATE TABLE contract(
  -- The ledger's contracts, first to last; the last is the one written to. Each succeeds the one before.
  id INTEGER PRIMARY KEY,
  chain_id INTEGER NOT NULL,
  address BLOB NOT NULL CHECK (length(address) = 20),
  start_size INTEGER NOT NULL, -- leaves under its first head; 0 in the first contract
  since INTEGER NOT NULL
) STRICT;

CREATE TABLE document(
  -- Files in the folder documents of the data directory, named by their content.
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  type TEXT NOT NULL, -- media type, told by the content
  size INTEGER NOT NULL, -- bytes
  kept_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE document_holder(
  -- Who sent a document. Only the events of a holder show it to others.
  party INTEGER NOT NULL REFERENCES party(id),
  sha256 BLOB NOT NULL REFERENCES document(sha256),
  kept_at INTEGER NOT NULL,
  PRIMARY KEY (sha256, party)
) STRICT, WITHOUT ROWID;

CREATE INDEX document_holder_party ON document_holder(party);

CREATE TABLE public_view(
  -- What a maker lets the public see of an item. NULL: as its product has it, else as usual.
  item TEXT PRIMARY KEY, -- ItemId.Key of a product, lot or serial
  party INTEGER NOT NULL REFERENCES party(id), -- counts only while this party is the maker
  shows_quantity INTEGER, -- 1: how much of it was made
  photo BLOB REFERENCES document(sha256),
  name TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX public_view_photo ON public_view(photo) WHERE photo IS NOT NULL;

CREATE TABLE capture_job(
  -- What became of a captured document. Written once, with its events.
  number INTEGER PRIMARY KEY, -- in the order in which they were made: pages of the list go by it
  id TEXT NOT NULL UNIQUE,
  party INTEGER NOT NULL REFERENCES party(id),
  body TEXT NOT NULL -- EPCISCaptureJob as it is answered
) STRICT;

CREATE INDEX capture_job_of ON capture_job(party, number);

CREATE TABLE received_file(
  -- EPCIS documents as they came. Erasing one of its events erases the file.
  id INTEGER PRIMARY KEY,
  source BLOB NOT NULL UNIQUE CHECK (length(source) = 32), -- HMAC-SHA256(key, file): prov:source of each event in it
  key BLOB NOT NULL CHECK (length(key) = 32), -- random, so that the HMAC lets nobody guess at the file
  party INTEGER NOT NULL REFERENCES party(id), -- who sent it
  received_at INTEGER NOT NULL,
  body BLOB NOT NULL -- Brotli
) STRICT;

CREATE TABLE master_data(
  -- What the header of a party's documents says of products, places and parties. It is not committed to: pages show it as "stated by". The newest counts.
  item TEXT NOT NULL, -- ItemId.Key
  vocabulary TEXT NOT NULL, -- the kind of thing it is said to be, a URI
  party INTEGER NOT NULL REFERENCES party(id),
  attributes TEXT NOT NULL, -- JSON object: names of attributes as sent, values as sent
  stated_at INTEGER NOT NULL,
  PRIMARY KEY (item, vocabulary, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE vocabulary(
  -- What events name beside items: places, and steps, dispositions and types that are not the standard's. For lists of what there is; made again from the events.
  scope TEXT NOT NULL, -- '' for all events; 'party:ROW' for those of one author; else ItemId.Key of a partner that the event names
  kind TEXT NOT NULL,
  key TEXT NOT NULL, -- canonical
  name TEXT NOT NULL, -- as the first event wrote it
  PRIMARY KEY (scope, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE named_query(
  party INTEGER NOT NULL REFERENCES party(id),
  name TEXT NOT NULL,
  query TEXT NOT NULL, -- the JSON object as it was sent
  created_at INTEGER NOT NULL,
  PRIMARY KEY (party, name)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE link(
  -- Links of parties for their own items, which the resolver hands out.
  id INTEGER PRIMARY KEY,
  party INTEGER NOT NULL REFERENCES party(id),
  item TEXT NOT NULL, -- path of the item's Digital Link: /01/09506000134352/10/HO-1
  type TEXT NOT NULL, -- URI
  href TEXT NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT,
  languages TEXT NOT NULL, -- de or de-AT, parted by blanks; empty for none
  contexts TEXT NOT NULL, -- parted by blanks; empty for everybody
  is_default INTEGER NOT NULL,
  keeps_query INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (item, type, href)
) STRICT;

CREATE TABLE report(
  -- What readers of the public pages reported. Nothing about them is kept but what they wrote.
  id INTEGER PRIMARY KEY,
  item TEXT NOT NULL, -- canonical URI
  maker INTEGER REFERENCES party(id), -- whose item it was when the report came in; NULL where nobody is known to make it
  kind TEXT NOT NULL, -- quality, foreign-body, illness, label, not-the-same or other
  text TEXT NOT NULL,
  contact TEXT, -- as the reader wants to be reached; NULL where they do not
  language TEXT NOT NULL, -- of the page it was written on
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX report_maker ON report(maker, id);

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
, account BLOB) STRICT, WITHOUT ROWID;

CREATE INDEX chain_transaction_write ON chain_transaction(chain_write, signed_at);

CREATE INDEX chain_transaction_nonce ON chain_transaction(chain_id, nonce);

CREATE TABLE portal_session(
  -- Who is signed in to the portal. The browser's cookie holds a random id, which is kept nowhere.
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of that id
  api_key INTEGER NOT NULL REFERENCES api_key(id), -- withdrawn, it takes its sessions along
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL -- to a few minutes
) STRICT, WITHOUT ROWID;

CREATE INDEX portal_session_of ON portal_session(api_key);

CREATE TABLE invitation(
  -- A link that lets one person in, once, with a key of their own. The link's token is kept nowhere.
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the token
  party INTEGER NOT NULL REFERENCES party(id),
  role TEXT NOT NULL CHECK (role IN ('supplier', 'auditor')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
, name TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE row_sum(
  -- Of each table that no entry commits to: the exclusive or of its rows' hashes, kept by triggers of the writer's connection. Shows turned bits (provenance check).
  name TEXT PRIMARY KEY, -- of the table; sqlite_schema for the schema itself
  sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE redaction(
  -- Events of which the operator took fields away. In seed they have, in place of the 32 bytes, their digests and the disclosures that are left (JSON). Append-only.
  leaf INTEGER NOT NULL,
  redacted_at INTEGER NOT NULL,
  fields INTEGER NOT NULL, -- how many were taken away
  PRIMARY KEY (leaf, redacted_at)
) STRICT, WITHOUT ROWID;
