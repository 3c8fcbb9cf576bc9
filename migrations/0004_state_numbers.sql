-- The number of a configuration's state is never used twice, also where the database was made anew or taken back in time: what was read
-- before that (an ETag, a plan, a copy that serves) is then another state. It is the time in milliseconds, or one more where that was taken.
CREATE TRIGGER config_version_moved AFTER UPDATE OF version ON config_version
WHEN NEW.version < CAST(unixepoch('subsec') * 1000 AS INTEGER)
BEGIN UPDATE config_version SET version = CAST(unixepoch('subsec') * 1000 AS INTEGER); END;
UPDATE config_version SET version = version + 1;
