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
