// The outbox's rows: one for each slot, and one for counters, health and the open list, written with every transaction.

import type { SavedHealth } from "./health.ts";
import type { DestinationCounts } from "./interface.ts";
import { noDestinationCounts } from "./interface.ts";
import type { Slot } from "./slot.ts";

/** What the one row besides the slots holds. */
export interface Meta {
  counts: DestinationCounts;
  health: Partial<SavedHealth>;
  open: string[];
  /** The isolate that wrote it: tells a restart from an eviction. */
  isolate: string;
  /** The settings as they last were: a change forgives a destination that was given up. */
  settings: string;
}

const CACHED_SLOTS = 2_000;

/** Reads and writes the rows of one outbox. */
export class OutboxTables {
  readonly #sql: SqlStorage;
  readonly #slots = new Map<string, Slot>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS slots (id TEXT PRIMARY KEY, slot TEXT NOT NULL, touched_at INTEGER NOT NULL) WITHOUT ROWID");
    sql.exec("CREATE TABLE IF NOT EXISTS meta (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL)");
  }

  meta(): Meta {
    const [row] = this.#sql.exec<{ value: string }>("SELECT value FROM meta").toArray();
    const empty: Meta = { counts: noDestinationCounts(), health: {}, open: [], isolate: "", settings: "" };
    return row ? { ...empty, ...JSON.parse(row.value) } : empty;
  }

  /** One row. */
  writeMeta(meta: Meta): void {
    this.#sql.exec("INSERT INTO meta (one, value) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET value = ?1", JSON.stringify(meta));
  }

  slot(id: string): Slot | undefined {
    const cached = this.#slots.get(id);
    if (cached) return cached;
    const [row] = this.#sql.exec<{ slot: string }>("SELECT slot FROM slots WHERE id = ?", id).toArray();
    if (!row) return undefined;
    const slot: Slot = JSON.parse(row.slot);
    this.#cache(id, slot);
    return slot;
  }

  /** One row. */
  writeSlot(id: string, slot: Slot, now: number): void {
    this.#cache(id, slot);
    this.#sql.exec(
      "INSERT INTO slots (id, slot, touched_at) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET slot = ?2, touched_at = ?3",
      id,
      JSON.stringify(slot),
      now,
    );
  }

  /** The next slots after `cursor` in the order of their ids. */
  slice(cursor: string, most: number): { id: string; touchedAt: number }[] {
    return this.#sql
      .exec<{ id: string; touched_at: number }>("SELECT id, touched_at FROM slots WHERE id > ? ORDER BY id LIMIT ?", cursor, most)
      .toArray()
      .map((row) => ({ id: row.id, touchedAt: row.touched_at }));
  }

  remove(id: string): void {
    this.#slots.delete(id);
    this.#sql.exec("DELETE FROM slots WHERE id = ?", id);
  }

  /** Forgets what is cached: after a transaction that was rolled back. */
  forget(): void {
    this.#slots.clear();
  }

  #cache(id: string, slot: Slot): void {
    this.#slots.delete(id);
    this.#slots.set(id, slot);
    if (this.#slots.size > CACHED_SLOTS) this.#slots.delete(this.#slots.keys().next().value ?? "");
  }
}
