-- Back to the schema of 0001. Routes that name enrichers stay as they are; a version that knows none refuses them.
DROP TABLE enrichers;
