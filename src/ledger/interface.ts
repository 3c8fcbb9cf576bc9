// What the stages above and the admin side may ask of a ledger. Values only: they cross an RPC.
import type { Alert, Change, SourceEvent, Status } from "../alert.ts";
import type { EventEnd, EventOutcome, RefusalReason } from "../outcome.ts";

/** The route's settings that the ledger needs before its transaction; everything else it reads later. Times in ms. */
export interface LedgerPolicy {
  source: string;
  defaultSeverity: Alert["severity"];
  dedupWindowMs: number;
}

/** One entry of a request, in the body's order. */
export type Entry = { kind: "event"; event: SourceEvent } | { kind: "test" } | { kind: "ignored"; reason: string };

/** What one request brings to one ledger. */
export interface Submission {
  policy: LedgerPolicy;
  entries: Entry[];
  /** Unix ms. */
  receivedAt: number;
  /** Size of the body, for the log. */
  bytes: number;
}

/** What became of one entry; `event` and `alert` are public ids, null where there is none. */
export interface EntryResult {
  event: string | null;
  alert: string | null;
  outcome: EventOutcome;
  reason?: string;
}

/** The books of one route, or one shard of it (promise 4). */
export interface RouteCounts {
  received: number;
  accepted: number;
  duplicate: number;
  test: number;
  ignored: number;
  refused: number;
  processing: number;
  unmatched: number;
  silenced: number;
  grouped: number;
  routed: number;
  failed: number;
  handed: number;
}

/** Zero for every count. */
export const noRouteCounts = (): RouteCounts => ({
  received: 0,
  accepted: 0,
  duplicate: 0,
  test: 0,
  ignored: 0,
  refused: 0,
  processing: 0,
  unmatched: 0,
  silenced: 0,
  grouped: 0,
  routed: 0,
  failed: 0,
  handed: 0,
});

/** Counts. Messages that no outbox has confirmed yet (`inTransit`) are not in `handed`, and their events are still `processing`. */
export interface LedgerBooks {
  counts: RouteCounts;
  inTransit: number;
  /** When the last event came, Unix ms. */
  lastEventAt?: number;
}

/** One request to a known route, as the log shows it. */
export interface LogEntry {
  /** Unix ms. */
  at: number;
  status: number;
  outcome: "accepted" | "duplicate" | "test" | "ignored" | "refused";
  reason?: string;
  bytes: number;
  results: { event: string | null; alert: string | null; outcome: EventOutcome }[];
}

/** A refused request, logged best effort. */
export interface Refusal {
  at: number;
  status: number;
  reason: RefusalReason;
  detail?: string;
  bytes: number;
}

/** One step of a decision: what was decided, why, with the values at the time (promise 9). */
export interface TraceStep {
  at: string;
  stage: "intake" | "ledger" | "enrich" | "match" | "plan";
  decision: string;
  reason: string;
  values?: Record<string, string | number | boolean | null | string[]>;
}

/** One event of an alert, as the story shows it. */
export interface StoredEvent {
  id: string;
  kind: Change["kind"];
  type: string;
  received_at: string;
  occurred_at: string | null;
  end: EventEnd;
  change: Change | null;
  payload: unknown;
  trace: TraceStep[];
}

/** One alert and everything the ledger knows of it. */
export interface AlertStory {
  alert: Alert;
  events: StoredEvent[];
  /** Destinations that show it. */
  shownBy: string[];
  copies: number;
}

/** The RPC methods of a ledger. */
export interface LedgerCalls {
  accept(submission: Submission): Promise<EntryResult[]>;
  refused(refusal: Refusal): Promise<void>;
  admit(rate: { count: number; perMs: number }): Promise<{ afterMs: number }>;
  books(): Promise<LedgerBooks>;
  log(query: { from?: number; to?: number; limit: number; outcomes?: string[] }): Promise<LogEntry[]>;
  story(hash: string): Promise<AlertStory | null>;
  setStatus(hash: string, own: { status?: Status; comment?: string; author: string }): Promise<Alert | null>;
  /** Repairs a lost alarm, removes what is older than the retention, writes the projection that is owed. */
  sweep(): Promise<void>;
  /** Writes every alert's row to D1 again. Answers how many. */
  project(): Promise<number>;
}
