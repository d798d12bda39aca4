ALTER TABLE capture_job RENAME TO capture_job_unordered;

CREATE TABLE capture_job(
  -- What became of a captured document. Written once, with its events.
  number INTEGER PRIMARY KEY, -- in the order in which they were made: pages of the list go by it
  id TEXT NOT NULL UNIQUE,
  party INTEGER NOT NULL REFERENCES party(id),
  body TEXT NOT NULL -- EPCISCaptureJob as it is answered
) STRICT;

INSERT INTO capture_job(id, party, body)
SELECT id, party, body FROM capture_job_unordered ORDER BY body ->> '$.createdAt', id;

DROP TABLE capture_job_unordered;

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
