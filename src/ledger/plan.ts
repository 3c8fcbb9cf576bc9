// From what the rules want to messages that are to be handed over: who begins to show an alert, and who gets its new version.
import type { LedgerCore } from "./core.ts";
import type { TraceStep } from "./interface.ts";
import type { PlannedEvent, Planner } from "./stages.ts";
import type { AlertState, Handover } from "./state.ts";
import type { EventRow } from "./tables.ts";

/**
 * Destinations that begin to show the alert, and those that show it and get every later version. `ended`: how many events end with
 * these messages, and when the first of the decided ones came (Unix ms). Answers how many messages that is.
 */
export function planMessages(state: AlertState, wanted: ReadonlySet<string>, ended: Pick<Handover, "events" | "receivedAt">): number {
  const version = state.alert.version;
  const begin = [...wanted].filter((name) => !state.shownBy.includes(name));
  const to = version > state.plannedVersion ? [...state.shownBy, ...begin] : begin;
  state.shownBy.push(...begin);
  state.plannedVersion = version;
  if (to.length > 0) state.handover.push({ version, to, ...ended });
  return to.length;
}

/** Notes the rules that say how the alert is told where it begins to be shown. */
export function noteStyles(state: AlertState, planned: PlannedEvent): void {
  for (const [name, rule] of Object.entries(planned.styledBy)) {
    if (!state.shownBy.includes(name)) state.styledBy = { [name]: rule, ...state.styledBy };
  }
}

/** Asks the rules once more about an event that was decided before the alert's last change was known. */
export function planAgain(event: EventRow, state: AlertState, planner: Planner, now: number): PlannedEvent {
  const changes = [event.body.change, state.alert.change].filter((change) => change !== null);
  return planner.plan(state.alert, changes, state.shownBy, now);
}

/** Writes what asking again came to: `unmatched` becomes `routed` when a rule matches now. */
export function endAgain(core: LedgerCore, hash: string, event: EventRow, planned: PlannedEvent, trace: TraceStep[]): void {
  const { tables, journal } = core;
  if (event.end === "unmatched" && planned.end === "routed") {
    journal.counts.unmatched -= 1;
    journal.counts.routed += 1;
  }
  tables.endEvent(hash, event.seq, event.end === "unmatched" ? planned.end : event.end, [...event.trace, ...trace]);
}

/** A state whose lists of destinations can be added to. */
export const plannable = (state: AlertState): AlertState => ({ ...state, shownBy: [...state.shownBy], handover: [...state.handover] });

/** Trace steps that say that the rules were asked again: all of them where somebody begins to show the alert, else one. */
export function traceAgain(planned: PlannedEvent, { shownBy }: AlertState, now: number): TraceStep[] {
  if (planned.matched.some((name) => !shownBy.includes(name))) return planned.trace;
  const reason = "the rules were asked again: nobody else begins to show the alert";
  return [{ at: new Date(now).toISOString(), stage: "match", decision: "asked_again", reason, values: { shows: [...shownBy] } }];
}
