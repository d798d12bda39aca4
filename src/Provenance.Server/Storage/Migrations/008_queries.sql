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
