-- Lists: texts by name, for conditions and holidays.
CREATE TABLE lists (
  name TEXT PRIMARY KEY,
  -- JSON: a list of texts.
  items TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
-- Inhibitions: alerts that hold others back.
CREATE TABLE inhibitions (
  name TEXT PRIMARY KEY,
  -- JSON: the other keys of [[inhibit]], as in the TOML.
  settings TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TRIGGER lists_inserted AFTER INSERT ON lists BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER lists_updated AFTER UPDATE ON lists BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER lists_deleted AFTER DELETE ON lists BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER inhibitions_inserted AFTER INSERT ON inhibitions BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER inhibitions_updated AFTER UPDATE ON inhibitions BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER inhibitions_deleted AFTER DELETE ON inhibitions BEGIN UPDATE config_version SET version = version + 1; END;

-- Silences: what people hide for a while. The key is in the order that the list is read in.
CREATE TABLE silences (
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))) UNIQUE,
  -- A condition.
  condition TEXT NOT NULL,
  -- ISO 8601 UTC with milliseconds, as all times here.
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  -- JSON: hours, within which alone it hides, again and again.
  recur TEXT,
  -- The highest severity that it hides.
  ceiling TEXT NOT NULL DEFAULT 'high' CHECK (ceiling IN ('info', 'low', 'medium', 'high', 'critical')),
  owner TEXT NOT NULL,
  comment TEXT NOT NULL,
  -- JSON: names of routes; null: every route.
  routes TEXT,
  created_by TEXT NOT NULL,
  -- Set where somebody ended it before its time.
  ended_at TEXT,
  PRIMARY KEY (created_at, id)
) WITHOUT ROWID;
-- A number of their own, which grows with every change of a silence: to silence something is no edit of the configuration, whose
-- version tells whether somebody else applied one.
ALTER TABLE config_version ADD COLUMN silences INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER silences_inserted AFTER INSERT ON silences BEGIN UPDATE config_version SET silences = silences + 1; END;
CREATE TRIGGER silences_updated AFTER UPDATE ON silences BEGIN UPDATE config_version SET silences = silences + 1; END;
CREATE TRIGGER silences_deleted AFTER DELETE ON silences BEGIN UPDATE config_version SET silences = silences + 1; END;
