// Deliveries: those that are not settled, or were a moment ago, from the outboxes, the others from the projection, as one list.
import * as z from "zod";
import type { DeliveryRecord } from "../../delivery.ts";
import { outboxName, parseOutboxName } from "../../lib/names.ts";
import type { DeliverySpan, OutboxCalls, Replay } from "../../outbox/interface.ts";
import type { DeliveryState } from "../../outcome.ts";
import type { Relay } from "../context.ts";
import { byNewest, decodeCursor, type Page, type Position, pageOf } from "../cursor.ts";
import { names, paging, words } from "../params.ts";
import { Where } from "../where.ts";
import { objectNames } from "./objects.ts";

/** The states of a delivery. */
export const DELIVERY_STATES = ["pending", "delivered", "merged", "dead"] as const satisfies DeliveryState[];

/** Parameters of the list. */
export const deliverySearch = {
  state: words(DELIVERY_STATES, "States"),
  destination: names("Destinations, a comma list"),
  reason: names("Reasons, a comma list"),
  ...paging(),
};
const schema = z.strictObject(deliverySearch);
/** The list's parameters, parsed. */
export type DeliverySearch = z.output<typeof schema>;

/** A page of deliveries. What was settled before the call is in it, also where the projection does not have it yet. */
export async function listDeliveries(relay: Relay, search: DeliverySearch): Promise<Page<DeliveryRecord>> {
  const wants = (state: DeliveryState): boolean => !search.state || search.state.includes(state);
  // What is pending has no reason yet.
  const pending = wants("pending") && !search.reason ? await pendingDeliveries(relay, search) : [];
  const narrowed = search.state !== undefined || search.reason !== undefined;
  const owed = (await owedDeliveries(relay, narrowed ? { ...search, limit: Number.MAX_SAFE_INTEGER } : search)).filter(
    ({ state, reason }) => wants(state) && (!search.reason || search.reason.includes(reason ?? "")),
  );
  // Asked last: what an outbox no longer tells, the projection has.
  const settled = await settledDeliveries(relay.env.DB, search);
  const byId = new Map([...settled, ...owed, ...pending].map((record) => [record.id, record]));
  const merged = [...byId.values()].sort((left, right) => byNewest(positionOf(left), positionOf(right)));
  return pageOf(merged, search.limit, positionOf);
}

const positionOf = ({ created_at, id }: DeliveryRecord): Position => ({ at: created_at, id });

/** A span of the list, and the destinations it is about. */
interface Span {
  destination?: string[];
  from?: string;
  to?: string;
  cursor?: Position;
  limit: number;
}

/** What the outboxes have not settled, newest first; enough of it for one page. */
export function pendingDeliveries(relay: Relay, span: Span): Promise<DeliveryRecord[]> {
  return askOutboxes(relay, span, (outbox, most, part) => outbox.pending(most, part));
}

/** What they have settled and the projection does not have yet. */
function owedDeliveries(relay: Relay, span: Span): Promise<DeliveryRecord[]> {
  return askOutboxes(relay, span, (outbox, most, part) => outbox.owed(most, part));
}

async function askOutboxes(
  relay: Relay,
  { destination, from, to, cursor, limit }: Span,
  ask: (outbox: OutboxCalls, most: number, span: DeliverySpan) => Promise<DeliveryRecord[]>,
): Promise<DeliveryRecord[]> {
  const { outboxes } = await objectNames(relay);
  const asked = destination ? outboxes.filter((name) => destination.includes(parseOutboxName(name))) : outboxes;
  const span = { from, to, behind: cursor };
  return (await Promise.all(asked.map((name) => ask(relay.env.OUTBOX.getByName(name), limit + 1, span)))).flat();
}

interface DeliveryRow extends Omit<DeliveryRecord, "log"> {
  log: string;
}

/** Settled deliveries out of the projection. A row that says `pending` was replayed since: the outbox tells of it. */
async function settledDeliveries(db: D1Database, search: DeliverySearch): Promise<DeliveryRecord[]> {
  const states = (search.state ?? DELIVERY_STATES).filter((state) => state !== "pending");
  if (states.length === 0) return [];
  const where = new Where().range(search).oneOf("state", states).oneOf("destination", search.destination).oneOf("reason", search.reason);
  return readDeliveries(db, where, search.limit + 1);
}

/** Settled deliveries of some alerts that were created between two times, newest first. */
export async function deliveriesOfAlerts(
  db: D1Database,
  alerts: string[],
  from: string,
  to: string,
  most: number,
): Promise<DeliveryRecord[]> {
  return readDeliveries(db, new Where().range({ from, to }).oneOf("alert", alerts).and("state <> 'pending'"), most);
}

async function readDeliveries(db: D1Database, where: Where, most: number): Promise<DeliveryRecord[]> {
  const { results } = await db
    .prepare(
      `SELECT id, alert, version, destination, kind, state, attempts, reason, created_at, updated_at, log
       FROM deliveries ${where.sql} ORDER BY created_at DESC, id DESC LIMIT ?`,
    )
    .bind(...where.params, most)
    .all<DeliveryRow>();
  return results.map((row) => ({ ...row, log: JSON.parse(row.log) }));
}

/** Dead deliveries that one call puts back, and that it looks at, at the most. */
const MOST_REPLAYED = 1_000;
const MOST_LOOKED_AT = 5_000;
const REPLAY_PAGE = 200;

/** Which dead deliveries are meant. */
export type ReplayFilter = Pick<DeliverySearch, "destination" | "reason" | "from" | "to">;

/**
 * Puts back all dead deliveries that a filter finds, newest first. `more`: there may be others, which another call finds.
 * One that its outbox does not remember any more is passed over.
 */
export async function replayDead(relay: Relay, filter: ReplayFilter): Promise<{ replayed: number; more: boolean }> {
  let replayed = 0;
  let cursor: Position | undefined;
  for (let seen = 0; seen < MOST_LOOKED_AT && replayed < MOST_REPLAYED; seen += REPLAY_PAGE) {
    const { items, next } = await listDeliveries(relay, { ...filter, state: ["dead"], cursor, limit: REPLAY_PAGE });
    const byOutbox = Map.groupBy(items, ({ destination }) => outboxName(destination));
    const answers = await Promise.all(
      [...byOutbox].map(([name, records]) => relay.env.OUTBOX.getByName(name).replayAll(records.map(({ id }) => id))),
    );
    replayed += answers.flat().filter((answer) => answer === "replayed").length;
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
