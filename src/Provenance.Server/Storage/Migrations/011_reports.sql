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
