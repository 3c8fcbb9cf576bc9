// What the process stage may ask of an enricher. Values only: they cross an RPC.
import type { AlertPatch, DetailRef, Enrichment, Indicator, Severity, Status } from "../alert.ts";
import type { RouteMask } from "../config/mask.ts";

/** One question to a source's API. `settings` have their secrets unresolved. */
export interface LookupQuestion {
  /** The source's type. */
  source: string;
  settings: unknown;
  console?: string;
  severityMap?: Record<string, Severity>;
  /** What is taken out of each answer before the source reads it. */
  mask?: RouteMask;
  ref: DetailRef;
  /** An answer fetched before this (Unix ms) is too old. */
  since: number;
}

/** What the source's API told, or why not. `final`: asking again would not help; `refused`: our key was not accepted. */
export type LookupAnswer =
  | { kind: "detail"; patch: AlertPatch; fetchedAt: number; ms: number; cached: boolean }
  | { kind: "missing"; reason: string; retryAfterMs?: number; final: boolean; refused?: boolean };

/** What somebody did to an alert here, as the source is told. */
export interface BackChange {
  /** The source's correlation key. */
  key: string;
  status?: Status;
  /** What is said with it, and by whom; one paragraph. */
  note: string;
}

/** A change that a source is to be told. `settings` have their secrets unresolved. */
export interface WriteQuestion {
  /** The source's type. */
  source: string;
  settings: unknown;
  change: BackChange;
}

/** What became of it. `final`: telling it again would not help; `refused`: our key may not. */
export type WriteAnswer =
  | { kind: "written"; ms: number }
  | { kind: "failed"; reason: string; final: boolean; retryAfterMs?: number; refused?: boolean };

/** Whether a source's API takes our key. `settings` have their secrets unresolved. */
export interface CheckQuestion {
  /** The source's type. */
  source: string;
  settings: unknown;
}

/** `passing`: it may be otherwise soon. The sentence has no full stop. */
export type CheckAnswer = { ok: true } | { ok: false; kind: "denied" | "passing" | "other"; sentence: string };

/** Questions to an enricher about the indicators of one alert. `settings` have their secrets unresolved. */
export interface VerdictQuestion {
  /** The enricher's type. */
  enricher: string;
  settings: unknown;
  /** Calls that the key may make, where the configuration says so. */
  rate?: { count: number; perMs: number };
  indicators: Indicator[];
}

/** What one indicator's question came to. */
export type VerdictAnswer =
  | { kind: "verdict"; enrichment: Enrichment; ms: number; cached: boolean }
  /** To be asked again after so long. `failed`: it was tried; otherwise its turn within the budget has not come, and is kept for it. */
  | { kind: "later"; afterMs: number; reason: string; failed: boolean }
  /** Asking again would not help. `refused`: our key was not accepted. */
  | { kind: "none"; reason: string; refused?: boolean };

/** The RPC methods of an enricher. */
export interface EnricherCalls {
  lookup(question: LookupQuestion): Promise<LookupAnswer>;
  /** Tells a source what somebody did to one of its alerts. */
  write(question: WriteQuestion): Promise<WriteAnswer>;
  /** Makes the one call that the source names for it. */
  check(question: CheckQuestion): Promise<CheckAnswer>;
  /** Answers in the order of the indicators, after 15 s at the most. */
  verdicts(question: VerdictQuestion): Promise<VerdictAnswer[]>;
  /** Removes verdicts that are good no more. Answers how many. */
  sweep(): Promise<number>;
  /** Forgets what was told of these values, whatever their kind. Answers how many verdicts that were. */
  erase(values: readonly string[]): Promise<number>;
}
