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
) STRICT, WITHOUT ROWID;
