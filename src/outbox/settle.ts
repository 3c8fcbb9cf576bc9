// What an attempt came to, and what follows from it.
import type { DeliveryOutcome } from "../outcome.ts";
import type { OutboxCore } from "./core.ts";
import { backoffMs, GONE_MS } from "./health.ts";
import type { Settlement } from "./interface.ts";
import { earlier, type Flight, logAttempt, type Slot, type Waiting } from "./slot.ts";
import { nextStep, toldBy } from "./steps.ts";

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
  core.tally.attempted(outcome);
  // An edit changes nothing when it is made twice, and neither does what the chat recognises.
  const mayRepeat = (flight.step === "post" || flight.step === "follow" || flight.step === "reply") && !flight.recognised;
  // Whoever tests a new destination reads the answer there: nobody else has to be told.
  if (slot.purpose === "test" && outcome.kind === "disabled") core.health.refusedTest();
  else core.health.learn(outcome, settlement.budget, { now, random, mayRepeat });
  if (outcome.kind === "retry" && outcome.memo !== undefined) core.memo = outcome.memo;
  flight.log = logAttempt(flight.log, {
    at: new Date(settlement.at).toISOString(),
    ms: settlement.ms,
    outcome: outcomeText(outcome, flight),
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
      done(core, slot, flight, outcome.ref, now);
      return;
    case "retry":
      // What was never sent was no attempt; a moment's pause, so that trouble on our side is no endless loop.
      if (outcome.reason === "not_attempted") again(core, slot, { ...flight, attempts: flight.attempts - 1 }, now + NOT_ATTEMPTED_MS, now);
      else if (outcome.reason === "moved") again(core, slot, flight, now, now);
      else again(core, slot, flight, now + backoffMs(flight.attempts - 1, random), now);
      return;
    case "unknown": {
      const lost = outcome.reason === "restarted" || outcome.reason === "lease_expired";
      again(core, slot, flight, lost ? now : now + backoffMs(flight.attempts - 1, random), now);
      return;
    }
    case "rejected":
      if (!flight.plain) again(core, slot, { ...flight, plain: true }, now, now);
      else if (isExtra(core, flight)) done(core, slot, flight, undefined, now);
      else core.end(slot, flight, { state: "dead", reason: outcome.reason, now });
      return;
    case "disabled":
      if (core.failover && !flight.standing) again(core, slot, flight, now + GONE_MS, now);
      else core.abandon(slot, flight, { state: "dead", reason: outcome.reason, now });
      return;
    case "thread_lost":
      // The old message is gone: nobody needs to be shown the way from there.
      if (flight.step === "point") done(core, slot, flight, undefined, now);
      else {
        // Nothing of it stands any more: the alert is shown anew.
        delete slot.shown;
        again(core, slot, { ...flight, standing: false }, now, now);
      }
      return;
  }
}

/** A reply beside a living message, or a pointer: without it the alert is shown all the same. */
const isExtra = ({ can }: OutboxCore, { step }: Flight): boolean => step === "point" || (step === "reply" && can?.edit === true);

/** The step is done: notes what the destination shows now, and goes on with the next step if there is one. */
function done(core: OutboxCore, slot: Slot, flight: Flight, ref: string | undefined, now: number): void {
  note(core, slot, flight, ref, now);
  if (!flight.standing && flight.receivedAt !== undefined) core.tally.shown(now - flight.receivedAt);
  const next = core.can && nextStep(slot, flight.version, core.can, now);
  if (next === undefined || slot.waiting) {
    core.end(slot, flight, { state: "delivered", now });
    return;
  }
  // A new step gets the rendered form again, and its own attempts.
  again(core, slot, { ...flight, plain: false, standing: true, receivedAt: undefined }, now, now);
}

function note(core: OutboxCore, slot: Slot, flight: Flight, ref: string | undefined, now: number): void {
  const { shown } = slot;
  const at = { version: flight.version, facts: flight.facts, at: now };
  switch (flight.step) {
    case "post":
      if (slot.purpose === "alert" && core.can?.edit && shown?.ref !== undefined) slot.former = [...(slot.former ?? []), shown.ref];
      slot.shown = { ...at, ref, followedUpAt: shown?.followedUpAt };
      return;
    case "edit":
      slot.shown = { ...shown, ...at, ref: ref ?? flight.ref, told: shown && core.can?.thread ? toldBy(shown) : undefined };
      return;
    case "reply":
      if (!core.can?.edit) slot.shown = { ...shown, ...at, followedUpAt: now };
      else if (shown) slot.shown = { ...shown, told: flight.facts, followedUpAt: now };
      return;
    case "follow":
      slot.shown = { ...at, ref: shown?.ref ?? ref, followedUpAt: now };
      return;
    case "point":
      slot.former = slot.former?.slice(1);
      return;
  }
}

/** Waits for another try or the next step, unless a newer version waits already. */
function again(core: OutboxCore, slot: Slot, flight: Flight, notBefore: number, now: number): void {
  if (slot.waiting) {
    core.abandon(slot, flight, { state: "merged", reason: "newer_version", now });
    // The newer one takes over the failure's back-off: it goes to the same place.
    slot.waiting.notBefore = Math.max(slot.waiting.notBefore, notBefore);
    slot.waiting.receivedAt = earlier(slot.waiting.receivedAt, flight.receivedAt);
    return;
  }
  if (now - flight.createdAt > GIVE_UP_MS) {
    core.abandon(slot, flight, { state: "dead", reason: "gave_up", now });
    return;
  }
  const { id, version, createdAt, since, attempts, plain, standing, kind, receivedAt, log } = flight;
  const waiting: Waiting = { id, version, createdAt, since, notBefore, attempts, plain, receivedAt, log };
  slot.waiting = standing ? { ...waiting, standing, kind } : waiting;
}

function outcomeText(outcome: DeliveryOutcome, { step }: Flight): string {
  // What is not the alert's message itself says so.
  const what = step === "reply" ? ", in the thread" : step === "point" ? ", pointing from the old message to the new one" : "";
  switch (outcome.kind) {
    case "delivered":
    case "thread_lost":
      return `${outcome.kind}${what}`;
    case "retry":
    case "unknown":
      return `${outcome.kind}: ${outcome.reason}${what}`;
    case "rejected":
    case "disabled":
      return `${outcome.kind}: ${outcome.detail ? `${outcome.reason} (${outcome.detail})` : outcome.reason}${what}`;
  }
}
