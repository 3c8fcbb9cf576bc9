// What waits: events whose gates are asked again at a time or when a correlator says something, and destinations whose update is held back.
import type { PlanContext, PlannedEvent, Planner } from "./stages.ts";
import type { AlertState, Held } from "./state.ts";

/** Events of one alert that wait at the most; beyond that the oldest are let go as they ended. */
const MOST_WAITING = 50;

/** Whether something that waits for its time is due, or a step of the escalation. */
export const isTime = (state: AlertState | undefined, now: number): boolean =>
  [state?.held?.due, state?.escalation?.due].some((due) => due !== undefined && due <= now);

/** What a plan of one event depends on. `more`: destinations that an earlier event of the same decision made begin. */
export function contextOf(state: AlertState, seq: number, now: number, more: Iterable<string> = []): PlanContext {
  const { raisedBy, memberOf, toldAt } = state;
  const verdicts = state.held?.events.find((event) => event.seq === seq)?.verdicts;
  return { shownBy: [...new Set([...state.shownBy, ...more])], now, verdicts, memberOf, toldAt, raisedBy };
}

/** Notes what a plan says of one event's waiting. `state.held` is replaced, never changed. */
export function noteHold(state: AlertState, seq: number, { hold }: PlannedEvent): void {
  const { events = [], update = [], due } = state.held ?? {};
  const others = events.filter((event) => event.seq !== seq);
  if (!hold) {
    if (others.length !== events.length) state.held = { events: others, update, due };
    return;
  }
  const dues = [due, hold.due].filter((at) => at !== undefined);
  state.held = {
    events: [...others, { seq, verdicts: hold.verdicts }].slice(-MOST_WAITING),
    update,
    ...(dues.length === 0 ? {} : { due: Math.min(...dues) }),
  };
}

/** Which destinations that show the alert are spared its new version: those that every event of the decision spares. */
export function withheldBy(planned: readonly PlannedEvent[]): string[] {
  const [first, ...others] = planned;
  return first?.withheld.filter((name) => others.every(({ withheld }) => withheld.includes(name))) ?? [];
}

/** Notes whose update waits, and forgets the whole when nothing does. */
export function noteUpdates(state: AlertState, update: string[]): void {
  const events = state.held?.events ?? [];
  if (events.length === 0 && update.length === 0) delete state.held;
  else state.held = { events, update, ...(state.held?.due === undefined ? {} : { due: state.held.due }) };
}

/** The waiting of an alert whose events are all asked again now: the time is set anew by what they say. */
export const askedAgain = ({ events, update }: Held): Held => ({ events, update });

/** What a plan makes known besides messages: silences, groups, and when updates were told. */
export function noteGates(state: AlertState, planned: PlannedEvent): void {
  const heard = planned.observations.flatMap(({ by, settings: { gate }, over }) =>
    (gate === "group" || gate === "inhibit_source") && !over ? [`${gate}:${by}`] : [],
  );
  const over = planned.observations.flatMap((one) => (one.over ? [`${one.settings.gate}:${one.by}`] : []));
  const memberOf = [...new Set([...(state.memberOf ?? []), ...heard])].filter((name) => !over.includes(name));
  if (memberOf.length > 0) state.memberOf = memberOf;
  else delete state.memberOf;
}

/** Notes when destinations were told of the alert, where a rule needs to know. */
export function noteTold(state: AlertState, to: readonly string[], planner: Pick<Planner, "tellsWhen">, now: number): void {
  if (planner.tellsWhen && to.length > 0) state.toldAt = { ...state.toldAt, ...Object.fromEntries(to.map((name) => [name, now])) };
}
