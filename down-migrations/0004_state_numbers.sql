-- Back to the schema of 0003. The number stays where it is and goes on from there, one by one.
DROP TRIGGER config_version_moved;
