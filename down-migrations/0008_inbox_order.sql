-- Back to the schema of 0007.
DROP INDEX inbox_by_time;
