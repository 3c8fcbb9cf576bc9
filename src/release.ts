// Which release this is. release.test.ts compares it with package.json and the folder of migrations.

/** The version, as in package.json. */
export const VERSION = "0.1.0";
/** The newest migration: the schema of D1 that this code reads and writes. */
export const SCHEMA = "0008_inbox_order.sql";
