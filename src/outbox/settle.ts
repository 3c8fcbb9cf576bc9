// What an attempt came to, and what follows from it.
import type { DeliveryOutcome } from "../outcome.ts";
import type { OutboxCore } from "./core.ts";
import { backoffMs } from "./health.ts";
import type { Settlement } from "./interface.ts";
import { type Flight, logAttempt, type Slot, type Waiting } from "./slot.ts";

/** A message that cannot be delivered for so long is dead, and can be replayed. */
const GIVE_UP_MS = 72 * 60 * 60_000;

const NOT_ATTEMPTED_MS = 200;

/** Settles one attempt. An answer to an attempt that is over counts only if it says that the message arrived. */
export function settle(core: OutboxCore, settlement: Settlement, now: number, random: number): void {
  const slot = core.change(settlement.slot);
  const flight = slot?.flight;
  if (!slot || flight?.id !== settlement.id) return;
  if (settlement.attempt !== flight.attempts && settlement.outcome.kind !== "delivered") return;
  const { outcome } = settlement;
  core.health.learn(outcome, settlement.budget, now, random);
  flight.log = logAttempt(flight.log, {
    at: new Date(settlement.at).toISOString(),
    ms: settlement.ms,
    outcome: outcomeText(outcome),
    status: settlement.status,
    answer: settlement.answer,
  });
  delete slot.flight;
  follow(core, slot, flight, outcome, now, random);
}

/** Settles what was in flight for too long: its outcome is unknown, and it is sent again. */
export function expireLeases(core: OutboxCore, now: number, random: number, reason: "lease_expired" | "restarted"): void {
  for (const [id, { leaseUntil }] of [...core.inFlight]) {
    if (reason === "lease_expired" && leaseUntil > now) continue;
    const flight = core.tables.slot(id)?.flight;
    if (!flight) continue;
    const outcome: DeliveryOutcome = { kind: "unknown", reason };
    settle(
      core,
      { id: flight.id, slot: id, attempt: flight.attempts, outcome, at: flight.startedAt, ms: now - flight.startedAt },
      now,
      random,
    );
  }
}

function follow(core: OutboxCore, slot: Slot, flight: Flight, outcome: DeliveryOutcome, now: number, random: number): void {
  switch (outcome.kind) {
    case "delivered":
      core.end(slot, flight, { state: "delivered", now });
      show(slot, flight, outcome.ref, now);
      return;
    case "retry":
      // What was never sent was no attempt; a moment's pause, so that trouble on our side is no endless loop.
      if (outcome.reason === "not_attempted") again(core, slot, { ...flight, attempts: flight.attempts - 1 }, now + NOT_ATTEMPTED_MS, now);
      else again(core, slot, flight, now + backoffMs(flight.attempts - 1, random), now);
      return;
    case "unknown": {
      const lost = outcome.reason === "restarted" || outcome.reason === "lease_expired";
      again(core, slot, flight, lost ? now : now + backoffMs(flight.attempts - 1, random), now);
      return;
    }
    case "rejected":
      if (flight.plain) core.end(slot, flight, { state: "dead", reason: outcome.reason, now });
      else again(core, slot, { ...flight, plain: true }, now, now);
      return;
    case "disabled":
      core.end(slot, flight, { state: "dead", reason: outcome.reason, now });
      return;
    case "thread_lost":
      if (slot.shown) delete slot.shown.ref;
      again(core, slot, flight, now, now);
      return;
  }
}

/** The destination shows it now. */
function show(slot: Slot, flight: Flight, ref: string | undefined, now: number): void {
  if (slot.purpose !== "alert") return;
  const followUp = slot.shown !== undefined && flight.action === "post";
  slot.shown = {
    ref: ref ?? (flight.action === "edit" ? flight.ref : undefined),
    version: flight.version,
    facts: flight.facts,
    at: now,
    followedUpAt: followUp ? now : slot.shown?.followedUpAt,
  };
}

/** Waits for another try, unless a newer version waits already. */
function again(core: OutboxCore, slot: Slot, flight: Flight, notBefore: number, now: number): void {
  if (slot.waiting) {
    core.end(slot, flight, { state: "merged", reason: "newer_version", now });
    // The newer one takes over the failure's back-off: it goes to the same place.
    slot.waiting.notBefore = Math.max(slot.waiting.notBefore, notBefore);
    return;
  }
  if (now - flight.createdAt > GIVE_UP_MS) {
    core.end(slot, flight, { state: "dead", reason: "gave_up", now });
    return;
  }
  const { id, version, createdAt, since, attempts, plain, log } = flight;
  const waiting: Waiting = { id, version, createdAt, since, notBefore, attempts, plain, log };
  slot.waiting = waiting;
}

function outcomeText(outcome: DeliveryOutcome): string {
  switch (outcome.kind) {
    case "delivered":
    case "thread_lost":
      return outcome.kind;
    case "retry":
    case "unknown":
      return `${outcome.kind}: ${outcome.reason}`;
    case "rejected":
    case "disabled":
      return outcome.detail ? `${outcome.kind}: ${outcome.reason} (${outcome.detail})` : `${outcome.kind}: ${outcome.reason}`;
  }
}
