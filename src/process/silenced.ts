// Silences: whether one hides this event, and until when.
import type { TraceStep } from "../ledger/interface.ts";
import type { Result } from "../outcome.ts";
import type { Condition, ConditionError } from "../rules/condition.ts";
import { type Silence, silencedBy } from "../rules/silence.ts";
import type { GateContext } from "./gates.ts";

/** What silences make of one event. */
export interface Silenced {
  /** The one that hides it, and until when at the least (Unix ms). */
  hides?: { by: string; until: number };
  /** It was hidden, and has been resolved since: nobody begins to show it. */
  isOver?: boolean;
  trace: TraceStep[];
}

/** Where nobody shows the alert (`isShown`) or would begin to be told of it (`isNew`), there is nothing to hide. */
export function silence(
  silences: readonly Silence[],
  route: string,
  context: GateContext,
  { isNew, isShown }: { isNew: boolean; isShown: boolean },
  conditionOf: (text: string) => Result<Condition, ConditionError>,
): Silenced {
  const { alert, changes, now, lists, verdicts, step } = context;
  const isResolved = alert.status === "resolved";
  if (!isNew && (isResolved || !isShown)) return { trace: [] };
  const wasHidden = isResolved && verdicts?.silence !== undefined;
  const reason = "it was resolved before the silence that hid it ended: nobody begins to show it";
  const isOver: Silenced = wasHidden ? { isOver: true, trace: [step("silence", "resolved_meanwhile", reason)] } : { trace: [] };
  for (const change of changes) {
    const found = silencedBy(silences, { route, alert, change, now, lists }, conditionOf);
    if (!found) continue;
    const { id, owner, comment, ceiling } = found.silence;
    const until = new Date(found.until).toISOString();
    const reason = `silenced until ${until} by ${owner}: ${comment}`;
    return {
      hides: { by: id, until: found.until },
      trace: [step("silence", "silenced", reason, { silence: id, until, ceiling, severity: alert.severity })],
    };
  }
  return isOver;
}
