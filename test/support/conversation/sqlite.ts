// The storage of a Durable Object and a D1 database, as far as the project uses them, over Node's own SQLite.
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

/** A database in memory that looks like an object's `ctx.storage`. */
export class MemoryStorage {
  readonly #db = new DatabaseSync(":memory:");

  /** What an object has as `ctx.storage.sql`. */
  get sql(): SqlStorage {
    const exec = (query: string, ...bindings: SQLInputValue[]) => {
      const rows = this.#db.prepare(query).all(...bindings);
      return { toArray: () => rows };
    };
    // The outbox reads its rows by `toArray` alone.
    return { exec } as unknown as SqlStorage;
  }

  /** Runs to its end or not at all. */
  transaction<Value>(run: () => Value): Value {
    this.#db.exec("BEGIN");
    try {
      const value = run();
      this.#db.exec("COMMIT");
      return value;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

/** A D1 database in memory: `prepare`, `bind`, `run` and `all`. */
export function memoryD1(...statements: string[]): D1Database {
  const db = new DatabaseSync(":memory:");
  for (const statement of statements) db.exec(statement);
  const bound = (query: string, values: SQLInputValue[]) => ({
    bind: (...others: SQLInputValue[]) => bound(query, others),
    run: async () => db.prepare(query).run(...values),
    all: async () => ({ results: db.prepare(query).all(...values) }),
  });
  return { prepare: (query: string) => bound(query, []) } as unknown as D1Database;
}
