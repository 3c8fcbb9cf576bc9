// Silences for people: what is hidden, until when, by whom, and how much it came to.
import type * as z from "zod";
import type { silence } from "../../src/admin/answers/silences.ts";
import { accent, bad, faint, good, type Paint, strong, warn } from "../frame/paint.ts";
import { ago, moment } from "../frame/times.ts";
import { plural } from "./words.ts";

export type Silence = z.output<typeof silence>;

const STATE: Record<Silence["state"], (text: string) => Paint> = { active: good, upcoming: accent, ended: faint };

/** The lines of silences, a few for each, with an empty line between. */
export const silencesLines = (silences: readonly Silence[], now: number): Paint[] =>
  silences.flatMap((one, index) => [...(index === 0 ? [] : [""]), ...silenceLines(one, now)]);

/** The lines of one. */
export function silenceLines(one: Silence, now: number): Paint[] {
  const { id, state, when, comment, owner, created_by, problem } = one;
  const by = created_by === owner ? owner : `${owner}, made by ${created_by}`;
  return [
    [STATE[state](state.toUpperCase()), "  ", strong(comment), "  ", faint(id)],
    ...(problem === undefined ? [] : [["  ", bad("HIDES NOTHING"), ` ${problem}`]]),
    ["  ", when],
    [`  ${times(one, now)}${recurs(one)}, up to ${one.ceiling}${routes(one)}; by ${by}`],
    ["  ", hidden(one)],
  ];
}

function times({ state, from, until, ended_at }: Silence, now: number): string {
  if (ended_at !== null) return `from ${moment(from)}, ended ${moment(ended_at)} (${ago(ended_at, now)})`;
  const ends = `until ${moment(until)} (${ago(until, now)})`;
  return state === "upcoming" ? `from ${moment(from)} (${ago(from, now)}) ${ends}` : ends;
}

function recurs({ recur }: Silence): string {
  if (recur === null) return "";
  const { days, from, to, zone, holidays } = recur;
  return `, only ${days.join(" ")} ${from}-${to} ${zone}${holidays === undefined ? "" : ", not on holidays"}`;
}

const routes = ({ routes }: Silence): string =>
  routes === null ? "" : `, ${routes.length === 1 ? "route" : "routes"} ${routes.join(", ")}`;

function hidden({ hidden, state }: Silence): Paint {
  if (hidden === null) return warn("nobody can say what it hid: a part of the relay does not answer");
  if (hidden.events === 0) return faint(state === "ended" ? "hid nothing" : "hid nothing so far");
  return `hid ${plural(hidden.events, "event")} of ${plural(hidden.alerts, "alert")}`;
}
