// What the ledger keeps of one alert: the alert itself, and what it needs to decide how the next event changes it.
import type { Alert, DetailRef, Indicator, Status } from "../alert.ts";
import { withoutContent } from "../alert-content.ts";
import type { Observation } from "../correlator/interface.ts";

/** One alert in the ledger. Stored as JSON, one row per alert. */
export interface AlertState {
  alert: Alert;
  /** For each field that a source asserted, the order of the value it has (`data.x` for a member of `data`). */
  orders: Record<string, number>;
  /** Events folded in, and the source's own total. */
  events: number;
  total: number;
  /** The highest order of an event so far, and when that event was received (Unix ms). */
  newest?: { order: number; receivedAt: number };
  /** Whether a source ever told the severity; until then the route's default stands in. */
  severityKnown: boolean;
  /** The status as the source has it, and our own, which stands until the source reports another than it had. */
  sourceStatus: { status: Status; label: string };
  ownStatus?: { status: Status; label: string; over: Status };
  /** Destinations that show this alert, and get every later version. */
  shownBy: string[];
  /** The rule that says how the alert is told there, where one does. */
  styledBy?: Record<string, string>;
  /** Every event up to this sequence number is decided. */
  decidedSeq: number;
  /** The version that was last planned. */
  plannedVersion: number;
  /** Messages that were planned and whose hand-over is not known to have been taken; newest last. */
  handover: Handover[];
  /** Detail that is still to come: what to ask for, since when, how often it was asked. */
  detail?: PendingDetail;
  /** Indicators that enrichers are asked about; absent where the route names none. */
  lookups?: Lookups;
  /** What waits for a time, or for what a correlator says; absent while nothing does. */
  held?: Held;
  /** What a correlator has not confirmed to know yet, oldest first. */
  observations?: OwedObservation[];
  /** Gates that have heard of the alert: `group:RULE`, `inhibit_source:NAME`. */
  memberOf?: string[];
  /** Of an alert of our own: the gate and the rule that raised it. */
  raisedBy?: { gate: string; by: string; order: number };
  /** When each destination was last told something, Unix ms; only where a rule mutes updates for a while. */
  toldAt?: Record<string, number>;
  /** What is known for good of gates that events met before, for when the rules are asked about these again; the latest. */
  known?: Held["events"];
  /** The silences that hid any of its events, by the ends of their spans (Unix ms); the latest. `isOver`: it does so no more. */
  silencedBy?: { silence: string; until: number; isOver?: true }[];
  /** Runs while nobody has taken the alert in hand. */
  escalation?: Escalation;
  /** The rule whose escalation ended because somebody did. */
  escalatedBy?: string;
  /** Words to destinations that the alert still waits for somebody; not known to have been taken. */
  reminders?: Reminder[];
  /** What the source has not been told yet of what people did here, oldest first. */
  writeBack?: OwedWrite[];
  /** What it took, so that its own word of it is recognised: the last status, and words of ours with when they were taken (Unix ms). */
  written?: { status?: Status; notes: { text: string; at: number }[] };
  /** The trace id of the request that brought the latest event. */
  trace?: string;
  /** Redeliveries that dedup recognised: how many, and when the last came (Unix ms). */
  copies: number;
  copiedAt?: number;
}

/** The state without what the source wrote. Whatever the source says next about this alert is taken as if it were the first time. */
export function stateWithoutContent(state: AlertState): AlertState {
  const { severity, status } = state.orders;
  const orders = { ...(severity === undefined ? {} : { severity }), ...(status === undefined ? {} : { status }) };
  const { detail: _detail, lookups: _lookups, observations: _observations, writeBack: _writeBack, written: _written, ...rest } = state;
  const { status: own, over } = state.ownStatus ?? {};
  return {
    ...rest,
    alert: withoutContent(state.alert),
    orders,
    sourceStatus: { status: state.sourceStatus.status, label: state.sourceStatus.status },
    ...(own && over ? { ownStatus: { status: own, label: own, over } } : {}),
  };
}

/** Events whose gates are asked again, and destinations that lack the latest version until then. Times in Unix ms. */
export interface Held {
  /** By their sequence numbers, with what is known of their gates (see `PlanContext.verdicts`). */
  events: { seq: number; verdicts: Record<string, string> }[];
  /** When to ask again; absent: when somebody says so. */
  due?: number;
  /** Destinations that show the alert and whose update waits. */
  update: string[];
}

/** An observation without the alert's facts, which are told as they are when it goes out. */
export type OwedObservation = Omit<Observation, "alert"> & { over?: true };

/** A change of ours that the source is to be told. Times in Unix ms. */
export interface OwedWrite {
  /** The event of our own that tells what comes of it. */
  seq: number;
  status?: Status;
  /** What is said with it, and who said it. */
  note: string;
  since: number;
  attempts: number;
  due: number;
  /** Why it was not taken the last time. */
  reason?: string;
}

/** How far the escalation of an alert is. Times in Unix ms. */
export interface Escalation {
  /** The rule whose steps are taken. */
  rule: string;
  since: number;
  /** Steps before this one are done with. */
  done: number;
  /** How often something was said, repeats included. */
  said: number;
  /** Absent: there is no further step for the alert's severity. */
  due?: number;
  /** A silence hides the alert until then at the least: no step is taken before it. */
  notBefore?: number;
}

/** A word to destinations that show the alert. */
export interface Reminder {
  /** Which word of the alert: the same for the same step, so that told twice it shows once. */
  id: string;
  to: string[];
  /** One line. */
  text: string;
  ping?: string;
  /** Unix ms. */
  at: number;
}

/** One planned version and the destinations it goes to. */
export interface Handover {
  version: number;
  to: string[];
  /** Those among them that get it in one digest with what else waited. */
  digest?: string[];
  /** Events that ended with this plan: they count as processing until it is handed over. */
  events: number;
  /** When the first of those events came, Unix ms; absent where it was no event that made the version. */
  receivedAt?: number;
}

/** Detail that the source's API has not told yet. Times in Unix ms. */
export interface PendingDetail {
  refs: DetailRef[];
  since: number;
  attempts: number;
  /** When to ask again. */
  due: number;
  /** Events that were decided without the detail: they are decided again when it comes. */
  events: number[];
  reason: string;
}

/** What is asked of enrichers about one alert. Never changed in place. */
export interface Lookups {
  /** All that was ever asked or given up, as `{enricher} {type} {value}`: each indicator is asked about once. */
  seen: string[];
  open: OpenLookup[];
  /** How many indicators were left out for being too many. */
  leftOut: number;
  /** When to ask next, Unix ms; absent while nothing is open. */
  due?: number;
}

/** One indicator that an enricher has not told of yet. Times in Unix ms. */
export interface OpenLookup {
  /** The enricher's name. */
  by: string;
  indicator: Indicator;
  /** The event that brought the indicator: its trace tells what came of it. */
  seq: number;
  since: number;
  due: number;
  /** How often it was tried in vain. */
  failures: number;
  /** Whether the trace says already that it waits. */
  told?: boolean;
}
