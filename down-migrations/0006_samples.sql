-- Back to the schema of 0005: what charts over days are made of is lost.
DROP TABLE samples;
