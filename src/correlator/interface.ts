// What a ledger tells a correlator, and what it hears back. Values only: they cross an RPC.
import type { AlertPatch, Severity, Status } from "../alert.ts";
import type { CopyCalls } from "../lib/object-copy.ts";

/** What a correlator keeps of an alert: enough to name it in a group or as a sample. */
export interface MemberFacts {
  id: string;
  /** The alert's version: what an older one says is not believed over what a newer one said. */
  version: number;
  title: string;
  severity: Severity;
  /** `resolved` also where the alert no longer is what it was observed as. */
  status: Status;
  /** Names of assets, at most 5. */
  assets: string[];
  url?: string;
  /** Where a threshold's alert is to take them from its samples. */
  category?: string;
  tags?: string[];
}

/** How a gate counts; settings travel with each observation, so that a correlator needs no configuration. Times in ms. */
export type GateSettings =
  /** So many events of one key in so long raise an alert. */
  | {
      gate: "threshold";
      count: number;
      withinMs: number;
      title?: string;
      severity?: Severity;
      category?: string;
      tags?: string[];
    }
  /** Alerts of one key become one message: the first after `waitMs`, changes at most once in `intervalMs`, a rise at once. */
  | { gate: "group"; waitMs: number; intervalMs: number }
  /** Fires for the event unless one with the same key answers it within this time. */
  | { gate: "unless"; withinMs: number }
  /** The event that answers: what waits for it with the same key does not fire. */
  | { gate: "unless_answer" }
  /** The alert holds others back while it is not resolved. */
  | { gate: "inhibit_source" }
  /** The alert may be held back; it is free when no source has come within `waitMs`. */
  | { gate: "inhibit_target"; waitMs: number }
  /** The key was heard of; silence for longer than this raises an alert. */
  | { gate: "silent"; afterMs: number; severity?: Severity };
export type Gate = GateSettings["gate"];

/**
 * One event, as one gate of one rule sees it. The same event (by `event`, `gate` and `by`) told twice changes nothing, unless a group or the
 * source of an inhibition hears of a newer version or of another status with it.
 */
export interface Observation {
  /** The event's public id. */
  event: string;
  /** The rule, or the name of the inhibition. */
  by: string;
  settings: GateSettings;
  /** Keys that the event belongs to: `""` where the gate has no `by`; none where its alert is to belong to nothing there any more. */
  keys: string[];
  alert: MemberFacts;
  /** When it happened: at the source where it said so, else when it came. Unix ms. */
  at: number;
}

/** An alert of our own: what its ledger is to make of it. Told again with the same `order` or a lower one, it changes nothing. */
export interface Raised {
  gate: Extract<Gate, "threshold" | "group" | "silent">;
  by: string;
  /** The alert's key: `tocsin:{gate}:{rule}:{key}:{ordinal}`. */
  key: string;
  /** Grows with each change. */
  order: number;
  /** What happened last, for the story: `threshold_reached`, `counted`, `grouped`, `silent`, `returned`. */
  type: string;
  /** In words, for the trace. */
  reason: string;
  patch: AlertPatch;
  /** Unix ms. */
  at: number;
}

/** What a correlator says of an alert that waits for it. */
export interface Verdict {
  /** The alert's id. */
  alert: string;
  gate: "unless" | "inhibit_target";
  by: string;
  /** `fired`: nothing answered it in time. `answered`. `held`: another alert explains it. `free`: none does, or none does any more. */
  verdict: "fired" | "answered" | "held" | "free";
  /** The event that waited (`unless`). */
  event?: string;
  /** In words, for the trace: which event answered, which alert holds it back. */
  reason: string;
  at: number;
}

/** What a correlator wants done by the ledgers of its route, in order. */
export type Effect = { kind: "raise"; raised: Raised } | { kind: "verdict"; verdict: Verdict };

/** How a correlator is doing, for the books page and health. */
export interface CorrelatorStatus {
  /** Keys that it remembers, by gate. */
  open: Partial<Record<"threshold" | "group" | "unless" | "inhibit" | "silent", number>>;
  /** Effects that no ledger has confirmed yet, and when the oldest of them was decided (Unix ms). */
  owed: number;
  owedSince?: number;
  /** Keys that were given up because there were too many, and when the last one was (Unix ms). */
  dropped: number;
  droppedAt?: number;
}

/** The RPC methods of a correlator. */
export interface CorrelatorCalls extends CopyCalls {
  /** Takes observations; resolves when they are durable. */
  observe(observations: Observation[]): Promise<void>;
  status(): Promise<CorrelatorStatus>;
  /** Repairs a lost alarm and removes what has been quiet since before this time, Unix ms; so much at a time. */
  sweep(before: number): Promise<{ removed: number; more: boolean }>;
  /** Removes what is known of these alerts; what was raised about them is told without them. Answers how many keys they stood in. */
  forget(alerts: string[]): Promise<number>;
  /** Removes the keys of which this value is a part: a host whose name is to be found nowhere any more. Answers how many. */
  forgetKeys(value: string): Promise<number>;
}
