// New messages: a waiting one is replaced by a newer version of the same alert, never sent after it.
import { type Alert, blankAlert, type Severity } from "../alert.ts";
import type { Notice } from "../destinations/destination.ts";
import { deliveryId, reminderSlot, standInSlot } from "../lib/names.ts";
import { laneOf, type OutboxCore } from "./core.ts";
import type { HandedMessage, Replay } from "./interface.ts";
import { earlier, type Slot } from "./slot.ts";

/** What waited for its hours comes within so long: then one digest tells it. */
const GATHER_MS = 3_000;

/** What a slot of the destination's own begins with. */
type OwnMessage = { purpose: Exclude<Slot["purpose"], "alert"> } & Pick<Slot, "notice" | "digest" | "shown">;

/** Takes one alert's planned versions; versions that are known already change nothing. */
export function planVersions(core: OutboxCore, message: HandedMessage, now: number): void {
  const id = message.alert.id;
  for (const version of take(core, id, message, {}, now)) plan(core, id, version, now, message);
  if (message.alert.status !== "new") dropReminders(core, id, now);
  for (const reminder of message.reminders ?? []) planReminder(core, message.alert, reminder, now);
}

/** A word that an alert waits for somebody; one that is known already changes nothing. */
function planReminder(
  core: OutboxCore,
  alert: Alert,
  { id, text, ping }: NonNullable<HandedMessage["reminders"]>[number],
  now: number,
): void {
  const slot = reminderSlot(alert.id, id);
  if (core.slot(slot)) return;
  core.add(slot, { ...newSlot(alert, "reminder"), reminder: { text, ...(ping ? { ping } : {}) } });
  core.counts.own += 1;
  plan(core, slot, 1, now);
}

/** Somebody has taken the alert: what still waits to say that nobody has is not said. */
function dropReminders(core: OutboxCore, alert: string, now: number): void {
  for (const id of [...core.candidates.keys()].filter((one) => one.startsWith(reminderSlot(alert, "")))) {
    const slot = core.change(id);
    const waiting = slot?.waiting;
    if (!slot || !waiting) continue;
    delete slot.waiting;
    core.abandon(slot, waiting, { state: "merged", reason: "nothing_new", now });
    core.index(id, slot);
  }
}

/** Takes alerts that the destination `from` cannot show now; what this one shows itself is left alone. */
export function planStandIn(core: OutboxCore, from: string, message: HandedMessage, now: number): void {
  const own = core.slot(message.alert.id);
  if (own && (own.shown || own.waiting || own.flight)) return;
  const id = standInSlot(message.alert.id, from);
  for (const version of take(core, id, message, { standsInFor: from }, now)) {
    core.counts.own += 1;
    plan(core, id, version, now, message);
  }
}

/** A word of the relay about itself; one that is known already changes nothing. */
export function planNotice(core: OutboxCore, notice: Notice, now: number): void {
  const id = `notice-${notice.id}${notice.resolved ? ".over" : ""}`;
  if (core.slot(id)) return;
  planOwn(core, ownAlert(id, notice.title, notice.severity, now), { purpose: "notice", notice }, now);
}

/** A message of the destination's own: a test, a word about the relay, a digest. Answers its delivery id. */
export function planOwn(core: OutboxCore, alert: Alert, own: OwnMessage, now: number): string {
  core.add(alert.id, { ...newSlot(alert, own.purpose), ...own });
  core.counts.own += 1;
  plan(core, alert.id, 1, now);
  return deliveryId(core.destination, alert.id, 1);
}

/** What a message that is about no alert has in its place. `at` in Unix ms. */
export const ownAlert = (id: string, title: string, severity: Severity, at: number): Alert =>
  blankAlert({ id, key: id, source: "tocsin", route: "", severity }, at, { title });

/** Puts a dead delivery back: it sends the alert's latest version, and is merged at once when a newer message is on its way. */
export function replayDead(core: OutboxCore, slotId: string, id: string, now: number): Replay {
  const slot = core.change(slotId);
  const record = slot?.settled.find((settled) => settled.id === id);
  if (!slot || !record) return slot?.waiting?.id === id || slot?.flight?.id === id ? "not_dead" : "unknown";
  if (record.state !== "dead") return "not_dead";
  const again = core.reopen(slot, record, now);
  const newer = slot.waiting ?? slot.flight;
  const upToDate = slot.shown !== undefined && slot.shown.version >= slot.alert.version;
  if (newer || upToDate) core.end(slot, again, { state: "merged", reason: "newer_version", now });
  else slot.waiting = again;
  core.health.forgive();
  return "replayed";
}

const newSlot = (alert: Alert, purpose: Slot["purpose"]): Slot => ({ alert, purpose, planned: 0, settled: [], owed: [] });

/** Brings the slot up to the alert's latest version. Answers the versions that are new. */
function take(core: OutboxCore, id: string, message: HandedMessage, more: Partial<Slot>, now: number): number[] {
  const { alert, versions, rule, trace } = message;
  const known = slotOf(core, id, alert, now);
  const fresh = versions.filter((version) => version > (known?.planned ?? 0));
  if (fresh.length === 0) return [];
  const slot = core.change(id) ?? { ...newSlot(alert, "alert"), ...more };
  if (alert.version >= slot.alert.version) slot.alert = alert;
  if (rule !== undefined) slot.rule ??= rule;
  if (trace !== undefined) slot.trace = trace;
  core.add(id, slot);
  return fresh;
}

/**
 * The alert's slot. The ledger may have removed the alert meanwhile (its retention, or somebody erased it) and begun it anew, with
 * versions from 1: then the slot begins anew as well, since what the old one had is no reason to withhold the new one.
 */
function slotOf(core: OutboxCore, id: string, alert: Alert, now: number): Slot | undefined {
  const slot = core.slot(id);
  if (!slot || slot.alert.created_at >= alert.created_at) return slot;
  const old = core.change(id) ?? slot;
  for (const message of [old.flight, old.waiting]) {
    if (message) core.abandon(old, message, { state: "merged", reason: "newer_version", now });
  }
  const { owed, standsInFor } = old;
  const fresh = { ...newSlot(alert, "alert"), standsInFor, owed, settled: old.settled.filter((record) => owed.includes(record.id)) };
  core.add(id, fresh);
  return fresh;
}

function plan(
  core: OutboxCore,
  slotId: string,
  version: number,
  now: number,
  { receivedAt, digest }: Pick<HandedMessage, "receivedAt" | "digest"> = {},
): void {
  const slot = core.change(slotId);
  if (!slot) return;
  const replaced = slot.waiting;
  if (replaced) core.abandon(slot, replaced, { state: "merged", reason: "newer_version", now });
  core.counts.planned += 1;
  core.counts.pending += 1;
  const id = deliveryId(core.destination, slotId, version);
  // It keeps the place in the line, not the back-off: the newer version may be the one that gets through.
  const since = replaced?.since ?? now;
  const first = earlier(replaced?.receivedAt, receivedAt);
  slot.waiting = { id, version, createdAt: now, since, notBefore: now, attempts: 0, plain: false, receivedAt: first, log: [] };
  // A critical one waits for nobody, and is told on its own.
  if ((digest || replaced?.digest) && laneOf(slot) !== 0) Object.assign(slot.waiting, { digest: true, notBefore: now + GATHER_MS });
  slot.planned = version;
}
