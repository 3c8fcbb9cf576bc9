// Alerts of our own: a window that filled, a group, a key that fell silent. They are alerts of the route like others; their events are ours and
// in no book.
import type { SourceEvent } from "../alert.ts";
import type { Raised, Verdict } from "../correlator/interface.ts";
import { alertHash, alertId, eventId } from "../lib/names.ts";
import { advance } from "./advance.ts";
import type { DecisionCore } from "./core.ts";
import { Decision } from "./decision.ts";
import type { TraceStep } from "./interface.ts";
import type { Planner } from "./stages.ts";
import type { AlertState, Held } from "./state.ts";

/** Makes or changes an alert of our own, inside the caller's transaction. Answers its hash; undefined where the alert has it already. */
export function raise(core: DecisionCore, planner: Planner, raised: Raised): string | undefined {
  const { tables, journal, stages, route, open } = core;
  const hash = alertHash(raised.key);
  const before = tables.state(hash);
  if (before?.raisedBy && raised.order <= before.raisedBy.order) return undefined;
  if (!before && raised.gate === "silent" && !isWatched(planner, raised)) return undefined;
  const now = stages.now();
  const context = {
    alertId: alertId(route, hash),
    source: planner.source,
    route,
    defaultSeverity: planner.defaultSeverity,
    receivedAt: now,
  };
  // Its count is that of the events behind it, however often we were told of them.
  const { state, changed } = advance(before && { ...before, events: 0 }, eventOf(raised), context);
  state.raisedBy = { gate: raised.gate, by: raised.by, order: raised.order };
  journal.seq += 1;
  const { seq } = journal;
  const decision = new Decision(core, hash, state, planner);
  const body = { type: `tocsin:${raised.type}`, change: changed ? decision.state.alert.change : null };
  const trace = decision.own({ seq, claim: `own:${seq}`, receivedAt: now, body });
  tables.addOwnEvent(hash, { seq, at: now, body, trace: [raisedStep(raised, now), ...trace] });
  open.add(hash);
  decision.end();
  return hash;
}

/** The configuration may watch for silence no more by the time that it falls; and an end without its beginning is none. */
const isWatched = ({ watchesSilence }: Planner, { type }: Raised): boolean => watchesSilence && type === "silent";

const eventOf = ({ key, type, order, at, patch }: Raised): SourceEvent => ({
  claim: `own:${key}:${order}`,
  identified: true,
  key,
  type: `tocsin:${type}`,
  kind: "updated",
  order,
  occurred_at: new Date(at).toISOString(),
  patch,
  payload: null,
});

const raisedStep = ({ gate, by, reason, type }: Raised, now: number): TraceStep => ({
  at: new Date(now).toISOString(),
  stage: "correlate",
  decision: type,
  reason,
  values: { gate, by },
});

/**
 * Writes what a correlator says of an alert into what waits there; undefined where nothing waits for it any more. `at`: now, Unix
 * ms. `claimOf`: claim and arrival (Unix ms) of an event.
 */
export function withVerdict(
  state: AlertState,
  { gate, by, verdict, event }: Verdict,
  at: number,
  claimOf: (seq: number) => { claim: string; receivedAt: number } | undefined,
): AlertState | undefined {
  const name = `${gate}:${by}`;
  const isMeant = (seq: number): boolean => {
    if (event === undefined) return true;
    const row = claimOf(seq);
    return row !== undefined && eventId(state.alert.route, row.claim, row.receivedAt) === event;
  };
  const { held } = state;
  if (!held) return undefined;
  // What is known is acted upon at once, also by a life after this one.
  const events: Held["events"] = held.events.map((one) =>
    one.verdicts[name] !== undefined && one.verdicts[name] !== verdict && isMeant(one.seq)
      ? { ...one, verdicts: { ...one.verdicts, [name]: verdict } }
      : one,
  );
  return events.some((one, index) => one !== held.events[index]) ? { ...state, held: { ...held, events, due: at } } : undefined;
}
