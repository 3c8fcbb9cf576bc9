// Silences: whether one hides this event, and until when.
import type { TraceStep } from "../ledger/interface.ts";
import type { Result } from "../outcome.ts";
import type { Condition, ConditionError } from "../rules/condition.ts";
import { type Silence, silencedBy } from "../rules/silence.ts";
import type { GateContext } from "./gates.ts";

/** What silences make of one event: by which it is hidden, and until when (Unix ms). */
export interface Silenced {
  by?: string;
  until?: number;
  trace: TraceStep[];
}

/** `begins`: who would begin to show the alert. Where nobody shows it or would, there is nothing to hide. */
export function silence(
  silences: readonly Silence[],
  route: string,
  context: GateContext,
  begins: readonly string[],
  conditionOf: (text: string) => Result<Condition, ConditionError>,
): Silenced {
  const { alert, changes, now, lists, shownBy, step } = context;
  const isShownEnd = alert.status === "resolved" && begins.every((name) => shownBy.includes(name));
  if (silences.length === 0 || isShownEnd || (begins.length === 0 && shownBy.length === 0)) return { trace: [] };
  for (const change of changes) {
    const found = silencedBy(silences, { route, alert, change, now, lists }, conditionOf);
    if (!found) continue;
    const { id, owner, comment, ceiling } = found.silence;
    const until = new Date(found.until).toISOString();
    const reason = `silenced until ${until} by ${owner}: ${comment}`;
    return {
      by: id,
      until: found.until,
      trace: [step("silence", "silenced", reason, { silence: id, until, ceiling, severity: alert.severity })],
    };
  }
  return { trace: [] };
}
