-- Back to the schema of 0004: lists, inhibitions and silences are lost. Routes whose rules name them stay as they are; a version that
-- knows none refuses them.
DROP TABLE silences;
ALTER TABLE config_version DROP COLUMN silences;
DROP TABLE inhibitions;
DROP TABLE lists;
