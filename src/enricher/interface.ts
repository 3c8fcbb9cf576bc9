// What the process stage may ask of an enricher. Values only: they cross an RPC.
import type { AlertPatch, DetailRef, Severity } from "../alert.ts";

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

/** The RPC methods of an enricher. */
export interface EnricherCalls {
  lookup(question: LookupQuestion): Promise<LookupAnswer>;
}
