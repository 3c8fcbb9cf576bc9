// Claim and advance: what a group of requests changes, inside one transaction.
import type { Change, SourceEvent } from "../alert.ts";
import { alertHash, alertId, eventId } from "../lib/names.ts";
import { advance } from "./advance.ts";
import { dropConfirmed, type LedgerCore } from "./core.ts";
import type { Entry, EntryResult, LogEntry, Submission } from "./interface.ts";
import type { AlertState } from "./state.ts";
import type { EventBody } from "./tables.ts";
import { noteCopy } from "./vitals.ts";

/** Window for events that have neither an id nor a time of their own: only a retry of the sender is a copy. */
const UNIDENTIFIED_WINDOW_MS = 60_000;

/** One transaction's worth of submissions. Use once. */
export class Commit {
  readonly #core: LedgerCore;
  readonly #states = new Map<string, AlertState>();
  /** Alerts (by hash) that got a new event. */
  readonly touched = new Set<string>();

  constructor(core: LedgerCore) {
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
    const { state, changed } = advance(this.#states.get(hash) ?? tables.state(hash), event, context);
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
