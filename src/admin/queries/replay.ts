// Dead deliveries: how many there are and of what they died, and putting them back.
import type { DeliveryRecord } from "../../delivery.ts";
import { outboxName, parseDeliveryId } from "../../lib/names.ts";
import type { Replay } from "../../outbox/interface.ts";
import type { Relay } from "../context.ts";
import { decodeCursor, type Position } from "../cursor.ts";
import { DEAD, type DeliverySearch, listDeliveries, owedDeliveries, whereOf } from "./deliveries.ts";
import { objectNames } from "./objects.ts";

/** Dead deliveries that one call puts back, and that it looks at, at the most. */
export const MOST_REPLAYED = 1_000;
const MOST_LOOKED_AT = 5_000;
const REPLAY_PAGE = 200;

/** Which dead deliveries are meant. */
export type ReplayFilter = Pick<DeliverySearch, "destination" | "reason" | "kind" | "from" | "to">;

/** How many died of one thing at one destination. `oldest_at`: when the first of them was made. */
export interface DeadCount {
  destination: string;
  reason: string;
  count: number;
  oldest_at: string;
}

/** Counts what a replay of the same filter would put back, most first. */
export async function countDead(relay: Relay, filter: ReplayFilter): Promise<{ count: number; items: DeadCount[] }> {
  const owed = await newlyDead(relay, filter);
  const { sql, params } = whereOf(filter).and(DEAD).range(filter);
  const { results } = await relay.env.DB.prepare(
    `SELECT destination, coalesce(reason, '') AS reason, count(*) AS count, min(created_at) AS oldest_at
     FROM deliveries ${sql} GROUP BY destination, reason`,
  )
    .bind(...params)
    .all<DeadCount>();
  const items = new Map(results.map((item) => [`${item.destination} ${item.reason}`, item]));
  for (const { destination, reason, created_at } of owed) {
    const key = `${destination} ${reason ?? ""}`;
    const known = items.get(key) ?? { destination, reason: reason ?? "", count: 0, oldest_at: created_at };
    const [oldest_at = created_at] = [known.oldest_at, created_at].sort();
    items.set(key, { ...known, count: known.count + 1, oldest_at });
  }
  const sorted = [...items.values()].sort((left, right) => right.count - left.count || (left.destination < right.destination ? -1 : 1));
  return { count: sorted.reduce((sum, { count }) => sum + count, 0), items: sorted };
}

/** What has died and the projection does not have as dead yet. */
async function newlyDead(relay: Relay, { kind, reason, ...span }: ReplayFilter): Promise<DeliveryRecord[]> {
  const owed = (await owedDeliveries(relay, { ...span, limit: Number.MAX_SAFE_INTEGER })).filter(
    (one) => one.state === "dead" && (!reason || reason.includes(one.reason ?? "")) && (!kind || kind.includes(one.kind)),
  );
  if (owed.length === 0) return [];
  const ids = JSON.stringify(owed.map(({ id }) => id));
  const { results } = await relay.env.DB.prepare(
    `SELECT id FROM deliveries WHERE ${DEAD} AND created_at >= ? AND id IN (SELECT value FROM json_each(?))`,
  )
    .bind(owed.map(({ created_at }) => created_at).sort()[0] ?? "", ids)
    .all<{ id: string }>();
  const known = new Set(results.map(({ id }) => id));
  return owed.filter(({ id }) => !known.has(id));
}

/**
 * Puts back all dead deliveries that a filter finds, newest first. `more`: there may be others, which another call finds.
 * One that its outbox does not remember any more is passed over.
 */
export async function replayDead(relay: Relay, filter: ReplayFilter): Promise<{ replayed: number; more: boolean }> {
  let replayed = 0;
  let cursor: Position | undefined;
  for (let seen = 0; seen < MOST_LOOKED_AT && replayed < MOST_REPLAYED; seen += REPLAY_PAGE) {
    const { items, next } = await listDeliveries(relay, { ...filter, state: ["dead"], cursor, limit: REPLAY_PAGE });
    replayed += await putBack(relay, items);
    cursor = next === null ? undefined : decodeCursor(next);
    if (!cursor) return { replayed, more: false };
  }
  return { replayed, more: true };
}

/** Puts a dead delivery back. `unknown` also for a destination that there never was: asking would make an empty object. */
export async function replayDelivery(relay: Relay, delivery: { id: string; destination: string }): Promise<Replay> {
  const { outboxes } = await objectNames(relay);
  const name = outboxName(delivery.destination);
  return outboxes.includes(name) ? relay.env.OUTBOX.getByName(name).replay(delivery.id) : "unknown";
}

/** Puts back those of these deliveries that are dead; of others, and of what is no id of ours, nothing comes. Answers how many. */
export async function replaySome(relay: Relay, ids: readonly string[]): Promise<number> {
  const { outboxes } = await objectNames(relay);
  const known = [...new Set(ids)].flatMap((id) => {
    const destination = parseDeliveryId(id)?.destination;
    return destination !== undefined && outboxes.includes(outboxName(destination)) ? [{ id, destination }] : [];
  });
  return putBack(relay, known);
}

async function putBack(relay: Relay, deliveries: readonly Pick<DeliveryRecord, "id" | "destination">[]): Promise<number> {
  const byOutbox = Map.groupBy(deliveries, ({ destination }) => outboxName(destination));
  const answers = await Promise.all(
    [...byOutbox].map(([name, records]) => relay.env.OUTBOX.getByName(name).replayAll(records.map(({ id }) => id))),
  );
  return answers.flat().filter((answer) => answer === "replayed").length;
}
