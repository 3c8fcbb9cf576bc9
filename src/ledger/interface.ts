// What the stages above and the admin side may ask of a ledger. Values only: they cross an RPC.
import type { Alert, Change, SourceEvent, Status } from "../alert.ts";
import type { Mention } from "../alert-content.ts";
import type { Raised, Verdict } from "../correlator/interface.ts";
import type { CopyCalls } from "../lib/object-copy.ts";
import type { Slice } from "../lib/slice.ts";
import type { EventEnd, EventOutcome, RefusalReason } from "../outcome.ts";

/** The route's settings that the ledger needs before its transaction; everything else it reads later. Times in ms. */
export interface LedgerPolicy {
  source: string;
  defaultSeverity: Alert["severity"];
  dedupWindowMs: number;
  /** Key paths: events that are equal in these, in severity, status and assets are copies within the same window. */
  dedupKey?: readonly string[];
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
  /** The request's trace id, 32 hex digits. */
  trace?: string;
}

/** What became of one entry; `event` and `alert` are public ids, null where there is none. */
export interface EntryResult {
  event: string | null;
  alert: string | null;
  outcome: EventOutcome;
  reason?: string;
}

/** What the books of a route count (promise 4), in the order of the identities. */
export const ROUTE_COUNTS = [
  "received",
  "accepted",
  "duplicate",
  "test",
  "ignored",
  "refused",
  "processing",
  "unmatched",
  "silenced",
  "grouped",
  "routed",
  "failed",
  "handed",
] as const;

/** The books of one route, or one shard of it. */
export type RouteCounts = Record<(typeof ROUTE_COUNTS)[number], number>;

/** Zero for every count. */
export const noRouteCounts = (): RouteCounts => Object.fromEntries(ROUTE_COUNTS.map((name) => [name, 0])) as RouteCounts;

/** What questions to an API or an enricher came to, since ever. */
export interface LookupCounts {
  told: number;
  /** Told from memory: nobody was called. */
  remembered: number;
  /** It did not know, did not answer, or asked us to wait. */
  missing: number;
  /** It did not accept our key (401, 403, a sign-in page). */
  refused: number;
}

/** Counts. Messages that no outbox has confirmed yet (`inTransit`) are not in `handed`, and their events are still `processing`. */
export interface LedgerBooks {
  counts: RouteCounts;
  inTransit: number;
  /** Alerts whose present state the projection does not have yet. */
  unprojected: number;
  /** By who was asked: `api` for the source's, else the enricher's name. */
  lookups: Record<string, LookupCounts>;
  /** Who does not accept our key, and since when (Unix ms): the same names, with what it said. */
  refusing: Record<string, { since: number; reason: string }>;
  /** When the last event came, Unix ms. */
  lastEventAt?: number;
  /** By rule, how often it matched. */
  rules?: Record<string, RuleCounts>;
  /** What gates of rules saw and the correlator is told, since ever. */
  observed?: number;
  /** Alerts (by hash) of which a row cannot be read, and which were set aside. */
  setAside: string[];
}

/** What one silence hid: events, and the alerts that they were of. */
export interface HiddenCounts {
  events: number;
  alerts: number;
}

/** What a silence hid in one span: of one that recurs, each of its windows is one. */
export interface HiddenSpan extends HiddenCounts {
  /** Alerts that were still open, and are shown, when the silence had ended. */
  open: number;
  /** Destinations that would have been told. */
  from: string[];
}

/** What one silence hid in all, and in its latest spans, by when they end (Unix ms). `at`: when it hid something last. */
export interface HiddenBySilence extends HiddenCounts {
  at: number;
  spans: Record<string, HiddenSpan>;
}

/** How many events a rule matched, and when the last one, Unix ms. */
export interface RuleCounts {
  matched: number;
  lastAt: number;
}

/** Which entries of the log are asked for. Times in Unix ms; `behind`: only those that come after this place, newest first. */
export interface LogQuery {
  from?: number;
  to?: number;
  behind?: { at: number; n: number };
  limit: number;
  outcomes?: string[];
  /** By the word that the reason begins with. */
  reasons?: string[];
  traces?: string[];
}

/** One request to a known route, as the log shows it. */
export interface LogEntry {
  /** Unix ms; never before that of an older entry. */
  at: number;
  /** Which one it is of those of the same moment; absent: the first. */
  n?: number;
  status: number;
  outcome: "accepted" | "duplicate" | "test" | "ignored" | "refused";
  reason?: string;
  bytes: number;
  /** The request's trace id; absent in entries of before there were any. */
  trace?: string;
  results: { event: string | null; alert: string | null; outcome: EventOutcome }[];
}

/** A refused request, logged best effort. */
export interface Refusal {
  at: number;
  status: number;
  reason: RefusalReason;
  detail?: string;
  bytes: number;
  trace?: string;
}

/** One step of a decision: what was decided, why, with the values at the time (promise 9). */
export interface TraceStep {
  at: string;
  stage: "intake" | "ledger" | "enrich" | "match" | "correlate" | "silence" | "escalate" | "plan";
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
  /** The trace id of the request that brought it; null for what we did ourselves. */
  trace_id: string | null;
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
  /** The rule that says how it is told there, where one does. */
  styledBy?: Record<string, string>;
  copies: number;
  /** What it still waits for; absent while it waits for nothing. */
  waits?: AlertWaits;
}

/** What an alert still waits for. Times ISO 8601 UTC. */
export interface AlertWaits {
  /** Events about which the rules are asked again, and the gates they wait at: `hours:RULE`, `unless:RULE`, `silence` ... */
  events: string[];
  gates: string[];
  /** Destinations that show it and whose update waits. */
  update: string[];
  /** When they are asked again at the latest; null: when somebody says so. */
  until: string | null;
  /** Silences that hid it, and have not ended for it. */
  silences: { id: string; until: string }[];
  /** While nobody has taken it in hand. `next_at` null: there is no further step. */
  escalation: { rule: string; since: string; steps_taken: number; next_at: string | null } | null;
  /** The source's API has not told the detail. */
  detail: { reason: string; attempts: number; next_at: string } | null;
  /** Indicators that enrichers have not told of. */
  lookups: number;
  /** Changes of ours that the source has not taken. */
  to_tell_source: number;
}

/** One stored alert as it is now, and what its events changed: enough to try rules on it. */
export interface StoredHistory {
  alert: Alert;
  /** The oldest first, of many the newest. */
  events: Pick<StoredEvent, "id" | "type" | "received_at" | "occurred_at" | "end" | "change">[];
}

/** Stored alerts, and after which hash to go on; null at the end. */
export interface HistoryPage {
  alerts: StoredHistory[];
  next: string | null;
}

/** What somebody does to an alert: our own status, a comment, or both. */
export interface OwnChange {
  status?: Status;
  comment?: string;
  author: string;
}

/** What one sweep of a ledger did. */
export interface LedgerSwept {
  /** Rows that are gone; `emptied` are those that lost only what their source wrote, `requests` are entries of the log. */
  removed: { alerts: number; events: number; emptied: number; requests: number };
  /** Whether there is more than one sweep looks at. */
  more: boolean;
  /** The retention that it went by, ms: that of the route as it is, or as it last was; absent where the route never had an alert. */
  retention?: { retentionMs: number; retentionPayloadsMs: number };
}

/** An alert that may be erased. */
export interface FoundAlert {
  hash: string;
  id: string;
  /** Another one as soon as anything of the alert changes. */
  stamp: string;
  /** Whether it has work left: events that are not decided, messages that are not handed over, a row that D1 lacks. */
  isOpen: boolean;
  events: number;
  /** Indicators that enrichers were asked about. */
  asked: string[];
}

/** Alerts that were found, and after which hash to go on; null at the end. */
export interface Found {
  alerts: FoundAlert[];
  next: string | null;
}

/** What was erased; `busy` are hashes of alerts that have changed or have work left, and are still there. */
export interface ErasedAlerts {
  alerts: number;
  events: number;
  busy: string[];
}

/** The RPC methods of a ledger. */
export interface LedgerCalls extends CopyCalls {
  accept(submission: Submission): Promise<EntryResult[]>;
  refused(refusal: Refusal): Promise<void>;
  admit(rate: { count: number; perMs: number }): Promise<{ afterMs: number }>;
  books(): Promise<LedgerBooks>;
  log(query: LogQuery): Promise<LogEntry[]>;
  story(hash: string): Promise<AlertStory | null>;
  setStatus(hash: string, own: OwnChange): Promise<Alert | null>;
  /** Makes or changes alerts of our own; what it has already changes nothing. */
  raise(raised: Raised[]): Promise<void>;
  /** What a correlator says of alerts that wait for it. */
  answer(verdicts: Verdict[]): Promise<void>;
  /** Asks again about all that waits, by the latest configuration: a silence has ended. Resolves when that is decided. */
  recheck(): Promise<void>;
  /** By silence, what it hid. */
  hidden(): Promise<Record<string, HiddenBySilence>>;
  /**
   * Repairs a lost alarm, removes what is older than the retention, writes the projection that is owed. `silences`: those that there are; of
   * others nothing is remembered, where they are given.
   */
  sweep(silences?: readonly string[]): Promise<LedgerSwept>;
  /** Finds alerts by what they mention, or one by its hash. */
  find(what: Mention | { hash: string }, after: string, most: number): Promise<Found>;
  /** Removes alerts, as `find` told them, with all that is known of them; the counts stay. */
  erase(alerts: Pick<FoundAlert, "hash" | "stamp">[]): Promise<ErasedAlerts>;
  /** Up to `most` stored alerts whose hash comes after `after`, those to which something happened since `since` (Unix ms). */
  history(after: string, most: number, since: number): Promise<HistoryPage>;
  /** Writes the rows of up to `most` alerts to D1 again, those whose hash comes after `after`. */
  project(after: string, most: number): Promise<Slice>;
}
