// What the process stage may ask of an enricher. Values only: they cross an RPC.
import type { AlertPatch, DetailRef, Enrichment, Indicator, Severity } from "../alert.ts";

/** One question to a source's API. `settings` have their secrets unresolved. */
export interface LookupQuestion {
  /** The source's type. */
  source: string;
  settings: unknown;
  console?: string;
  severityMap?: Record<string, Severity>;
  ref: DetailRef;
  /** An answer fetched before this (Unix ms) is too old. */
  since: number;
}

/** What the source's API told, or why not. `final`: asking again would not help. */
export type LookupAnswer =
  | { kind: "detail"; patch: AlertPatch; fetchedAt: number; ms: number; cached: boolean }
  | { kind: "missing"; reason: string; retryAfterMs?: number; final: boolean };

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
  /** Asking again would not help. */
  | { kind: "none"; reason: string };

/** The RPC methods of an enricher. */
export interface EnricherCalls {
  lookup(question: LookupQuestion): Promise<LookupAnswer>;
  /** Answers in the order of the indicators, after 15 s at the most. */
  verdicts(question: VerdictQuestion): Promise<VerdictAnswer[]>;
}
