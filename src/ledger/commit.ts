// Claim and advance: what a group of requests changes, inside one transaction.
import type { Change, SourceEvent } from "../alert.ts";
import { alertHash, alertId, eventId } from "../lib/names.ts";
import { advance } from "./advance.ts";
import { type DecisionCore, dropConfirmed } from "./core.ts";
import type { Entry, EntryResult, LogEntry, Submission } from "./interface.ts";
import { isCopy, type KeyedEvent, signatureOf } from "./keyed.ts";
import type { AlertState } from "./state.ts";
import type { EventBody } from "./tables.ts";
import { noteCopy } from "./vitals.ts";

/** Window for events that have neither an id nor a time of their own: only a retry of the sender is a copy. */
const UNIDENTIFIED_WINDOW_MS = 60_000;

/** Why an event of its own is a copy. */
const BY_KEY = "it says nothing new of its dedup_key within dedup_window";

/** One transaction's worth of submissions. Use once. */
export class Commit {
  readonly #core: DecisionCore;
  readonly #states = new Map<string, AlertState>();
  /** Alerts (by hash) that got a new event. */
  readonly touched = new Set<string>();

  constructor(core: DecisionCore) {
    this.#core = core;
  }

  submit(submission: Submission): EntryResult[] {
    const results = submission.entries.map((entry) => this.#entry(entry, submission));
    this.#core.journal.note(logEntry(submission, results));
    return results;
  }

  /** Writes each touched alert once, however many events it got. */
  writeStates(now: number): void {
    for (const [hash, state] of this.#states) this.#core.tables.writeState(hash, state, now);
  }

  #entry(entry: Entry, submission: Submission): EntryResult {
    const counts = this.#core.journal.counts;
    counts.received += 1;
    switch (entry.kind) {
      case "test":
        counts.test += 1;
        return { event: null, alert: null, outcome: "test" };
      case "ignored":
        counts.ignored += 1;
        return { event: null, alert: null, outcome: "ignored", reason: entry.reason };
      case "event":
        return this.#event(entry.event, submission);
    }
  }

  #event(event: SourceEvent, { policy, receivedAt, trace }: Submission): EntryResult {
    const { tables, journal, open, route } = this.#core;
    const window = event.identified ? policy.dedupWindowMs : UNIDENTIFIED_WINDOW_MS;
    const copy = tables.claimed(event.claim, receivedAt - window);
    if (copy) {
      journal.counts.duplicate += 1;
      this.#countCopy(copy.alert, receivedAt);
      return { event: eventId(route, event.claim, copy.receivedAt), alert: alertId(route, copy.alert), outcome: "duplicate" };
    }
    const hash = alertHash(event.key);
    const id = alertId(route, hash);
    const context = { alertId: id, source: policy.source, route, defaultSeverity: policy.defaultSeverity, receivedAt };
    const before = this.#states.get(hash) ?? tables.state(hash);
    const { state, changed } = advance(before, event, context);
    const signature = policy.dedupKey && signatureOf(event, state.alert, policy.dedupKey);
    const keyed = signature === undefined ? undefined : this.#keyed(signature, receivedAt - policy.dedupWindowMs, { before, after: state });
    if (keyed) {
      journal.counts.duplicate += 1;
      const alert = before ? hash : keyed.alert;
      this.#countCopy(alert, receivedAt);
      return { event: eventId(route, keyed.claim, keyed.receivedAt), alert: alertId(route, alert), outcome: "duplicate", reason: BY_KEY };
    }
    if (signature !== undefined) this.#core.keyed?.note(signature, { alert: hash, claim: event.claim, receivedAt });
    journal.counts.accepted += 1;
    journal.counts.processing += 1;
    journal.seq += 1;
    state.trace = trace;
    dropConfirmed({ open }, hash, state);
    const body = bodyOf(event, changed ? state.alert.change : null, trace);
    tables.addEvent(hash, { seq: journal.seq, claim: event.claim, receivedAt, body, payload: event.payload }, !open.has(hash));
    this.#states.set(hash, state);
    this.touched.add(hash);
    open.add(hash);
    return { event: eventId(route, event.claim, receivedAt), alert: id, outcome: "accepted" };
  }

  /** The event of which this one is a copy by the route's key. */
  #keyed(signature: string, since: number, own: { before: AlertState | undefined; after: AlertState }): KeyedEvent | undefined {
    const found = this.#core.keyed?.find(signature);
    if (!found || found.receivedAt <= since) return undefined;
    const other = this.#states.get(found.alert) ?? this.#core.tables.state(found.alert);
    return isCopy(own, other) ? found : undefined;
  }

  /** A copy costs no row but the journal's, which has the latest ones; with the alert's next write they are in its row. */
  #countCopy(hash: string, receivedAt: number): void {
    const state = this.#states.get(hash) ?? this.#core.tables.state(hash);
    if (!state) return;
    state.copies += 1;
    state.copiedAt = receivedAt;
    noteCopy(this.#core.journal.vitals, hash, state.copies, receivedAt);
  }
}

const bodyOf = (event: SourceEvent, change: Change | null, trace: string | undefined): EventBody => ({
  type: event.type,
  occurredAt: event.occurred_at,
  change,
  detail: event.detail,
  detailOnlyIfThin: event.detailOnlyIfThin,
  trace,
});

function logEntry(submission: Submission, results: EntryResult[]): LogEntry {
  const outcomes = new Set(results.map((result) => result.outcome));
  const outcome = (["accepted", "duplicate", "test", "ignored"] as const).find((one) => outcomes.has(one)) ?? "ignored";
  const { receivedAt, bytes, trace } = submission;
  const entry: LogEntry = {
    at: receivedAt,
    status: 202,
    outcome,
    bytes,
    trace,
    results: results.map(({ event, alert, outcome }) => ({ event, alert, outcome })),
  };
  // Protocol traffic leaves no other trace: what it said stands here or nowhere.
  const reason = results.find((result) => result.reason !== undefined)?.reason;
  return reason === undefined ? entry : { ...entry, reason };
}
