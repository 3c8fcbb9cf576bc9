// What an outbox tells when it is asked. Nothing here changes anything.
import type { DeliveryRecord } from "../delivery.ts";
import type { OutboxCore } from "./core.ts";
import type { DeliverySpan, OutboxStatus } from "./interface.ts";
import { kindOf, recordOf, type Slot, type Waiting } from "./slot.ts";

/** How the destination is doing. */
export function statusOf(core: OutboxCore, now: number): OutboxStatus {
  const { counts, health, breaker, inFlight, candidates, failedOver, owing, tally } = core;
  const { failures, failedReason, closedUntil, closedReason, slowed, told, disabled, lastDeliveredAt, unknown, waitedMs } = health.saved;
  return {
    counts: { ...counts },
    inFlight: inFlight.size,
    oldestPendingAt: oldest([...candidates.values(), ...inFlight.values()]),
    failures,
    failedReason: failures > 0 ? failedReason : undefined,
    closedUntil: closedUntil > now ? closedUntil : undefined,
    closedReason: closedUntil > now ? closedReason : undefined,
    slowedUntil: slowed && slowed.until > now ? slowed.until : undefined,
    pace: health.pace,
    told,
    disabled,
    lastDeliveredAt,
    brokenSince: breaker.saved.openedAt,
    untold: breaker.saved.owed.length,
    failedOver: failedOver.size,
    unknown,
    unprojected: owing.size,
    waitedMs,
    setAside: core.tables.setAside.ids,
    tally: structuredClone(tally.saved),
  };
}

/** Deliveries that are not settled, newest first. Chosen by what is in memory: a row is read for each that is told, not for each that waits. */
export function pendingRecords(core: OutboxCore, limit: number, span: DeliverySpan, now: number): DeliveryRecord[] {
  const places = [...core.candidates].map(([slot, { message, createdAt }]) => ({ slot, id: message, at: isoOf(createdAt) }));
  for (const slot of core.inFlight.keys())
    for (const { id, createdAt } of pendingOf(core.tables.slot(slot))) places.push({ slot, id, at: isoOf(createdAt) });
  const { kinds } = span;
  const found: DeliveryRecord[] = [];
  // What a message is, only its row says.
  for (const { slot: slotId, id } of newest(places, kinds ? places.length : limit, span, (place) => place)) {
    if (found.length >= limit) break;
    const slot = core.tables.slot(slotId);
    const message = pendingOf(slot).find((one) => one.id === id);
    if (!slot || !message) continue;
    const record = pendingRecord(core.destination, slot, message, now);
    if (!kinds || kinds.includes(record.kind)) found.push(record);
  }
  return found;
}

/** Settled deliveries that the projection does not have yet, newest first. */
export function owedRecords(core: OutboxCore, limit: number, span: DeliverySpan): DeliveryRecord[] {
  const records = [...core.owing].flatMap((id) => owedBy(core.tables.slot(id)));
  return newest(records, limit, span, ({ created_at: at, id }) => ({ at, id }));
}

/** Every delivery that a slot remembers, and the slots in which the same alert stands in for another destination or is said to wait. */
export function recordsOf(core: OutboxCore, slotId: string, now: number): DeliveryRecord[] {
  return core.tables.slotsOf(slotId).flatMap((id) => {
    const slot = core.tables.slot(id);
    return slot ? [...slot.settled, ...pendingOf(slot).map((message) => pendingRecord(core.destination, slot, message, now))] : [];
  });
}

/** A message that is on its way, or waits. */
export const pendingOf = (slot: Slot | undefined): Waiting[] => [slot?.flight, slot?.waiting].filter((message) => message !== undefined);

/** The record of a message that is not settled. */
export const pendingRecord = (destination: string, slot: Slot, message: Waiting, now: number): DeliveryRecord =>
  recordOf(destination, slot, message, { state: "pending", kind: message.kind ?? kindOf(slot), now });

/** Settled deliveries that the projection does not have yet. */
export const owedBy = (slot: Slot | undefined): DeliveryRecord[] => slot?.settled.filter(({ id }) => slot.owed.includes(id)) ?? [];

const isoOf = (ms: number): string => new Date(ms).toISOString();

type Place = NonNullable<DeliverySpan["behind"]>;

/** The newest of a span. */
function newest<Item>(items: Item[], limit: number, { from, to, behind }: DeliverySpan, placeOf: (item: Item) => Place): Item[] {
  const isIn = (place: Place): boolean =>
    (from === undefined || place.at >= from) && (to === undefined || place.at <= to) && (behind === undefined || isBefore(place, behind));
  return items
    .filter((item) => isIn(placeOf(item)))
    .sort((left, right) => (isBefore(placeOf(left), placeOf(right)) ? 1 : -1))
    .slice(0, limit);
}

/** Whether it is older; of the same moment, whether its id is smaller. */
const isBefore = (left: Place, right: Place): boolean => (left.at === right.at ? left.id < right.id : left.at < right.at);

function oldest(messages: { createdAt: number }[]): number | undefined {
  let first: number | undefined;
  for (const { createdAt } of messages) if (first === undefined || createdAt < first) first = createdAt;
  return first;
}
