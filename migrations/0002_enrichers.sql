-- Enrichers: who is asked about the indicators of alerts, where a route names them.
CREATE TABLE enrichers (
  name TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  -- JSON: the other keys of [enrichers.NAME], as in the TOML.
  settings TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TRIGGER enrichers_inserted AFTER INSERT ON enrichers BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER enrichers_updated AFTER UPDATE ON enrichers BEGIN UPDATE config_version SET version = version + 1; END;
CREATE TRIGGER enrichers_deleted AFTER DELETE ON enrichers BEGIN UPDATE config_version SET version = version + 1; END;
