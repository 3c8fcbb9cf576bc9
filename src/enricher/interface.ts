// What the process stage may ask of an enricher. Values only: they cross an RPC.
import type { DetailRef, Severity } from "../alert.ts";
import type { LookupAnswer } from "../ledger/stages.ts";

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

/** The RPC methods of an enricher. */
export interface EnricherCalls {
  lookup(question: LookupQuestion): Promise<LookupAnswer>;
}
