// How often each rule of a route matched: rides in the journal's row like the other vitals, and knows no rule that is gone.
import { own } from "../lib/own.ts";
import type { RuleCounts, TraceStep } from "./interface.ts";
import type { Vitals } from "./vitals.ts";

/** Counts an event for each rule that matched it. `isRule`: whether there is a rule of that name now. At `now`, Unix ms. */
export function noteMatched(vitals: Vitals, rules: readonly string[], now: number, isRule: (name: string) => boolean): void {
  if (rules.length === 0) return;
  const known = vitals.rules ?? {};
  const isNew = rules.some((name) => own(known, name) === undefined);
  // Names that are gone make room for the one that comes, so that there are never more than the route has rules.
  const kept = isNew ? Object.fromEntries(Object.entries(known).filter(([name]) => isRule(name))) : known;
  const counted = rules.map((name): [string, RuleCounts] => [name, { matched: (own(kept, name)?.matched ?? 0) + 1, lastAt: now }]);
  vitals.rules = { ...kept, ...Object.fromEntries(counted) };
}

/** The rules that an event's trace names as matched. */
export const matchedIn = (trace: readonly TraceStep[]): string[] =>
  trace.flatMap(({ stage, decision, values }) => {
    const isMatch = stage === "match" && (decision === "matched" || decision === "failed_matched");
    return isMatch && typeof values?.rule === "string" ? [values.rule] : [];
  });
