// What waits: events whose gates are asked again at a time or when a correlator says something, and destinations whose update is held back.
import { stepDue } from "./escalate.ts";
import type { PlanContext, PlannedEvent, PlannedObservation, Planner } from "./stages.ts";
import type { AlertState, Held } from "./state.ts";

/** Events of one alert that wait at the most; beyond that the oldest but the first are let go as they ended. */
const MOST_WAITING = 50;
/** Verdicts that hold for good. */
const FINAL = new Set(["fired", "answered", "free"]);
/** Silences that an alert remembers to have been hidden by. */
const MOST_SILENCES = 20;

/** Whether something that waits for its time is due, or a step of the escalation. */
export const isTime = (state: AlertState | undefined, now: number): boolean =>
  [state?.held?.due, stepDue(state?.escalation)].some((due) => due !== undefined && due <= now);

/** Whether something of the alert waits that the end of a silence may set free. */
export const waits = (state: AlertState | undefined): boolean => state?.held !== undefined || state?.escalation?.notBefore !== undefined;

/** What a plan of one event depends on. `more`: destinations that an earlier event of the same decision made begin. */
export function contextOf(state: AlertState, seq: number, now: number, more: Iterable<string> = []): PlanContext {
  const { raisedBy, memberOf, toldAt } = state;
  const verdicts = [...(state.held?.events ?? []), ...(state.known ?? [])].find((event) => event.seq === seq)?.verdicts;
  return { shownBy: [...new Set([...state.shownBy, ...more])], now, verdicts, memberOf, toldAt, raisedBy };
}

/** Notes what a plan says of one event's waiting. `state.held` is replaced, never changed. */
export function noteHold(state: AlertState, seq: number, { hold }: PlannedEvent): void {
  const { events = [], update = [], due } = state.held ?? {};
  const before = events.find((event) => event.seq === seq);
  const others = events.filter((event) => event !== before);
  if (!hold) {
    if (!before) return;
    state.held = { events: others, update, ...(due === undefined ? {} : { due }) };
    noteKnown(state, before);
    return;
  }
  const dues = [due, hold.due].filter((at) => at !== undefined);
  state.held = {
    // What one gate said stands while another one holds the event.
    events: bounded([...others, { seq, verdicts: { ...before?.verdicts, ...hold.verdicts } }]),
    update,
    ...(dues.length === 0 ? {} : { due: Math.min(...dues) }),
  };
}

/** How the alert began, and the latest. */
const bounded = (events: Held["events"]): Held["events"] =>
  events.length <= MOST_WAITING ? events : [...events.slice(0, 1), ...events.slice(1 - MOST_WAITING)];

/** Who waits no more may be asked about again, for late detail: what was said for good is not asked a second time. */
function noteKnown(state: AlertState, { seq, verdicts }: Held["events"][number]): void {
  const final = Object.fromEntries(Object.entries(verdicts).filter(([, verdict]) => FINAL.has(verdict)));
  if (Object.keys(final).length === 0) return;
  state.known = [...(state.known ?? []).filter((event) => event.seq !== seq), { seq, verdicts: final }].slice(-MOST_WAITING);
}

/** Notes that a silence hides the alert. Answers whether it is news: ever, and in this span of it. */
export function noteSilenced(state: AlertState, silence: string, until: number): { ever: boolean; inSpan: boolean } {
  const before = state.silencedBy ?? [];
  const same = before.filter((one) => one.silence === silence);
  const inSpan = !same.some((one) => one.until === until);
  if (inSpan) state.silencedBy = [...before, { silence, until }].slice(-MOST_SILENCES);
  return { ever: same.length === 0, inSpan };
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

/** What observations make known of an alert: the groups that have it, and the inhibitions whose source it is. */
export function noteGates(state: AlertState, observations: readonly PlannedObservation[]): void {
  const heard = observations.flatMap(({ by, settings: { gate }, over }) =>
    (gate === "group" || gate === "inhibit_source") && !over ? [`${gate}:${by}`] : [],
  );
  const over = observations.flatMap((one) => (one.over ? [`${one.settings.gate}:${one.by}`] : []));
  const memberOf = [...new Set([...(state.memberOf ?? []), ...heard])].filter((name) => !over.includes(name));
  if (memberOf.length > 0) state.memberOf = memberOf;
  else delete state.memberOf;
}

/** Notes when destinations were told of the alert, where a rule needs to know. */
export function noteTold(state: AlertState, to: readonly string[], planner: Pick<Planner, "tellsWhen">, now: number): void {
  if (planner.tellsWhen && to.length > 0) state.toldAt = { ...state.toldAt, ...Object.fromEntries(to.map((name) => [name, now])) };
}
