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
