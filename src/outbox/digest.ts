// A backlog that would take too long one by one becomes one message. Critical alerts are never swallowed, and what a chat can
// edit in place is edited rather than told again.
import { type Alert, SEVERITIES, type Severity } from "../alert.ts";
import type { View } from "../destinations/destination.ts";
import { deliveryId } from "../lib/names.ts";
import type { OutboxCore, Target } from "./core.ts";
import { factsOf, type Slot } from "./slot.ts";

/** What of it survives a restart: when the last digest was made (Unix ms), and how many there were. */
export interface DigestState {
  lastAt: number;
  made: number;
}

/** Puts a digest in the line if the backlog calls for one; what it swallows is merged. */
export function digestBacklog(core: OutboxCore, target: Target, now: number): void {
  const { after, everyMs, max } = target.config.digest;
  if (core.candidates.size <= after || now - core.digest.lastAt < everyMs) return;
  // Many messages that are gone in a moment are no backlog.
  if (core.health.drainMs(core.candidates.size) <= everyMs) return;
  const swallowed = backlog(core, target, now);
  if (swallowed.length <= after || core.health.drainMs(swallowed.length) <= everyMs) return;
  const slots = swallowed.slice(0, max).flatMap((id) => core.change(id) ?? []);
  core.digest = { lastAt: now, made: core.digest.made + 1 };
  const name = `digest-${core.digest.made}`;
  const id = deliveryId(core.destination, name, 1);
  const slot = digestSlot(slots, target, now, id);
  core.counts.planned += 1;
  core.counts.own += 1;
  core.counts.pending += 1;
  core.add(name, slot);
  for (const one of slots) swallow(core, one, id, now);
  core.indexTouched();
}

/** Slots whose message a digest may replace, the longest waiting first. */
function backlog(core: OutboxCore, target: Target, now: number): string[] {
  const waiting: { id: string; since: number }[] = [];
  for (const [id, { lane, since, notBefore }] of core.candidates) {
    if (lane === 0 || notBefore > now) continue;
    const slot = core.slot(id);
    if (slot?.purpose !== "alert") continue;
    if (target.adapter.can(target.config.settings).edit && slot.shown?.ref !== undefined) continue;
    waiting.push({ id, since });
  }
  return waiting.sort((left, right) => left.since - right.since).map(({ id }) => id);
}

/** Frozen here: whatever happens to the alerts, this digest and its id stay the same at every attempt. */
function digestSlot(slots: Slot[], target: Target, now: number, id: string): Slot {
  const alerts = slots.map(({ alert }) => alert).sort(byImportance);
  const bySeverity = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { severity } of alerts) bySeverity[severity] += 1;
  const links = target.relayUrl ? { tocsin: `${target.relayUrl}/alerts` } : {};
  const times = alerts.map(({ last_seen }) => last_seen).sort();
  const view: View = {
    kind: "digest",
    alerts,
    newest: alerts.toSorted((left, right) => (left.created_at < right.created_at ? 1 : -1)).slice(0, 3),
    total: alerts.length,
    bySeverity,
    bySource: [],
    byRule: [],
    since: times[0] ?? "",
    until: times.at(-1) ?? "",
    running: false,
    links,
  };
  const { adapter, config } = target;
  const frozen = { body: adapter.render(view, config.settings), plain: adapter.plain(view, config.settings) };
  const [first] = alerts;
  if (!first) throw new Error("a digest of nothing");
  const waiting = { id, version: 1, createdAt: now, since: now, notBefore: now, attempts: 0, plain: false, log: [] };
  return { alert: first, purpose: "digest", planned: 1, waiting, settled: [], owed: [], frozen };
}

/** The digest shows it: its own message is merged, and later changes are told against what the digest said. */
function swallow(core: OutboxCore, slot: Slot, digest: string, now: number): void {
  const waiting = slot.waiting;
  if (!waiting) return;
  delete slot.waiting;
  core.end(slot, waiting, { state: "merged", reason: `digest ${digest}`, now });
  slot.shown = { ...slot.shown, version: waiting.version, facts: factsOf(slot.alert), at: now };
}

const byImportance = (left: Alert, right: Alert): number =>
  right.severity_id - left.severity_id || (left.created_at < right.created_at ? 1 : -1);
