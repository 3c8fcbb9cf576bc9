// The D1 migrations of a local run, noted in the same table and form as `wrangler d1 migrations apply` does, so that each
// sees what the other applied.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is needed of a database here; Miniflare's and a Worker's both have it. */
export interface MigratedDatabase {
  prepare(sql: string): {
    bind(...values: unknown[]): { run(): Promise<unknown> };
    run(): Promise<unknown>;
    all<Row>(): Promise<{ results: Row[] }>;
  };
}

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
		id         INTEGER PRIMARY KEY AUTOINCREMENT,
		name       TEXT UNIQUE,
		applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Applies what was not applied yet, in the order of the names, each file as one transaction; says which files. */
export async function applyMigrations(db: MigratedDatabase, directory: string): Promise<string[]> {
  await db.prepare(CREATE_TABLE).run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const names = readdirSync(directory)
    .filter((name) => name.endsWith(".sql") && !applied.has(name))
    .sort();
  for (const name of names) {
    const note = `INSERT INTO d1_migrations (name) VALUES ('${name.replaceAll("'", "''")}')`;
    // The local database runs several statements in one call, as one transaction; no need to take SQL apart.
    await db.prepare(`${readFileSync(join(directory, name), "utf8")}\n;${note}`).run();
  }
  return names;
}
