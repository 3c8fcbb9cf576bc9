// What the upkeep of the relay remembers from one sweep to the next: JSON values under names, in D1.
import type { Statement } from "./config-rows.ts";

/** The last run of the sweep, under the name `sweep`. */
export interface LastSweep {
  /** When it ended, ISO 8601 UTC. */
  at: string;
  /** How long it took. */
  ms: number;
  /** How many objects it called. */
  objects: number;
  /** Names of those that failed; `d1` for the database. The others were swept all the same. */
  failed: string[];
  /** Rows that were removed, or emptied of what a source wrote, by what they are: `alerts`, `events`, `inbox` ... */
  removed: Record<string, number>;
  /** Whether there was more than one run removes; the next one goes on. */
  more: boolean;
}

/** The sweep is due every five minutes; when it has not run for so long, its cron trigger is in trouble. */
const SWEEP_OVERDUE_MS = 15 * 60_000;

/** Whether the sweep should have run since. `now` in Unix ms. */
export const isOverdue = (last: Pick<LastSweep, "at"> | undefined, now: number): boolean =>
  last !== undefined && now - Date.parse(last.at) > SWEEP_OVERDUE_MS;

/** The value of this name; undefined when there is none. */
export async function readUpkeep<Value>(db: Pick<D1Database, "prepare">, key: string): Promise<Value | undefined> {
  const row = await db.prepare("SELECT value FROM upkeep WHERE key = ?").bind(key).first<{ value: string }>();
  return row ? JSON.parse(row.value) : undefined;
}

/** The statement that writes a value, for a transaction; a value that is there already costs no row. `now` in Unix ms. */
export const upkeepStatement = (key: string, value: object, now: number): Statement => ({
  sql:
    "INSERT INTO upkeep (key, value, updated_at) VALUES (?1, ?2, ?3) " +
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at WHERE value <> excluded.value",
  params: [key, JSON.stringify(value), new Date(now).toISOString()],
});

/** Writes a value under a name. */
export async function writeUpkeep(db: Pick<D1Database, "prepare">, key: string, value: object, now: number): Promise<void> {
  const { sql, params } = upkeepStatement(key, value, now);
  await db
    .prepare(sql)
    .bind(...params)
    .run();
}

/** The last run of the sweep; undefined before the first. */
export const lastSweep = (db: Pick<D1Database, "prepare">): Promise<LastSweep | undefined> => readUpkeep<LastSweep>(db, "sweep");
