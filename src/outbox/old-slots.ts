// Removes slots that are older than the retention of their alert's route, so many at a sweep that none is long. Where it stopped
// stands in a row, so that a large outbox is gone through over several sweeps, also when it is evicted between them.
import { type Retention, type Retentions, retentionFor, shortestOf } from "../config/retention.ts";
import { Kept } from "../lib/kept.ts";
import type { OutboxCore } from "./core.ts";
import type { OutboxSwept } from "./interface.ts";
import { type Slot, slotWithoutContent, withoutAnswers } from "./slot.ts";

/** Slots that are looked at in one piece, between which messages have their turn. */
const SLICE = 500;
/** Slots that one sweep looks at at the most. */
const MOST_LOOKED_AT = 10_000;
const CURSOR = "swept";

/** What of a slot's row says how old it is, without reading the whole. */
type SlotAge = {
  id: string;
  touched_at: number;
  updated_at: string | null;
  key: string | null;
  /** When the oldest delivery that it remembers was settled. */
  settled_at: string | null;
};

/** The old slots of one outbox. Nothing that is open is touched. */
export class OldSlots {
  readonly #sql: SqlStorage;
  readonly #core: OutboxCore;
  readonly #kept: Kept;

  constructor(sql: SqlStorage, core: OutboxCore) {
    this.#sql = sql;
    this.#core = core;
    this.#kept = new Kept(sql);
  }

  /** Sweeps on from where the last sweep stopped; without retentions nothing is removed. `now` in Unix ms. */
  async prune(retentions: Retentions | undefined, now: number): Promise<OutboxSwept> {
    const removed = { slots: 0, emptied: 0 };
    if (!retentions) return { removed, more: false };
    const start = this.#kept.get(CURSOR) ?? "";
    let cursor = start;
    for (let looked = 0; looked < MOST_LOOKED_AT; looked += SLICE) {
      const slice = this.#ages(cursor);
      for (const age of slice) {
        // Written as it goes: nothing here waits, and what stops in the middle goes on at the next sweep.
        if (!this.#core.open.has(age.id)) this.#prune(age, retentions, now, removed);
      }
      cursor = slice.length < SLICE ? "" : (slice.at(-1)?.id ?? "");
      if (cursor === "") break;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (cursor !== start) this.#kept.set(CURSOR, cursor);
    return { removed, more: cursor !== "" };
  }

  /** Digests that name one of these alerts. */
  digestsWith(ids: readonly string[]): string[] {
    const rows = this.#sql.exec<{ id: string; slot: string }>("SELECT id, slot FROM slots WHERE id >= 'digest-' AND id < 'digest.'");
    const found: string[] = [];
    for (const { id, slot } of rows) if (isDigest(id) && ids.some((alert) => slot.includes(`"${alert}"`))) found.push(id);
    return found;
  }

  #ages(cursor: string): SlotAge[] {
    return this.#sql
      .exec<SlotAge>(
        // What cannot be read is as old as its row.
        `SELECT id, touched_at,
           CASE WHEN json_valid(alert) THEN alert ->> '$.updated_at' END AS updated_at,
           CASE WHEN json_valid(alert) THEN alert ->> '$.key' ELSE '' END AS key,
           CASE WHEN json_valid(slot) THEN slot ->> '$.settled[0].updated_at' END AS settled_at
         FROM slots WHERE id > ? ORDER BY id LIMIT ?`,
        cursor,
        SLICE,
      )
      .toArray();
  }

  #prune(age: SlotAge, retentions: Retentions, now: number, removed: OutboxSwept["removed"]): void {
    const { id, touched_at: touchedAt } = age;
    // A digest may name alerts of every route.
    const retention = isDigest(id) ? shortestOf(retentions) : retentionFor(retentions, id);
    const changedAt = isDigest(id) ? Number.NaN : Date.parse(age.updated_at ?? "");
    const since = Number.isNaN(changedAt) ? touchedAt : changedAt;
    if (since < now - retention.ms) {
      this.#core.tables.remove(id);
      removed.slots += 1;
      return;
    }
    const isOld = since < now - retention.payloadsMs && age.key !== "";
    const settledAt = Date.parse(age.settled_at ?? "");
    if (!isOld && !(settledAt < now - retention.payloadsMs)) return;
    const slot = this.#core.tables.slot(id);
    const younger = slot && withoutOldDeliveries(isOld ? slotWithoutContent(slot) : slot, retention, now);
    if (!younger || younger === slot) return;
    this.#core.tables.writeSlot(id, younger, touchedAt);
    removed.emptied += 1;
  }
}

const isDigest = (id: string): boolean => /^digest-\d+$/.test(id);

/** Without the deliveries that are too old, and without what chats answered to those whose payloads are; the same slot when there are none. */
function withoutOldDeliveries(slot: Slot, { ms, payloadsMs }: Retention, now: number): Slot {
  const isBefore = (at: string, before: number): boolean => Date.parse(at) < before;
  const left = slot.settled.filter(({ updated_at: at }) => !isBefore(at, now - ms));
  const settled = left.map((record) =>
    isBefore(record.updated_at, now - payloadsMs) && record.log.some(({ answer }) => answer !== undefined)
      ? withoutAnswers(record)
      : record,
  );
  const isSame = settled.length === slot.settled.length && settled.every((record, index) => record === slot.settled[index]);
  return isSame ? slot : { ...slot, settled };
}
