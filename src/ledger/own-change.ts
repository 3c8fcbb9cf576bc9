// What people do to an alert themselves: our own status, a comment. A part of the story that no source sent.
import type { Alert, Change } from "../alert.ts";
import { eventId } from "../lib/names.ts";
import { advanceOwn } from "./advance.ts";
import { type DecisionCore, dropConfirmed } from "./core.ts";
import { contextOf, noteGates } from "./holds.ts";
import type { OwnChange, TraceStep } from "./interface.ts";
import { oweObservations } from "./observed.ts";
import type { Planner } from "./stages.ts";
import type { AlertState } from "./state.ts";
import { oweWrite } from "./write-back.ts";

/** Changes an alert, inside the caller's transaction; it is to be decided afterwards. Answers the alert as it is then. */
export function changeOwn(
  core: DecisionCore,
  planner: Pick<Planner, "defaultSeverity" | "writesBack" | "plan">,
  { hash, state }: { hash: string; state: AlertState },
  own: OwnChange,
): Alert {
  const { tables, journal, open, stages, route } = core;
  const { defaultSeverity, writesBack } = planner;
  const { id: alertId, source } = state.alert;
  const now = stages.now();
  const comment = own.comment === undefined ? undefined : { author: own.author, text: own.comment };
  const advanced = advanceOwn(
    state,
    { status: own.status, author: own.author, comment },
    { alertId, source, route, defaultSeverity, receivedAt: now },
  );
  dropConfirmed(core, hash, advanced.state);
  journal.seq += 1;
  if (writesBack) oweWrite(advanced.state, own, { seq: journal.seq, now });
  const { change } = advanced.state.alert;
  if (advanced.changed) tellGates(core, planner, advanced.state, { change, now });
  tables.writeState(hash, advanced.state, now);
  tables.addOwnEvent(hash, { seq: journal.seq, at: now, body: { type: "tocsin:status", change }, trace: [didStep(own, now)] });
  open.add(hash);
  return advanced.state.alert;
}

/**
 * Groups that have the alert, and those that it holds back, hear of what people do to it as of any event; it is the one that the journal counted
 * last.
 */
export function tellGates(
  { journal, route }: DecisionCore,
  { plan }: Pick<Planner, "plan">,
  state: AlertState,
  { change, now }: { change: Change; now: number },
): void {
  const { memberOf = [] } = state;
  if (memberOf.length === 0) return;
  const { observations } = plan(state.alert, [change], contextOf(state, journal.seq, now));
  const heard = observations.filter(({ by, settings: { gate } }) => memberOf.includes(`${gate}:${by}`));
  noteGates(state, heard);
  oweObservations(state, heard, { event: eventId(route, `own:${journal.seq}`, now), at: now }, journal);
}

/** Who did what, and when. */
function didStep({ status, comment, author }: OwnChange, now: number): TraceStep {
  const did = [status && `set the status to ${status}`, comment !== undefined && "commented"].filter(Boolean).join(" and ");
  const values = { author, ...(status ? { status } : {}) };
  return { at: new Date(now).toISOString(), stage: "ledger", decision: "own_change", reason: `${author} ${did}`, values };
}
