-- Configuration: routes, destinations and relay settings, with a revision for each `apply`.
CREATE TABLE revisions (
  revision INTEGER PRIMARY KEY,
  applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  -- SHA-256 of the file, so that a restart applies it only when it changed; the whole file, for later comparison.
  hash TEXT NOT NULL,
  source TEXT NOT NULL
);
CREATE TABLE relay (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE routes (
  name TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE COLLATE NOCASE,
  source TEXT NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1,
  -- JSON: the other keys of [routes.NAME], as in the TOML; and the array [[routes.NAME.rules]].
  settings TEXT NOT NULL DEFAULT '{}',
  rules TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE TABLE destinations (
  name TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  -- JSON: the other keys of [destinations.NAME], as in the TOML.
  settings TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;

-- A number that grows with every change of the above, by apply or by hand: what a Worker compares to know its copy is fresh.
CREATE TABLE config_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL);
INSERT INTO config_version VALUES (1, 1);
CREATE TRIGGER routes_inserted AFTER INSERT ON routes BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER routes_updated AFTER UPDATE ON routes BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER routes_deleted AFTER DELETE ON routes BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER destinations_inserted AFTER INSERT ON destinations BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER destinations_updated AFTER UPDATE ON destinations BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER destinations_deleted AFTER DELETE ON destinations BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER relay_inserted AFTER INSERT ON relay BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER relay_updated AFTER UPDATE ON relay BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER relay_deleted AFTER DELETE ON relay BEGIN UPDATE config_version SET version = version + 1; END;
-- What ledgers and outboxes exist, so that the sweep and the books still find those whose configuration was removed.
CREATE TABLE objects (name TEXT PRIMARY KEY) WITHOUT ROWID;

-- Projection: written in batches off the path of the 202, rebuildable from the objects. Keys are in the order that lists
-- are read in (newest first), so that a row costs one write and a page needs no index.
CREATE TABLE alerts (
  created_at TEXT NOT NULL,
  id TEXT NOT NULL,
  route TEXT NOT NULL,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  severity_id INTEGER NOT NULL,
  status TEXT NOT NULL,
  title TEXT NOT NULL,
  -- JSON: the alert as in the API.
  alert TEXT NOT NULL,
  -- Lower-case text that a search looks through.
  words TEXT NOT NULL,
  -- What dedup decided: copies seen besides the first, and when the last one came.
  copies INTEGER NOT NULL DEFAULT 0,
  copied_at TEXT,
  PRIMARY KEY (created_at, id)
) WITHOUT ROWID;
CREATE TABLE deliveries (
  created_at TEXT NOT NULL,
  id TEXT NOT NULL,
  destination TEXT NOT NULL,
  -- Null for a digest.
  alert TEXT,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  reason TEXT,
  updated_at TEXT NOT NULL,
  -- JSON: [{at, ms, outcome, status?, answer?}]
  log TEXT NOT NULL,
  PRIMARY KEY (created_at, id)
) WITHOUT ROWID;
-- The destination `inbox`: one living message per alert.
CREATE TABLE inbox (
  destination TEXT NOT NULL,
  alert TEXT NOT NULL,
  version INTEGER NOT NULL,
  severity TEXT NOT NULL,
  title TEXT NOT NULL,
  -- JSON: the message as rendered.
  message TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (destination, alert)
) WITHOUT ROWID;

-- Sign-in codes of the admin side: one use each.
CREATE TABLE signin_codes (hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, used_at INTEGER) WITHOUT ROWID;
