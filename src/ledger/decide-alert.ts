// One alert is decided: its open events, what was told of its detail, what waited for its time. In the caller's transaction.
import { isRise } from "../alert.ts";
import type { DecisionCore } from "./core.ts";
import { Decision } from "./decision.ts";
import { applyAnswers, notePending, type Ready, UNDER_WAY_MS } from "./detail.ts";
import { noteIndicators } from "./indicators.ts";
import type { PlannedEvent, Planner } from "./stages.ts";
import type { OpenEvent } from "./tables.ts";

/** Events of one alert that are decided together, at the most. */
export const EVENTS_AT_ONCE = 500;

/** An event that was decided, and what was planned for it. */
export interface Decided {
  alert: string;
  event: OpenEvent;
  planned: PlannedEvent;
}

/** Decides an alert, with all that is ready for it. Answers the events that were decided for the first time. */
export function decideAlert(core: DecisionCore, ready: Ready, planner: Planner): Decided[] {
  const { tables, stages, open, route } = core;
  const before = tables.state(ready.hash);
  if (!before) return [];
  const now = stages.now();
  const events = tables.openEvents(ready.hash, before.decidedSeq, EVENTS_AT_ONCE);
  const told = applyAnswers(before, ready, planner, now, route);
  const decision = new Decision(core, ready.hash, told.state, planner);
  const { state } = decision;
  const again = told.change ? (before.detail?.events ?? []) : [];
  // The event whose trace tells of the indicators that are new: the last one that is decided here.
  const last = events.at(-1)?.seq ?? again.at(-1);
  const asked =
    last === undefined
      ? undefined
      : noteIndicators(state.alert, state.lookups, planner.enrichers, { seq: last, now, dueAt: now + UNDER_WAY_MS });
  if (asked) state.lookups = asked.lookups;
  const around = (seq: number) => ({ before: told.trace, after: seq === last ? (asked?.trace ?? []) : [] });

  const { id: alert } = state.alert;
  const decided = events.map((event): Decided => ({ alert, event, planned: decision.decide(event, told.change, around(event.seq)) }));
  for (const seq of again) decision.askAgain(seq, around(seq));
  // What waits is asked again at once when the alert has become worse: it may be above what hides it.
  const rose = [told.change, ...events.map(({ body }) => body.change)].some((change) => change && isRise(change));
  if (ready.held) decision.askHeld(ready.held);
  else if (before.held && rose) decision.askHeld("worse");
  decision.escalate();
  notePending(state, ready, events, told, now);
  if (state.alert.version !== before.alert.version || events.length > 0) open.add(ready.hash);
  decision.end();
  return decided;
}
