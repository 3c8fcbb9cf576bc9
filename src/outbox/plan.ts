// New messages: a waiting one is replaced by a newer version of the same alert, never sent after it.
import type { Alert } from "../alert.ts";
import { deliveryId } from "../lib/names.ts";
import type { OutboxCore } from "./core.ts";
import type { HandedMessage } from "./interface.ts";
import type { Slot, Waiting } from "./slot.ts";

/** Takes one alert's planned versions; versions that are known already change nothing. */
export function planVersions(core: OutboxCore, message: HandedMessage, now: number): void {
  const id = message.alert.id;
  const known = core.slot(id);
  const fresh = message.versions.filter((version) => version > (known?.planned ?? 0));
  if (fresh.length === 0) return;
  const slot = core.change(id) ?? newSlot(message.alert, "alert");
  if (message.alert.version >= slot.alert.version) slot.alert = message.alert;
  for (const version of fresh) {
    core.counts.planned += 1;
    putWaiting(core, slot, deliveryId(core.destination, id, version), version, now);
    slot.planned = version;
  }
  core.add(id, slot);
}

/** A destination's own test message. Answers its delivery id. */
export function planTest(core: OutboxCore, alert: Alert, now: number): string {
  const slot = newSlot(alert, "test");
  const id = deliveryId(core.destination, alert.id, 1);
  core.counts.planned += 1;
  core.counts.own += 1;
  putWaiting(core, slot, id, 1, now);
  core.add(alert.id, slot);
  return id;
}

/** Puts a dead delivery back: it sends the alert's latest version, and is merged at once when a newer message is on its way. */
export function replayDead(core: OutboxCore, slotId: string, id: string, now: number): "replayed" | "not_dead" | "unknown" {
  const slot = core.change(slotId);
  const record = slot?.settled.find((settled) => settled.id === id);
  if (!slot || !record) return slot?.waiting?.id === id || slot?.flight?.id === id ? "not_dead" : "unknown";
  if (record.state !== "dead") return "not_dead";
  core.counts.dead -= 1;
  core.counts.pending += 1;
  slot.settled = slot.settled.filter((settled) => settled.id !== id);
  const createdAt = Date.parse(record.created_at);
  const again: Waiting = {
    id,
    version: record.version,
    createdAt,
    since: now,
    notBefore: now,
    attempts: record.attempts,
    plain: false,
    log: record.log,
  };
  const newer = slot.waiting ?? slot.flight;
  const upToDate = slot.shown !== undefined && slot.shown.version >= slot.alert.version;
  if (newer || upToDate) core.end(slot, again, { state: "merged", reason: "newer_version", now });
  else slot.waiting = again;
  core.health.forgive();
  return "replayed";
}

const newSlot = (alert: Alert, purpose: Slot["purpose"]): Slot => ({ alert, purpose, planned: 0, settled: [], owed: [] });

function putWaiting(core: OutboxCore, slot: Slot, id: string, version: number, now: number): void {
  const replaced = slot.waiting;
  if (replaced) core.end(slot, replaced, { state: "merged", reason: "newer_version", now });
  core.counts.pending += 1;
  // It keeps the place in the line, not the back-off: the newer version may be the one that gets through.
  slot.waiting = { id, version, createdAt: now, since: replaced?.since ?? now, notBefore: now, attempts: 0, plain: false, log: [] };
}
