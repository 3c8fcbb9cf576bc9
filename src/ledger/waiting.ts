// What an alert still waits for, out of its state, as the story tells it.
import type { AlertWaits } from "./interface.ts";
import type { AlertState } from "./state.ts";

/** What waits; undefined while nothing does. `idOf`: the public id of an event, by its sequence number. */
export function waitsOf(state: AlertState, idOf: (seq: number) => string | undefined): AlertWaits | undefined {
  const { held, escalation, detail, lookups, writeBack = [], silencedBy = [] } = state;
  const silences = silencedBy.filter(({ isOver }) => !isOver).map(({ silence, until }) => ({ id: silence, until: iso(until) }));
  if (!held && !escalation && !detail && !lookups?.open.length && writeBack.length === 0 && silences.length === 0) return undefined;
  return {
    events: (held?.events ?? []).flatMap(({ seq }) => idOf(seq) ?? []),
    gates: [...new Set((held?.events ?? []).flatMap(({ verdicts }) => gatesIn(verdicts)))],
    update: held?.update ?? [],
    until: held?.due === undefined ? null : iso(held.due),
    silences,
    escalation: escalation
      ? { rule: escalation.rule, since: iso(escalation.since), steps_taken: escalation.said, next_at: dueOf(escalation) }
      : null,
    detail: detail ? { reason: detail.reason, attempts: detail.attempts, next_at: iso(detail.due) } : null,
    lookups: lookups?.open.length ?? 0,
    to_tell_source: writeBack.length,
  };
}

/** What was said for good is waited for no more; of a silence its id is the verdict. */
const gatesIn = (verdicts: Record<string, string>): string[] =>
  Object.entries(verdicts).flatMap(([gate, verdict]) => (["fired", "answered", "free"].includes(verdict) ? [] : [gate]));

const dueOf = ({ due, notBefore }: NonNullable<AlertState["escalation"]>): string | null =>
  due === undefined ? null : iso(Math.max(due, notBefore ?? 0));

const iso = (ms: number): string => new Date(ms).toISOString();
