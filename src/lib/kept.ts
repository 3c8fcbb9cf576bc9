// Small texts that an object keeps under a name.

/** A table of texts by name; a text that is there already costs no row. */
export class Kept {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    sql.exec("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
    this.#sql = sql;
  }

  get(key: string): string | undefined {
    return this.#sql.exec<{ value: string }>("SELECT value FROM kept WHERE key = ?", key).toArray()[0]?.value;
  }

  set(key: string, value: string): void {
    this.#sql.exec(
      "INSERT INTO kept (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2 WHERE value <> ?2",
      key,
      value,
    );
  }

  delete(key: string): void {
    this.#sql.exec("DELETE FROM kept WHERE key = ?", key);
  }
}
