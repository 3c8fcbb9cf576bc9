// What an outbox tells when it is asked. Nothing here changes anything.
import type { DeliveryRecord } from "../delivery.ts";
import type { OutboxCore } from "./core.ts";
import type { OutboxStatus } from "./interface.ts";
import { kindOf, recordOf, type Slot, type Waiting } from "./slot.ts";

/** How the destination is doing. */
export function statusOf(core: OutboxCore, now: number): OutboxStatus {
  const { counts, health, breaker, inFlight, candidates, failedOver, owing, tally } = core;
  const { failures, failedReason, closedUntil, closedReason, slowed, disabled, lastDeliveredAt, unknown, waitedMs } = health.saved;
  return {
    counts: { ...counts },
    inFlight: inFlight.size,
    oldestPendingAt: oldest([...candidates.values(), ...inFlight.values()]),
    failures,
    failedReason: failures > 0 ? failedReason : undefined,
    closedUntil: closedUntil > now ? closedUntil : undefined,
    closedReason: closedUntil > now ? closedReason : undefined,
    slowedUntil: slowed && slowed.until > now ? slowed.until : undefined,
    disabled,
    lastDeliveredAt,
    brokenSince: breaker.saved.openedAt,
    failedOver: failedOver.size,
    unknown,
    unprojected: owing.size,
    waitedMs,
    tally: structuredClone(tally.saved),
  };
}

/** Deliveries that are not settled, newest first. */
export function pendingRecords(core: OutboxCore, limit: number, now: number): DeliveryRecord[] {
  const records = [...core.open].flatMap((id) => {
    const slot = core.tables.slot(id);
    return slot ? pendingOf(slot).map((message) => pendingRecord(core.destination, slot, message, now)) : [];
  });
  return newest(records, limit);
}

/** Settled deliveries that the projection does not have yet, newest first. */
export const owedRecords = (core: OutboxCore, limit: number): DeliveryRecord[] =>
  newest(
    [...core.owing].flatMap((id) => owedBy(core.tables.slot(id))),
    limit,
  );

/** Every delivery that a slot, and the slots in which the same alert stands in for another destination, remember. */
export function recordsOf(core: OutboxCore, slotId: string, now: number): DeliveryRecord[] {
  return [slotId, ...core.tables.standIns(slotId)].flatMap((id) => {
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

const newest = (records: DeliveryRecord[], limit: number): DeliveryRecord[] =>
  records
    .sort((left, right) =>
      left.created_at === right.created_at ? (left.id < right.id ? 1 : -1) : left.created_at < right.created_at ? 1 : -1,
    )
    .slice(0, limit);

function oldest(messages: { createdAt: number }[]): number | undefined {
  let first: number | undefined;
  for (const { createdAt } of messages) if (first === undefined || createdAt < first) first = createdAt;
  return first;
}
