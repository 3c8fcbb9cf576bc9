-- Who made a revision and by which way; `file` ones are what `npm start -- --config` compares with.
ALTER TABLE revisions ADD COLUMN origin TEXT NOT NULL DEFAULT 'file' CHECK (origin IN ('file', 'edit', 'rollback'));
ALTER TABLE revisions ADD COLUMN author TEXT;

-- Tokens of the admin API besides ADMIN_TOKEN. Only their SHA-256 is here.
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('read', 'operate', 'configure')),
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  created_by TEXT NOT NULL,
  -- ISO 8601 UTC; null: until it is removed.
  expires_at TEXT
) WITHOUT ROWID;

-- Who changed what. The key is in the order that the list is read in.
CREATE TABLE audit (
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  -- A person's address, a token's name, or the name of whoever ran the command line.
  actor TEXT NOT NULL,
  -- token, session, access, command_line
  via TEXT NOT NULL,
  -- A dotted name that does not change: configuration.applied, delivery.replayed
  action TEXT NOT NULL,
  -- What it was done to: the name or id of a route, alert, delivery, revision ... Null: the relay as a whole.
  target TEXT,
  -- JSON object; never a secret, an address of a chat or the UUID of a route.
  detail TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (at, id)
) WITHOUT ROWID;

-- What the sweep did and found, a JSON value under each name: the last run, what it saw of each route and destination.
CREATE TABLE upkeep (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at TEXT NOT NULL) WITHOUT ROWID;

-- What is wrong with the relay itself: one row while it lasts, so that it is told once and its end as well.
CREATE TABLE conditions (
  -- The kind and what it is about: backlog_old:soc
  id TEXT PRIMARY KEY,
  since TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  -- The destination that told it; null while nobody could.
  told_by TEXT
) WITHOUT ROWID;
