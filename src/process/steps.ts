// Trace steps of the decision: every gate says what it decided, why, and by which revision of the configuration.
import type { Alert, Json } from "../alert.ts";
import type { TraceStep } from "../ledger/interface.ts";

type Values = Record<string, Json | undefined>;

/** Writes steps of one decision about one version of an alert. */
export type StepWriter = (stage: TraceStep["stage"], decision: string, reason: string, values?: Values) => TraceStep;

/** Steps at `now` (Unix ms), each with the alert's version and the configuration's. */
export function stepsAt(now: number, { version }: Alert, revision: number): StepWriter {
  const at = new Date(now).toISOString();
  return (stage, decision, reason, values = {}) => ({
    at,
    stage,
    decision,
    reason,
    values: { ...told(values), version, revision },
  });
}

/** Values as a trace keeps them: scalars and lists of names as they are, what else there is in short. */
function told(values: Values): NonNullable<TraceStep["values"]> {
  const kept: NonNullable<TraceStep["values"]> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const isNames = Array.isArray(value) && value.every((one) => typeof one === "string");
    kept[name] = isNames ? (value as string[]) : value !== null && typeof value === "object" ? JSON.stringify(value).slice(0, 200) : value;
  }
  return kept;
}
