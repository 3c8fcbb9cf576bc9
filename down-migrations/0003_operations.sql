-- Back to the schema of 0002: what only 0003 knows is lost (tokens, the audit log, the authors of revisions).
DROP TABLE conditions;
DROP TABLE upkeep;
DROP TABLE audit;
DROP TABLE tokens;
ALTER TABLE revisions DROP COLUMN author;
ALTER TABLE revisions DROP COLUMN origin;
