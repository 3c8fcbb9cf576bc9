// The outbox's rows: one for each slot, and one for counters, health and the open list, written with every transaction.

import type { Alert } from "../alert.ts";
import { Kept } from "../lib/kept.ts";
import { besideSlot } from "../lib/names.ts";
import { SetAside } from "../lib/set-aside.ts";
import type { SavedBreaker } from "./breaker.ts";
import type { DigestLog } from "./digest.ts";
import type { SavedHealth } from "./health.ts";
import type { DestinationCounts } from "./interface.ts";
import { noDestinationCounts } from "./interface.ts";
import type { Slot } from "./slot.ts";
import type { SavedTally } from "./tally.ts";

/** What the one row besides the slots holds. */
export interface Meta {
  counts: DestinationCounts;
  health: Partial<SavedHealth>;
  open: string[];
  digest: DigestLog;
  breaker: Partial<SavedBreaker>;
  tally: Partial<SavedTally>;
  /** What the adapter asked to have remembered about the destination. */
  memo?: string;
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
  /** The alert that a slot's row has: it is most of the row, and most writes do not change it. */
  readonly #written = new WeakMap<Slot, Alert>();
  /** Slots whose row cannot be read. */
  readonly setAside: SetAside;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS slots (id TEXT PRIMARY KEY, alert TEXT NOT NULL, slot TEXT NOT NULL, touched_at INTEGER NOT NULL) WITHOUT ROWID",
    );
    sql.exec("CREATE TABLE IF NOT EXISTS meta (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL)");
    this.setAside = new SetAside(new Kept(sql), "outbox.row_unreadable");
  }

  meta(): Meta {
    const [row] = this.#sql.exec<{ value: string }>("SELECT value FROM meta").toArray();
    const empty: Meta = {
      counts: noDestinationCounts(),
      health: {},
      open: [],
      digest: { lastAt: 0, made: 0 },
      breaker: {},
      tally: {},
      isolate: "",
      settings: "",
    };
    return row ? { ...empty, ...JSON.parse(row.value) } : empty;
  }

  /** One row. */
  writeMeta(meta: Meta): void {
    this.#sql.exec("INSERT INTO meta (one, value) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET value = ?1", JSON.stringify(meta));
  }

  /** The slot as its row has it; undefined where there is none, or none that can be read. */
  slot(id: string): Slot | undefined {
    const cached = this.#slots.get(id);
    if (cached) return cached;
    const [row] = this.#sql.exec<{ alert: string; slot: string }>("SELECT alert, slot FROM slots WHERE id = ?", id).toArray();
    const slot = row && this.setAside.read(id, () => slotFrom(row));
    if (!slot) return undefined;
    this.#written.set(slot, slot.alert);
    this.#cache(id, slot);
    return slot;
  }

  /** One row. */
  writeSlot(id: string, slot: Slot, now: number): void {
    this.#cache(id, slot);
    this.setAside.drop(id);
    const { alert, ...rest } = slot;
    const json = JSON.stringify(rest);
    if (this.#written.get(slot) === alert) {
      this.#sql.exec("UPDATE slots SET slot = ?2, touched_at = ?3 WHERE id = ?1", id, json, now);
      return;
    }
    this.#sql.exec(
      `INSERT INTO slots (id, slot, touched_at, alert) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (id) DO UPDATE SET slot = ?2, touched_at = ?3, alert = ?4`,
      id,
      json,
      now,
      JSON.stringify(alert),
    );
    this.#written.set(slot, alert);
  }

  /** Slots that are about this alert: its own, those in which it is shown in place of another destination, and words that it waits. */
  slotsOf(id: string): string[] {
    const beside = this.#sql.exec<{ id: string }>(
      "SELECT id FROM slots WHERE id > ?1 AND id < ?2",
      besideSlot(id),
      `${besideSlot(id)}\uffff`,
    );
    return [id, ...beside.toArray().map((row) => row.id)];
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
    this.setAside.drop(id);
    this.#sql.exec("DELETE FROM slots WHERE id = ?", id);
  }

  /** Forgets what is cached: after a transaction that was rolled back. */
  forget(): void {
    this.#slots.clear();
    this.setAside.reload();
  }

  #cache(id: string, slot: Slot): void {
    this.#slots.delete(id);
    this.#slots.set(id, slot);
    if (this.#slots.size > CACHED_SLOTS) this.#slots.delete(this.#slots.keys().next().value ?? "");
  }
}

function slotFrom(row: { alert: string; slot: string }): Slot {
  const alert: Alert | null = JSON.parse(row.alert);
  const rest: Omit<Slot, "alert"> | null = JSON.parse(row.slot);
  if (!alert || !rest || !Array.isArray(rest.settled) || !Array.isArray(rest.owed)) throw new Error("it is no slot");
  return { ...rest, alert };
}
