// Alerts of our own: a window that filled, a group, a key that fell silent. They are alerts of the route like others; their events are ours and
// in no book.
import type { Json, SourceEvent } from "../alert.ts";
import type { Raised, Verdict } from "../correlator/interface.ts";
import { alertHash, alertId, eventId } from "../lib/names.ts";
import { advance } from "./advance.ts";
import type { DecisionCore } from "./core.ts";
import { bounded, Decision } from "./decision.ts";
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
  const { state, changed } = advance(before && { ...reopened(before, raised), events: 0 }, eventOf(raised), context);
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

/** A group that somebody resolved is open again as soon as another alert is in it that is not: nobody can have meant that one. */
function reopened(before: AlertState, { gate, patch }: Raised): AlertState {
  if (gate !== "group" || before.ownStatus?.status !== "resolved") return before;
  const known = new Set(openIn(before.alert.data.members));
  if (openIn(patch.data?.members).every((id) => known.has(id))) return before;
  const { ownStatus: _, ...state } = before;
  return state;
}

/** Ids of the members of a group that are not resolved. */
const openIn = (members: Json | undefined): Json[] =>
  (Array.isArray(members) ? members : []).flatMap((member) =>
    member !== null && typeof member === "object" && !Array.isArray(member) && member.status !== "resolved" ? (member.id ?? []) : [],
  );

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
 * Takes in what a correlator says of an alert, inside the caller's transaction: what waits knows it, and its trace says it. Answers whether
 * anything waits for it.
 */
export function hear({ tables, stages }: Pick<DecisionCore, "tables" | "stages">, hash: string, verdict: Verdict): boolean {
  const before = tables.state(hash);
  const now = stages.now();
  const state = before && withVerdict(before, verdict, now, (seq) => tables.event(hash, seq));
  if (!state) return false;
  tables.writeState(hash, state, now);
  const known = new Set(before.held?.events);
  for (const one of state.held?.events ?? []) {
    const event = known.has(one) ? null : tables.event(hash, one.seq);
    if (event) tables.endEvent(hash, event.seq, event.end, bounded([...event.trace, heardStep(verdict, now)]));
  }
  return true;
}

const HEARD: Record<Verdict["verdict"], string> = { held: "inhibited", free: "free", answered: "answered", fired: "fired" };

const heardStep = ({ gate, by, verdict, reason }: Verdict, now: number): TraceStep => ({
  at: new Date(now).toISOString(),
  stage: "correlate",
  decision: HEARD[verdict],
  reason,
  values: { gate, by },
});

/**
 * Writes what a correlator says of an alert into what waits there; undefined where nothing waits for it any more. `at`: now, Unix
 * ms. `claimOf`: claim and arrival (Unix ms) of an event.
 */
function withVerdict(
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
