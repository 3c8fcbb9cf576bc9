-- What the sweep counted, for charts over days: a row for each sweep, one for each hour once that is two days ago. The key is in the order
-- that they are read in.
CREATE TABLE samples (
  -- ISO 8601 UTC: what was counted after `from_at`, up to and without `to_at`.
  to_at TEXT PRIMARY KEY,
  from_at TEXT NOT NULL,
  -- JSON: {"alerts":[info, low, medium, high, critical],"deliveries":[delivered, dead, and how many were shown within each bound of the histogram]}
  counts TEXT NOT NULL,
  -- JSON by route: [events received, alerts of each severity]; null where there were too many to tell apart.
  routes TEXT,
  -- JSON by destination, as `deliveries`; null where there were too many to tell apart.
  destinations TEXT
) WITHOUT ROWID;
