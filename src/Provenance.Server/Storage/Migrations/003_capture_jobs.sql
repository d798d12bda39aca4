CREATE TABLE capture_job(
  -- What became of a captured document. Written once, when it is done.
  id TEXT PRIMARY KEY,
  party INTEGER NOT NULL REFERENCES party(id),
  body TEXT NOT NULL -- EPCISCaptureJob as it is answered
) STRICT, WITHOUT ROWID;
