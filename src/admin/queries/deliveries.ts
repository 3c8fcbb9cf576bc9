// Deliveries: those that are not settled, or were a moment ago, from the outboxes, the others from the projection, as one list.
import * as z from "zod";
import type { DeliveryRecord } from "../../delivery.ts";
import { outboxName, parseDeliveryId, parseOutboxName } from "../../lib/names.ts";
import type { DeliverySpan, OutboxCalls } from "../../outbox/interface.ts";
import type { DeliveryKind, DeliveryState } from "../../outcome.ts";
import type { Relay } from "../context.ts";
import { byNewest, type Page, type Position, pageOf } from "../cursor.ts";
import { names, paging, words } from "../params.ts";
import { Where } from "../where.ts";
import { objectNames } from "./objects.ts";

/** The states of a delivery. */
export const DELIVERY_STATES = ["pending", "delivered", "merged", "dead"] as const satisfies DeliveryState[];

/** What a delivery may be. */
export const DELIVERY_KINDS = ["create", "update", "digest", "test"] as const satisfies DeliveryKind[];

/** Parameters of the list. */
export const deliverySearch = {
  state: words(DELIVERY_STATES, "States"),
  destination: names("Destinations, a comma list"),
  reason: names("Reasons, a comma list"),
  kind: words(DELIVERY_KINDS, "Kinds of messages"),
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
  const { state, reason, kind } = search;
  const narrowed = state !== undefined || reason !== undefined || kind !== undefined;
  const owed = (await owedDeliveries(relay, narrowed ? { ...search, limit: Number.MAX_SAFE_INTEGER } : search)).filter(
    (one) => wants(one.state) && (!reason || reason.includes(one.reason ?? "")) && (!kind || kind.includes(one.kind)),
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
  kind?: DeliveryKind[];
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
export function owedDeliveries(relay: Relay, span: Span): Promise<DeliveryRecord[]> {
  return askOutboxes(relay, span, (outbox, most, part) => outbox.owed(most, part));
}

async function askOutboxes(
  relay: Relay,
  { destination, kind: kinds, from, to, cursor, limit }: Span,
  ask: (outbox: OutboxCalls, most: number, span: DeliverySpan) => Promise<DeliveryRecord[]>,
): Promise<DeliveryRecord[]> {
  const { outboxes } = await objectNames(relay);
  const asked = destination ? outboxes.filter((name) => destination.includes(parseOutboxName(name))) : outboxes;
  const span = { from, to, behind: cursor, kinds };
  return (await Promise.all(asked.map((name) => ask(relay.env.OUTBOX.getByName(name), limit + 1, span)))).flat();
}

interface DeliveryRow extends Omit<DeliveryRecord, "log"> {
  log: string;
}

/** Settled deliveries out of the projection. A row that says `pending` was replayed since: the outbox tells of it. */
async function settledDeliveries(db: D1Database, search: DeliverySearch): Promise<DeliveryRecord[]> {
  const states = (search.state ?? DELIVERY_STATES).filter((state) => state !== "pending");
  if (states.length === 0) return [];
  return readDeliveries(db, stateIn(states, whereOf(search)).range(search), search.limit + 1);
}

/** What of a search names exact values. */
export const whereOf = ({ destination, reason, kind }: Pick<DeliverySearch, "destination" | "reason" | "kind">): Where =>
  new Where().oneOf("destination", destination).oneOf("reason", reason).oneOf("kind", kind);

/** Written out, so that the index of dead deliveries serves: they are few among very many. */
const stateIn = (states: readonly DeliveryState[], where: Where): Where =>
  states.length === 1 && states[0] === "dead" ? where.and(DEAD) : where.oneOf("state", states);

/** The condition of the index of dead deliveries. */
export const DEAD = "state = 'dead'";

/** One delivery, as its outbox remembers it; undefined when it does not, or not any more. */
export async function findDelivery(relay: Relay, id: string): Promise<DeliveryRecord | undefined> {
  const parsed = parseDeliveryId(id);
  if (!parsed) return undefined;
  const name = outboxName(parsed.destination);
  // To ask an outbox that there never was would make it.
  const { outboxes } = await objectNames(relay);
  if (!outboxes.includes(name)) return undefined;
  // What stands beside an alert is told with the alert.
  const [slot = ""] = parsed.slot.split("~");
  return (await relay.env.OUTBOX.getByName(name).deliveriesOf(slot)).find((one) => one.id === id);
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
