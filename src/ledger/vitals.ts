// What a ledger knows of its surroundings besides the books: when something last came, and how those whom it asks are doing. It
// rides in the journal's row and is written with the next transaction.
import type { LookupAnswer, VerdictAnswer } from "../enricher/interface.ts";
import { own } from "../lib/own.ts";
import type { LookupCounts, RuleCounts } from "./interface.ts";

/** The source's own API among those whom a ledger asks; the others are enrichers, by name. */
export const OWN_API = "api";

/** The same API, where it is told what people did here: that may need a permission that reading does not. */
export const WRITE_BACK = "write_back";

/** Times in Unix ms. */
export interface Vitals {
  lastEventAt?: number;
  /** By who was asked. */
  lookups: Record<string, LookupCounts>;
  /** Who does not accept our key, until it tells something again. */
  refusing: Record<string, { since: number; reason: string }>;
  /** How often each rule matched, by its name. */
  rules?: Record<string, RuleCounts>;
  /** What gates of rules saw and the correlator is told. */
  observed?: number;
  /** Redeliveries of the alerts (by hash) that got some last: all of each, and when the last came. Their rows may not have them yet. */
  copies?: Record<string, { count: number; at: number }>;
}

/** How many alerts that is: it bounds the journal's row. */
const MOST_COPIED = 32;

/** Nothing is known yet. */
export const noVitals = (): Vitals => ({ lookups: {}, refusing: {} });

/** Notes a redelivery, which is not worth a write of the alert's own row. */
export function noteCopy(vitals: Vitals, hash: string, count: number, at: number): void {
  const { [hash]: _, ...others } = vitals.copies ?? {};
  vitals.copies = Object.fromEntries([...Object.entries(others), [hash, { count, at }] as const].slice(-MOST_COPIED));
}

/** Counts an answer, and notes whether our key is accepted. */
export function noteAnswer(vitals: Vitals, of: string, answer: LookupAnswer | VerdictAnswer, now: number): void {
  const outcome = outcomeOf(answer);
  if (outcome === undefined) return;
  const counts = own(vitals.lookups, of) ?? { told: 0, remembered: 0, missing: 0, refused: 0 };
  vitals.lookups[of] = { ...counts, [outcome]: counts[outcome] + 1 };
  if (outcome === "told") noteRefusal(vitals, of, undefined, now);
  else if (outcome === "refused" && "reason" in answer) noteRefusal(vitals, of, answer.reason, now);
}

/** Notes that somebody does not accept our key, in its words, or that it does. */
export function noteRefusal(vitals: Vitals, of: string, reason: string | undefined, now: number): void {
  if (reason === undefined) delete vitals.refusing[of];
  else vitals.refusing[of] = { since: own(vitals.refusing, of)?.since ?? now, reason };
}

function outcomeOf(answer: LookupAnswer | VerdictAnswer): keyof LookupCounts | undefined {
  switch (answer.kind) {
    case "detail":
    case "verdict":
      return answer.cached ? "remembered" : "told";
    case "missing":
    case "none":
      return answer.refused ? "refused" : "missing";
    // Its turn has not come: it is asked again.
    case "later":
      return answer.failed ? "missing" : undefined;
  }
}
