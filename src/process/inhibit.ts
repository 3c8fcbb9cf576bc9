// Inhibition: an alert may hold back what it explains. Whether one does is the correlator's to say; here is seen who is source and target.
import type { Inhibition } from "../config/model.ts";
import type { TraceStep } from "../ledger/interface.ts";
import type { PlannedObservation } from "../ledger/stages.ts";
import type { Result } from "../outcome.ts";
import type { Condition, ConditionError } from "../rules/condition.ts";
import { keysOf } from "../rules/keys.ts";
import { askedAt, type GateContext, VERDICT_GRACE_MS } from "./gates.ts";

/** How often what is held back is looked at again, although the correlator says when it is free: what held it may be configured no more. */
const LOOK_AGAIN_MS = 60 * 60_000;

/** What inhibitions make of one event. `holds`: nobody begins to show it now; when to ask again, Unix ms. */
export interface Inhibited {
  observations: PlannedObservation[];
  holds?: { due?: number; verdicts: Record<string, string> };
  trace: TraceStep[];
}

/** Whether an inhibition is one of a route's. */
export const concerns = (routes: Inhibition["routes"], route: string): boolean => !routes || routes.includes(route);

/** Where nobody would be told who was not told before (`isNew`), nothing is held back. A source is never a target of the same inhibition. */
export function inhibit(
  inhibitions: readonly Inhibition[],
  route: string,
  context: GateContext,
  { isNew }: { isNew: boolean },
  conditionOf: (text: string) => Result<Condition, ConditionError>,
): Inhibited {
  const { alert, memberOf = [], raisedBy } = context;
  const told: Inhibited = { observations: [], trace: [] };
  if (raisedBy) return told;
  // A condition that fails holds nothing back.
  const fits = (text: string): boolean => {
    const condition = conditionOf(text);
    return (
      condition.ok &&
      context.changes.some((change) => {
        const verdict = condition.value.matches(alert, change, context.now, context.lists);
        return "matched" in verdict && verdict.matched;
      })
    );
  };
  for (const { name, source, target, by, waitMs, routes } of inhibitions) {
    if (!concerns(routes, route)) continue;
    const keys = keysOf(alert, by);
    const isSource = fits(source);
    if (isSource) told.observations.push({ by: name, keys, settings: { gate: "inhibit_source" } });
    else if (memberOf.includes(`inhibit_source:${name}`))
      told.observations.push({ by: name, keys, settings: { gate: "inhibit_source" }, over: true });
    if (isSource || !isNew || !fits(target)) continue;
    holdBack(told, { name, keys, waitMs }, context);
  }
  return told;
}

function holdBack(told: Inhibited, { name, keys, waitMs }: { name: string; keys: string[]; waitMs: number }, context: GateContext): void {
  const { now, verdicts = {}, step } = context;
  const gate = `inhibit_target:${name}`;
  const verdict = verdicts[gate];
  const values = { inhibition: name, keys };
  if (verdict === "free") {
    told.trace.push(step("correlate", "free", `no alert holds it back by the inhibition "${name}"`, values));
    return;
  }
  const asked = askedAt(verdict) ?? now;
  const due = asked + waitMs + VERDICT_GRACE_MS;
  if (verdict !== undefined && verdict !== "held" && now >= due) {
    told.trace.push(step("correlate", "free", `nobody said whether the inhibition "${name}" holds it back: it is told`, values));
    return;
  }
  const isHeld = verdict === "held";
  // A correlator that knows of it already hears nothing new; one that has lost it says anew whether it is held.
  if (verdict === undefined || isHeld) told.observations.push({ by: name, keys, settings: { gate: "inhibit_target", waitMs } });
  const lookAt = isHeld ? now + LOOK_AGAIN_MS : due;
  told.holds = {
    due: Math.min(lookAt, told.holds?.due ?? lookAt),
    verdicts: { ...told.holds?.verdicts, [gate]: isHeld ? "held" : `asked:${asked}` },
  };
  const reason = isHeld
    ? `another alert explains it, by the inhibition "${name}"`
    : `it waits to hear whether another alert explains it, by the inhibition "${name}"`;
  told.trace.push(step("correlate", isHeld ? "inhibited" : "waiting", reason, values));
}
