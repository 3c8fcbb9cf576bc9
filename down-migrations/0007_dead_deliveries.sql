-- Back to the schema of 0006.
DROP INDEX deliveries_dead;
