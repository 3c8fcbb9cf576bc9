// A backlog that would take too long one by one becomes one message. Critical alerts are never swallowed, a rise is always
// told on its own, and what a chat can edit in place is edited rather than told again. Where the chat can edit, one summary
// counts the whole storm and is kept current.
import { type Alert, rises, SEVERITIES, type Severity } from "../alert.ts";
import type { Links, Tally, View } from "../destinations/destination.ts";
import { deliveryId } from "../lib/names.ts";
import type { OutboxCore, Target } from "./core.ts";
import { ownAlert, planOwn } from "./plan.ts";
import { factsOf, type Slot } from "./slot.ts";
import { toldBy } from "./steps.ts";

/** What of the digests survives a restart. Times in Unix ms. */
export interface DigestLog {
  lastAt: number;
  made: number;
  /** More waits than one transaction could swallow: the next digest follows at once. */
  more?: boolean;
  /** The slot of the digest that is not settled yet. */
  open?: string;
  /** The slot of the storm's last digest: the next one of the same storm goes on counting from it. */
  storm?: string;
}

/** What one digest holds, as its slot keeps it until it is sent first, and for the next digest of the storm. */
export interface DigestState {
  /** The slot of the storm's first digest. */
  storm: string;
  /** Alerts, and later versions of alerts that the storm's digests hold already. */
  total: number;
  updates: number;
  bySeverity: Record<Severity, number>;
  bySource: Record<string, number>;
  byRule: Record<string, number>;
  /** In brief: worst first, and latest first. */
  worst: Alert[];
  newest: Alert[];
  since: string;
  until: string;
  running: boolean;
  /** They waited for the hours of their rule. */
  waited?: true;
}

/** Messages that are gone sooner than this are no backlog. */
const PATIENCE_MS = 10_000;
/** Slots that one transaction swallows: each is a row. */
const MOST_SWALLOWED = 2_000;
const NEWEST = 5;
/** Names that a tally keeps; the rest counts as others. */
const MOST_NAMES = 200;
const OTHERS = "others";
/** A summary is kept current a few times in the span in which other chats get one digest. */
const RUNNING_SHARE = 4;
const RUNNING_LEAST_MS = 5_000;
/** A storm is over when it needed no digest for so many spans. */
const STORM_SPANS = 10;

/** Puts a digest in the line if the backlog calls for one, or adds to the one that was not sent yet; what it swallows is merged. */
export function digestBacklog(core: OutboxCore, target: Target, now: number): void {
  const { after, everyMs, max } = target.config.digest;
  digestHeld(core, now, max);
  const patience = Math.min(everyMs, PATIENCE_MS);
  if (core.candidates.size <= after || core.health.drainMs(core.candidates.size) <= patience) return;
  const open = core.digest.open === undefined ? undefined : core.slot(core.digest.open);
  // Content and id are frozen at the first attempt: what comes then waits for the next digest.
  if (open?.flight || (open?.waiting && open.frozen)) return;
  const running = target.can.edit;
  const span = running ? Math.min(everyMs, Math.max(RUNNING_LEAST_MS, everyMs / RUNNING_SHARE)) : everyMs;
  if (!open?.waiting && !core.digest.more && now - core.digest.lastAt < span) return;
  const swallowed = backlog(core, target, now);
  if (swallowed.length <= (core.digest.more ? 0 : after) || core.health.drainMs(swallowed.length) <= patience) return;
  const name = open?.waiting && core.digest.open ? core.digest.open : begin(core, now, running, everyMs);
  const slot = core.change(name);
  if (!slot?.digest) return;
  for (const id of swallowed.slice(0, MOST_SWALLOWED)) {
    const one = core.change(id);
    if (one) swallow(core, one, slot.digest, deliveryId(core.destination, name, 1), now, max);
  }
  core.digest = { ...core.digest, lastAt: now, more: swallowed.length > MOST_SWALLOWED };
  core.indexTouched();
}

/** What waited for its hours to be told in one digest: that comes when the first of it is due, however little else waits. */
function digestHeld(core: OutboxCore, now: number, max: number): void {
  const held: { id: string; notBefore: number }[] = [];
  for (const [id, { lane, notBefore, digest }] of core.candidates) if (digest && lane !== 0) held.push({ id, notBefore });
  if (held.length < 2 || !held.some(({ notBefore }) => notBefore <= now)) return;
  const open = core.digest.open === undefined ? undefined : core.slot(core.digest.open);
  if (open?.flight || open?.waiting) return;
  const made = core.digest.made + 1;
  const name = `digest-${made}`;
  planOwn(core, ownAlert(name, "digest", "high", now), { purpose: "digest", digest: { ...emptyDigest(name, false), waited: true } }, now);
  core.digest = { ...core.digest, made, open: name };
  const slot = core.change(name);
  if (!slot?.digest) return;
  for (const { id } of held.slice(0, MOST_SWALLOWED)) {
    const one = core.change(id);
    if (one) swallow(core, one, slot.digest, deliveryId(core.destination, name, 1), now, max);
  }
  core.indexTouched();
}

/** Slots whose message a digest may replace, the longest waiting first. */
function backlog(core: OutboxCore, target: Target, now: number): string[] {
  const waiting: { id: string; since: number }[] = [];
  for (const [id, { lane, since, notBefore }] of core.candidates) {
    if (lane === 0 || notBefore > now) continue;
    const slot = core.slot(id);
    if (slot?.purpose !== "alert" || slot.waiting?.standing || slot.failedOver) continue;
    if (target.can.edit && slot.shown?.ref !== undefined) continue;
    if (slot.shown && rises(toldBy(slot.shown).severity, slot.alert.severity)) continue;
    waiting.push({ id, since });
  }
  return waiting.sort((left, right) => left.since - right.since).map(({ id }) => id);
}

/** A new digest, going on with the storm's summary where there is one. Answers its slot. */
function begin(core: OutboxCore, now: number, running: boolean, everyMs: number): string {
  const made = core.digest.made + 1;
  const name = `digest-${made}`;
  const goesOn = running && now - core.digest.lastAt < STORM_SPANS * everyMs;
  const before = goesOn && core.digest.storm !== undefined ? core.slot(core.digest.storm) : undefined;
  const digest = before?.digest ? structuredClone(before.digest) : emptyDigest(name, running);
  const shown = before?.shown?.ref === undefined ? undefined : { ...before.shown, version: 0 };
  planOwn(core, ownAlert(name, "digest", "high", now), { purpose: "digest", digest, shown }, now);
  // Its content goes on in the new one.
  if (before?.digest && core.digest.storm !== undefined) delete core.change(core.digest.storm)?.digest;
  core.digest = { ...core.digest, made, open: name, storm: name };
  return name;
}

/** The digest shows it: its own message is merged, and later changes are told against what the digest said. */
function swallow(core: OutboxCore, slot: Slot, digest: DigestState, id: string, now: number, max: number): void {
  const waiting = slot.waiting;
  if (!waiting) return;
  delete slot.waiting;
  core.end(slot, waiting, { state: "merged", reason: `digest ${id}`, now });
  count(digest, slot.alert, slot.storm === digest.storm, max);
  slot.storm = digest.storm;
  slot.shown = { ...slot.shown, version: waiting.version, facts: factsOf(slot.alert), told: undefined, at: now };
}

function count(digest: DigestState, alert: Alert, held: boolean, max: number): void {
  const { last_seen: lastSeen } = alert;
  digest.since = digest.since === "" || lastSeen < digest.since ? lastSeen : digest.since;
  if (lastSeen > digest.until) digest.until = lastSeen;
  const brief = briefOf(alert);
  const others = (list: Alert[]) => list.filter(({ id }) => id !== alert.id);
  digest.newest = [...others(digest.newest), brief].sort((left, right) => (left.created_at < right.created_at ? 1 : -1)).slice(0, NEWEST);
  digest.worst = insert(others(digest.worst), brief, max);
  if (held) {
    digest.updates += 1;
    return;
  }
  digest.total += 1;
  digest.bySeverity[alert.severity] += 1;
  tally(digest.bySource, alert.source);
  tally(digest.byRule, alert.rule?.name || alert.category || alert.type || OTHERS);
}

function insert(list: Alert[], alert: Alert, max: number): Alert[] {
  const last = list.at(-1);
  if (list.length >= max && last && byImportance(last, alert) <= 0) return list;
  return [...list, alert].sort(byImportance).slice(0, max);
}

function tally(counts: Record<string, number>, name: string): void {
  const key = Object.hasOwn(counts, name) || Object.keys(counts).length < MOST_NAMES ? name : OTHERS;
  counts[key] = (counts[key] ?? 0) + 1;
}

const byImportance = (left: Alert, right: Alert): number =>
  right.severity_id - left.severity_id || (left.created_at < right.created_at ? 1 : left.created_at > right.created_at ? -1 : 0);

const emptyDigest = (storm: string, running: boolean): DigestState => ({
  storm,
  total: 0,
  updates: 0,
  bySeverity: Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>,
  bySource: {},
  byRule: {},
  worst: [],
  newest: [],
  since: "",
  until: "",
  running,
});

/** What a digest's line needs of an alert. */
function briefOf(alert: Alert): Alert {
  const change = { kind: alert.change.kind, fields: {}, added: {}, removed: {} };
  const host = alert.observables.find(({ type }) => type === "host" || type === "user");
  return {
    ...alert,
    title: alert.title.slice(0, 300),
    summary: "",
    assets: alert.assets.slice(0, 1),
    observables: host ? [host] : [],
    attacks: [],
    tags: [],
    data: {},
    change,
  };
}

/** A digest as its adapter shows it. */
export function digestView(digest: DigestState, links: Links): View {
  const { worst, newest, total, updates, bySeverity, bySource, byRule, since, until, running, waited = false } = digest;
  const sorted = (counts: Record<string, number>): Tally[] =>
    Object.entries(counts)
      .map(([name, count]) => ({ name, count }))
      .sort((left, right) => right.count - left.count || (left.name < right.name ? -1 : 1));
  const tallies = { bySource: sorted(bySource), byRule: sorted(byRule) };
  const content = { alerts: worst, newest, total, updates, bySeverity, ...tallies, since, until, running };
  return { kind: "digest", ...content, ...(waited ? { waited } : {}), links };
}
