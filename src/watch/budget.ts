// What a day on Cloudflare's free plan may hold, and what of it the relay has used: estimated from its own counters and what an alert
// is known to cost (docs/performance.md), since nobody in the Worker can ask for the bill.
import type { Survey } from "./survey.ts";

/** What is limited for each day from 00:00 UTC. Others Workers of the account share the limits and are not counted here. */
export interface Usage {
  worker_requests: number;
  object_requests: number;
  object_rows_written: number;
  d1_rows_written: number;
  queue_operations: number;
}

/** https://developers.cloudflare.com/workers/platform/limits, /durable-objects/platform/pricing, /d1/platform/pricing, /queues/platform/pricing */
export const FREE_PLAN: Usage = {
  worker_requests: 100_000,
  object_requests: 100_000,
  object_rows_written: 100_000,
  d1_rows_written: 100_000,
  queue_operations: 10_000,
};

/** The share of a limit from which it is told. */
export const NEARLY = 0.8;

const SWEEP_MS = 5 * 60_000;
/** Of each object in a sweep: the sweep itself, and what it says before and after. */
const CALLS_A_SWEEP = 3;
/** Event, claim, alert and journal twice over, an alarm; and the retention's deletes. */
const LEDGER_ROWS = 11;
/** Of an event that a gate of a rule saw: that it was seen, the key's state and its time, and the retention's deletes. */
const OBSERVATION_ROWS = 5;
/** Slot and meta when it is planned and when it is settled, an alarm; and the retention's delete. */
const OUTBOX_ROWS = 6;
/** Slot and meta of an attempt beyond the first. */
const RETRY_ROWS = 2;
/** A row of the projection, and the retention's delete. */
const PROJECTION_ROWS = 2;
/** Write, read, delete. */
const QUEUE_OPERATIONS = 3;
/** What a sweep writes down: itself, where it stopped, what it watched; a sample, what it was counted from, and one that an hour takes in. */
const SWEEP_ROWS = 6;

/** What was used since ever, by the counters; and since midnight by the sweeps, which no counter counts. */
export function usageOf({ ledgers, outboxes, correlators, now }: Pick<Survey, "ledgers" | "outboxes" | "correlators" | "now">): Usage {
  const sum = <Item>(items: readonly Item[], numberOf: (item: Item) => number) => items.reduce((all, item) => all + numberOf(item), 0);
  const received = sum(ledgers, ({ books }) => books.counts.received + books.counts.refused);
  const accepted = sum(ledgers, ({ books }) => books.counts.accepted);
  const handed = sum(ledgers, ({ books }) => books.counts.handed);
  const asked = sum(ledgers, ({ books }) => sum(Object.values(books.lookups), ({ told, missing, refused }) => told + missing + refused));
  const planned = sum(outboxes, ({ status }) => status.counts.planned);
  const attempts = sum(outboxes, ({ status }) => sum(Object.values(status.tally.attempts), (count) => count));
  const sweeps = Math.floor((now - Date.parse(`${dayOf(now)}T00:00:00.000Z`)) / SWEEP_MS);
  const observed = sum(ledgers, ({ books }) => books.observed ?? 0);
  const objects = ledgers.length + outboxes.length + correlators.length;
  return {
    worker_requests: received + attempts + sweeps,
    object_requests: received + accepted + asked + handed + observed + attempts + sweeps * objects * CALLS_A_SWEEP,
    object_rows_written:
      accepted * LEDGER_ROWS +
      (received - accepted) +
      planned * OUTBOX_ROWS +
      Math.max(0, attempts - planned) * RETRY_ROWS +
      observed * OBSERVATION_ROWS,
    d1_rows_written: (accepted + planned) * PROJECTION_ROWS + sweeps * SWEEP_ROWS,
    queue_operations: attempts * QUEUE_OPERATIONS,
  };
}

/** The day in UTC: `2026-11-21`. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** What of the limits is nearly used up today. */
export function nearlyUsed(used: Usage, before: Usage): { name: keyof Usage; used: number; limit: number }[] {
  return (Object.keys(FREE_PLAN) as (keyof Usage)[]).flatMap((name) => {
    const today = Math.max(0, used[name] - before[name]);
    return today >= NEARLY * FREE_PLAN[name] ? [{ name, used: today, limit: FREE_PLAN[name] }] : [];
  });
}
