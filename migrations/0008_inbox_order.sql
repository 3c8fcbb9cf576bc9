-- The inbox is read newest first, like every list: without this each look at it reads and sorts the whole. One row more for a message that is
-- new; none for its later versions, unless its severity is another one.
CREATE INDEX inbox_by_time ON inbox (created_at, destination || '.' || alert, severity);
