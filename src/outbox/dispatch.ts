// Choosing what goes next, and putting it in flight: inside the object's transaction, so that a message is known to be on
// its way before anything is sent.
import { deliveryKey } from "../lib/names.ts";
import { LINK_MS, type Unsealed } from "../lib/signed-link.ts";
import type { DeadReason } from "../outcome.ts";
import type { OutboxCore, Target } from "./core.ts";
import { digestBacklog } from "./digest.ts";
import type { QueuedMessage } from "./interface.ts";
import { factsOf, kindOf, type Slot } from "./slot.ts";
import { ACTIONS, nextStep } from "./steps.ts";
import { bodyOf } from "./view.ts";

/** In flight at once: bounds what may stand twice on the wall after a crash. */
export const WINDOW = 8;
/** A message that has not been answered for is given up for lost after this: the queue's delay, 10 s for the POST, and a margin. */
const LEASE_MS = 45_000;
/** A larger body goes by reference: the queue takes 128,000 bytes, and 256,000 in one call. */
const MOST_BODY_BYTES = 60_000;

/** Puts messages in flight as far as window, pace and the shared budget allow. Answers what to send. */
export function dispatch(core: OutboxCore, now: number): QueuedMessage[] {
  const target = core.target;
  if (target === "broken") return [];
  if (target === "removed") {
    for (const id of [...core.candidates.keys()]) endWaiting(core, id, "destination_removed", now);
    core.removed();
    return [];
  }
  const gone = core.health.gone(now);
  if (gone) {
    // Where somebody takes over, nothing has to die for it.
    if (!target.config.failover) for (const id of [...core.candidates.keys()]) endWaiting(core, id, gone.reason, now);
    return [];
  }
  digestBacklog(core, target, now);
  const messages: QueuedMessage[] = [];
  while (hasRoom(core, now)) {
    const id = choose(core, now);
    if (id === undefined) break;
    const message = launch(core, id, target, now);
    if (message) messages.push(message);
  }
  return messages;
}

const hasRoom = (core: OutboxCore, now: number): boolean =>
  core.inFlight.size < core.health.window(WINDOW) && core.health.wait(now) === 0 && core.allowance.left() > 0;

/** When something may go next, Unix ms; undefined while an answer must come first or nothing waits. */
export function nextTurn(core: OutboxCore, now: number): number | undefined {
  if (core.candidates.size === 0 || core.inFlight.size >= core.health.window(WINDOW)) return undefined;
  let earliest = Number.POSITIVE_INFINITY;
  for (const { notBefore } of core.candidates.values()) earliest = Math.min(earliest, notBefore);
  return Math.max(earliest, now + core.health.wait(now), core.health.goneUntil(now), core.allowance.nextAt(now));
}

/** The best candidate whose time has come: by lane, then who has waited longest. */
export function choose(core: OutboxCore, now: number): string | undefined {
  let best: { id: string; lane: number; since: number } | undefined;
  for (const [id, { lane, since, notBefore }] of core.candidates) {
    if (notBefore > now) continue;
    if (!best || lane < best.lane || (lane === best.lane && since < best.since)) best = { id, lane, since };
  }
  return best?.id;
}

function launch(core: OutboxCore, id: string, target: Target, now: number): QueuedMessage | undefined {
  const slot = core.change(id);
  const waiting = slot?.waiting;
  if (!slot || !waiting) {
    core.candidates.delete(id);
    return undefined;
  }
  const step = nextStep(slot, waiting.version, target.can, now);
  if (step === undefined) {
    delete slot.waiting;
    core.abandon(slot, waiting, { state: "merged", reason: "nothing_new", now });
    core.index(id, slot);
    return undefined;
  }
  core.health.take(now);
  core.allowance.take();
  const attempts = waiting.attempts + 1;
  const leaseUntil = now + LEASE_MS;
  const ref = step === "point" ? slot.former?.[0] : step === "edit" || step === "reply" ? slot.shown?.ref : undefined;
  const links = unsealed(slot, target, now);
  const body = bodyOf(slot, target, step, { ...waiting, links });
  if (slot.digest && !slot.frozen) freeze(slot, target);
  slot.flight = {
    ...waiting,
    attempts,
    startedAt: now,
    leaseUntil,
    kind: waiting.kind ?? kindOf(slot),
    step,
    ref,
    recognised: target.can.idempotencyKey,
    facts: factsOf(slot.alert),
    ...(links ? { links } : {}),
  };
  delete slot.waiting;
  core.index(id, slot);
  const key = deliveryKey(waiting.id, step);
  const { destination, memo } = core;
  const message: QueuedMessage = {
    destination,
    id: waiting.id,
    key,
    slot: id,
    attempt: attempts,
    action: ACTIONS[step],
    ref,
    memo,
    trace: slot.trace,
    leaseUntil,
    ...(links ? { links: { ...links, alert: slot.alert.id } } : {}),
  };
  // UTF-16 units times three bound the UTF-8 bytes.
  return body.length * 3 > MOST_BODY_BYTES ? message : { ...message, body };
}

/** A message that tells an alert gets links for whoever reads it, each message its own. */
const unsealed = ({ purpose }: Slot, { relayUrl, marker }: Target, now: number): Unsealed | undefined =>
  relayUrl && marker && (purpose === "alert" || purpose === "reminder") ? { marker: marker(), expiresAt: now + LINK_MS } : undefined;

/** Whatever happens to the alerts, this digest stays the same at every attempt. */
function freeze(slot: Slot, target: Target): void {
  slot.frozen = { body: bodyOf(slot, target, "post", { plain: false }), plain: bodyOf(slot, target, "post", { plain: true }) };
}

/** Ends a waiting message without sending it. */
function endWaiting(core: OutboxCore, id: string, reason: DeadReason, now: number): void {
  const slot = core.change(id);
  if (!slot?.waiting) return;
  const waiting = slot.waiting;
  delete slot.waiting;
  core.abandon(slot, waiting, { state: "dead", reason, now });
  core.index(id, slot);
}

/** The body of the attempt that is in flight, made again: rendering is pure. */
export function bodyInFlight(slot: Slot, target: Target): string | undefined {
  return slot.flight && bodyOf(slot, target, slot.flight.step, slot.flight);
}
