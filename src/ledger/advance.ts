// How one event, or the answer of a source's API, changes an alert. Pure: same input, same output.
// Promise 6: each field keeps the value of the highest order, so that any permutation of a stream ends in the same state.
import type {
  Alert,
  AlertPatch,
  Asset,
  Attack,
  Change,
  ChangeKind,
  Enrichment,
  Json,
  Observable,
  Severity,
  SourceEvent,
  Status,
} from "../alert.ts";
import { blankAlert, enrichmentsOf, enrichmentText, STATUSES, severityId } from "../alert.ts";
import { isEmptied } from "../alert-content.ts";
import { stableJson } from "../lib/json.ts";
import { own } from "../lib/own.ts";
import { isEcho, withoutEcho } from "./echo.ts";
import type { AlertState } from "./state.ts";

/** What the ledger knows besides the event. Times in Unix ms. */
export interface AdvanceContext {
  alertId: string;
  source: string;
  route: string;
  defaultSeverity: Severity;
  receivedAt: number;
}

/** The state after one event, and whether anything that a reader can see changed (then the version grew). */
export interface Advanced {
  state: AlertState;
  changed: boolean;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Folds one event into the alert. `before` is undefined for the first event of its key. */
export function advance(before: AlertState | undefined, event: SourceEvent, context: AdvanceContext): Advanced {
  const base = before ? revived(before, event) : emptyState(event, context);
  const order = event.order ?? context.receivedAt;
  const patch = before ? withoutEcho(before, event.patch, context.receivedAt) : event.patch;
  const next = applyPatch(base, patch, order, context.defaultSeverity);
  const echoes = before !== undefined && isEcho(before, event, context.receivedAt);
  next.events = base.events + (echoes ? 0 : 1);
  if (!next.newest || order >= next.newest.order) next.newest = { order, receivedAt: context.receivedAt };
  if (!echoes) widenSeen(next, event, context);
  next.alert.count = Math.max(next.events, next.total);
  return seal(before, next, event.kind === "commented" ? "commented" : "updated", context.receivedAt);
}

/** Folds the answer of the source's API into the alert; `fetchedAt` (Unix ms) is its order. */
export function advanceDetail(before: AlertState, patch: AlertPatch, fetchedAt: number, context: AdvanceContext): Advanced {
  const next = applyPatch(before, withoutEcho(before, patch, context.receivedAt), fetchedAt, context.defaultSeverity);
  next.alert.count = Math.max(next.events, next.total);
  next.alert.enriched = true;
  delete next.alert.enriched_reason;
  return seal(before, next, "updated", context.receivedAt);
}

/** Adds what enrichers told. Theirs alone: no source asserts it, so it has no order. */
export function advanceEnrichments(before: AlertState, enrichments: readonly Enrichment[], context: AdvanceContext): Advanced {
  const next = copyOf(before);
  const known = Array.isArray(before.alert.data.enrichments) ? before.alert.data.enrichments : [];
  next.alert.data = { ...next.alert.data, enrichments: [...known, ...(enrichments as unknown as Json[])] };
  return seal(before, next, "updated", context.receivedAt);
}

/** Notes that the detail is missing, and why; this alone is visible but no change that anyone need be told of. */
export function withoutDetail(before: AlertState, reason: string): AlertState {
  if (before.alert.enriched) return before;
  return { ...before, alert: { ...before.alert, enriched_reason: reason } };
}

/** What somebody's own status is called, with who set it. */
const OWN_LABELS: Readonly<Record<Status, (author: string) => string>> = {
  new: () => "new",
  in_progress: (author) => `acknowledged by ${author}`,
  suppressed: (author) => `suppressed by ${author}`,
  resolved: (author) => `resolved by ${author}`,
};

/** Sets our own status, or adds a comment of ours. It stands until the source reports a status other than its present one. */
export function advanceOwn(
  before: AlertState,
  own: { status?: Status; author: string; comment?: { author: string; text: string } },
  context: AdvanceContext,
): Advanced {
  const next = copyOf(before);
  const { status, author } = own;
  if (status) next.ownStatus = { status, label: OWN_LABELS[status](author), over: before.sourceStatus.status };
  if (own.comment) next.alert.data = { ...next.alert.data, comment: { ...own.comment, at: iso(context.receivedAt) } };
  settleStatus(next);
  return seal(before, next, own.comment && !own.status ? "commented" : "updated", context.receivedAt);
}

/** What its retention emptied is filled anew by what the source says now. */
const revived = (before: AlertState, { key }: SourceEvent): AlertState =>
  isEmptied(before.alert) ? { ...before, alert: { ...before.alert, key, title: "" } } : before;

function emptyState({ key, occurred_at: occurredAt, detail }: SourceEvent, context: AdvanceContext): AlertState {
  const { alertId: id, source, route, defaultSeverity: severity, receivedAt } = context;
  const seenAt = occurredAt ?? iso(receivedAt);
  const alert = blankAlert({ id, key, source, route, severity }, receivedAt, {
    version: 0,
    severity_label: "unknown",
    count: 0,
    first_seen: seenAt,
    last_seen: seenAt,
    // Without anything to ask, what we have is all there is.
    enriched: detail === undefined,
  });
  return {
    alert,
    orders: {},
    events: 0,
    total: 0,
    severityKnown: false,
    sourceStatus: { status: "new", label: "new" },
    shownBy: [],
    decidedSeq: 0,
    plannedVersion: 0,
    handover: [],
    copies: 0,
  };
}

/** Fields that follow the plain rule: highest order wins, equal orders are settled by their text, so that no order of arrival shows. */
const PLAIN = ["title", "summary", "category", "type", "rule", "tenant", "first_seen", "last_seen", "url"] as const;
const LISTS = ["assets", "observables", "attacks", "tags"] as const;

/** A state whose fields can be set without changing the one it was made from; lists and nested values are replaced, never changed. */
const copyOf = (state: AlertState): AlertState => ({
  ...state,
  alert: { ...state.alert, data: { ...state.alert.data } },
  orders: { ...state.orders },
});

function applyPatch(base: AlertState, patch: AlertPatch, order: number, defaultSeverity: Severity): AlertState {
  const next = copyOf(base);
  const orders = next.orders;
  const wins = (field: string, value: unknown, present: unknown): boolean => {
    const known = orders[field];
    if (known === undefined || order > known) return true;
    return order === known && stableJson(value) > stableJson(present);
  };
  const alert = next.alert as unknown as Record<string, unknown>;
  for (const field of [...PLAIN, ...LISTS]) {
    const value = patch[field];
    if (value === undefined || !wins(field, value, alert[field])) continue;
    alert[field] = value;
    orders[field] = order;
  }
  for (const [key, value] of Object.entries(patch.data ?? {})) {
    if (!wins(`data.${key}`, value, own(next.alert.data, key))) continue;
    next.alert.data[key] = value;
    orders[`data.${key}`] = order;
  }
  joinLists(next.alert, patch);
  applySeverity(next, patch, order, defaultSeverity);
  applyStatus(next, patch, order);
  if (patch.total !== undefined) next.total = Math.max(next.total, patch.total);
  return next;
}

function applySeverity(next: AlertState, patch: AlertPatch, order: number, defaultSeverity: Severity): void {
  if (patch.severity === undefined) {
    if (!next.severityKnown) setSeverity(next.alert, defaultSeverity, "unknown");
    return;
  }
  const known = next.severityKnown ? next.orders.severity : undefined;
  const worse = severityId(patch.severity) > next.alert.severity_id;
  if (known === undefined || order > known || (order === known && worse)) {
    setSeverity(next.alert, patch.severity, patch.severity_label ?? patch.severity);
    next.orders.severity = order;
    next.severityKnown = true;
  }
}

function setSeverity(alert: Alert, severity: Severity, label: string): void {
  alert.severity = severity;
  alert.severity_id = severityId(severity);
  alert.severity_label = label;
}

function applyStatus(next: AlertState, patch: AlertPatch, order: number): void {
  if (patch.status !== undefined) {
    const known = next.orders.status;
    const lessResolved = STATUSES.indexOf(patch.status) < STATUSES.indexOf(next.sourceStatus.status);
    if (known === undefined || order > known || (order === known && lessResolved)) {
      next.sourceStatus = { status: patch.status, label: patch.status_label ?? patch.status };
      next.orders.status = order;
    }
  }
  settleStatus(next);
}

/** Ours stands until the source reports a status other than the one it had when we set it. */
function settleStatus(next: AlertState): void {
  if (next.ownStatus && next.ownStatus.over !== next.sourceStatus.status) delete next.ownStatus;
  const effective = next.ownStatus ?? next.sourceStatus;
  next.alert.status = effective.status;
  next.alert.status_label = effective.label;
}

function joinLists(alert: Alert, patch: AlertPatch): void {
  const add = patch.add;
  if (!add) return;
  if (add.assets) alert.assets = union(alert.assets, add.assets, assetText);
  if (add.observables) alert.observables = union(alert.observables, add.observables, observableKey);
  if (add.attacks) alert.attacks = union(alert.attacks, add.attacks, attackText);
  if (add.tags) alert.tags = union(alert.tags, add.tags, (tag) => tag);
}

/** The most members that a joined list keeps: an alert that names ever new ones must not outgrow its row. */
const maxJoined = 500;

/** Sorted by key, so that the order of arrival does not show; of too many, the first by key stay, which no order changes either. */
function union<Item>(present: Item[], added: Item[], key: (item: Item) => string): Item[] {
  const byKey = new Map(present.map((item) => [key(item), item]));
  for (const item of added) {
    const same = byKey.get(key(item));
    if (same === undefined || stableJson(item) > stableJson(same)) byKey.set(key(item), item);
  }
  const sorted = [...byKey].sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.slice(0, maxJoined).map(([, item]) => item);
}

/** Times that no source asserted follow the events themselves. */
function widenSeen(next: AlertState, event: SourceEvent, context: AdvanceContext): void {
  const at = event.occurred_at ?? iso(context.receivedAt);
  if (next.orders.first_seen === undefined && at < next.alert.first_seen) next.alert.first_seen = at;
  if (next.orders.last_seen === undefined && at > next.alert.last_seen) next.alert.last_seen = at;
}

/** Compares with the state before, and gives the version and the change. */
function seal(before: AlertState | undefined, next: AlertState, kind: "updated" | "commented", receivedAt: number): Advanced {
  const change = before
    ? changeBetween(before.alert, next.alert, kind)
    : { kind: firstKind(next.alert), fields: {}, added: {}, removed: {} };
  if (before && isEmpty(change)) return { state: next, changed: false };
  // Not every event names its alert; what stands in here is replaced by whatever a source asserts.
  if (next.alert.title === "") next.alert.title = next.alert.rule?.name ?? next.alert.key;
  next.alert.version = (before?.alert.version ?? 0) + 1;
  next.alert.updated_at = iso(Math.max(receivedAt, Date.parse(before?.alert.updated_at ?? iso(receivedAt))));
  next.alert.change = change;
  return { state: next, changed: true };
}

const firstKind = (alert: Alert): ChangeKind => (alert.status === "resolved" ? "resolved" : "opened");

const COMPARED = [
  "title",
  "summary",
  "severity",
  "severity_label",
  "status",
  "status_label",
  "category",
  "type",
  "rule",
  "tenant",
  "count",
  "first_seen",
  "last_seen",
  "url",
  "enriched",
] as const;

/** What is different between two states of one alert, in a reader's terms. */
export function changeBetween(before: Alert, after: Alert, kind: "updated" | "commented"): Change {
  const change: Change = { kind: changeKind(before, after, kind), fields: {}, added: {}, removed: {} };
  for (const field of COMPARED) note(change, field, before[field], after[field]);
  for (const key of new Set([...Object.keys(before.data), ...Object.keys(after.data)])) {
    if (key !== "enrichments") note(change, `data.${key}`, own(before.data, key), own(after.data, key));
  }
  if (before.data.enrichments !== after.data.enrichments)
    compareList(change, "enrichments", enrichmentsOf(before), enrichmentsOf(after), enrichmentText);
  compareList(change, "assets", before.assets, after.assets, assetText);
  compareList(change, "observables", before.observables, after.observables, observableText);
  compareList(change, "attacks", before.attacks, after.attacks, attackText);
  compareList(change, "tags", before.tags, after.tags, (tag) => tag);
  return change;
}

function changeKind(before: Alert, after: Alert, kind: "updated" | "commented"): ChangeKind {
  if (after.status === "resolved" && before.status !== "resolved") return "resolved";
  if (before.status === "resolved" && after.status !== "resolved") return "reopened";
  return kind;
}

function note(change: Change, field: string, before: unknown, after: unknown): void {
  if (before === after || stableJson(before) === stableJson(after)) return;
  change.fields[field] = { before: (before ?? null) as Json, after: (after ?? null) as Json };
}

function compareList<Item>(change: Change, field: string, before: Item[], after: Item[], text: (item: Item) => string): void {
  if (before === after) return;
  const had = new Set(before.map(text));
  const has = new Set(after.map(text));
  const added = [...has].filter((member) => !had.has(member));
  const removed = [...had].filter((member) => !has.has(member));
  if (added.length > 0) change.added[field] = added;
  if (removed.length > 0) change.removed[field] = removed;
}

const isEmpty = (change: Change): boolean =>
  Object.keys(change.fields).length === 0 && Object.keys(change.added).length === 0 && Object.keys(change.removed).length === 0;

const assetText = (asset: Asset): string => asset.name;
const observableText = (observable: Observable): string => observable.value;
const observableKey = (observable: Observable): string => `${observable.type} ${observable.value}`;
const attackText = (attack: Attack): string => [attack.technique ?? attack.tactic, attack.name].filter(Boolean).join(" ");
