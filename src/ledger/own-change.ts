// What people do to an alert themselves: our own status, a comment. A part of the story that no source sent.
import type { Alert } from "../alert.ts";
import { advanceOwn } from "./advance.ts";
import { type DecisionCore, dropConfirmed } from "./core.ts";
import type { OwnChange, TraceStep } from "./interface.ts";
import type { Planner } from "./stages.ts";
import type { AlertState } from "./state.ts";
import { oweWrite } from "./write-back.ts";

/** Changes an alert, inside the caller's transaction; it is to be decided afterwards. Answers the alert as it is then. */
export function changeOwn(
  core: DecisionCore,
  { defaultSeverity, writesBack }: Pick<Planner, "defaultSeverity" | "writesBack">,
  { hash, state }: { hash: string; state: AlertState },
  own: OwnChange,
): Alert {
  const { tables, journal, open, stages, route } = core;
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
  tables.writeState(hash, advanced.state, now);
  const { change } = advanced.state.alert;
  tables.addOwnEvent(hash, { seq: journal.seq, at: now, body: { type: "tocsin:status", change }, trace: [didStep(own, now)] });
  open.add(hash);
  return advanced.state.alert;
}

/** Who did what, and when. */
function didStep({ status, comment, author }: OwnChange, now: number): TraceStep {
  const did = [status && `set the status to ${status}`, comment !== undefined && "commented"].filter(Boolean).join(" and ");
  const values = { author, ...(status ? { status } : {}) };
  return { at: new Date(now).toISOString(), stage: "ledger", decision: "own_change", reason: `${author} ${did}`, values };
}
