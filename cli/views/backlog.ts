// What waits, and why: the destinations first that need somebody.
import type * as z from "zod";
import type { destinationPage, routePage } from "../../src/admin/answers/overview.ts";
import { bad, faint, good, loud, type Paint, strong, warn } from "../frame/paint.ts";
import { type Column, tableLines } from "../frame/table.ts";
import { ago, clock, span } from "../frame/times.ts";
import { number, plain, plural } from "./words.ts";

export type Destination = z.output<typeof destinationPage>["items"][number];
export type Route = z.output<typeof routePage>["items"][number];

/** From the worst to the best. */
const STATES = ["broken", "unreachable", "refused", "down", "closed", "failing", "removed", "ok"] as const satisfies Destination["state"][];
const TONES: Record<Destination["state"], (text: string) => Paint> = {
  broken: loud,
  unreachable: loud,
  refused: loud,
  down: bad,
  closed: warn,
  failing: warn,
  removed: faint,
  ok: good,
};
const COLUMNS: Column[] = [
  { title: "DESTINATION" },
  { title: "STATE" },
  { title: "WAITING", align: "right" },
  { title: "OLDEST", align: "right" },
  { title: "DEAD", align: "right" },
  { title: "WHY" },
];

/** What waits anywhere. `all`: also where nothing does. */
export function backlogLines(
  destinations: readonly Destination[],
  routes: readonly Route[],
  options: { now: number; all: boolean; width?: number },
): Paint[] {
  const { now, all, width } = options;
  const worth = destinations.filter((one) => all || one.pending > 0 || one.counts.dead > 0 || one.state !== "ok").toSorted(byNeed);
  const undecided = routes.filter(({ backlog }) => backlog > 0);
  const sum = (of: (one: Destination) => number): number => destinations.reduce((total, one) => total + of(one), 0);
  const [pending, dead] = [sum((one) => one.pending), sum((one) => one.counts.dead)];
  const summary: Paint = [
    pending === 0 ? good("No message waits") : warn(`${plural(pending, "message")} ${pending === 1 ? "waits" : "wait"}`),
    ...(dead === 0 ? ["."] : [", ", loud(`${plural(dead, "message")} dead`), "."]),
  ];
  const events: Paint[] = undecided.map(({ name, backlog }) => [
    warn(plural(backlog, "event")),
    " of the route ",
    strong(name),
    " not decided yet.",
  ]);
  const rest = destinations.length - worth.length;
  const table = tableLines(
    COLUMNS,
    worth.map((one) => rowOf(one, now)),
    width,
  );
  return [
    summary,
    ...events,
    ...(worth.length > 0 ? ["", ...table] : []),
    ...(rest > 0 ? [faint(restInWords(rest, worth.length > 0))] : []),
    ...whatNext(destinations),
  ];
}

/** What to type about those that died; about one destination its name, so that it can be pasted. */
function whatNext(destinations: readonly Destination[]): Paint[] {
  const [first, ...others] = destinations.filter(({ counts }) => counts.dead > 0);
  if (!first) return [];
  const which = others.length > 0 ? "NAME" : first.name;
  return [
    "",
    ["Why they died       ", strong("npx tocsin deliveries list --state dead")],
    ["Whether it is over  ", strong(`npx tocsin destinations test ${which}`)],
    ["Then again          ", strong(`npx tocsin replay --destination ${which}`)],
  ];
}

function restInWords(rest: number, isRest: boolean): string {
  const which =
    rest === 1 ? `The ${isRest ? "other" : "one"} destination has` : `${isRest ? "The other" : "All"} ${rest} destinations have`;
  return `${which} nothing waiting; --all shows ${rest === 1 ? "it" : "them"}.`;
}

const byNeed = (left: Destination, right: Destination): number =>
  STATES.indexOf(left.state) - STATES.indexOf(right.state) || right.pending - left.pending || (left.name < right.name ? -1 : 1);

function rowOf(one: Destination, now: number): Paint[] {
  return [
    strong(one.name),
    TONES[one.state](one.state),
    [number(one.pending, warn), ...(one.in_flight > 0 ? [faint(` (${one.in_flight} out)`)] : [])],
    one.oldest_pending_at ? span(now - Date.parse(one.oldest_pending_at)) : faint("-"),
    number(one.counts.dead, loud),
    whyOf(one, now),
  ];
}

/** Why it does not go on, in a few words. */
function whyOf(
  { problem, failures, closed_until: closed, broken_since: broken, failed_over: moved, failover, slowed_until: slowed }: Destination,
  now: number,
): Paint {
  const parts = [
    ...(problem || broken ? [[...(problem ? [plain(problem)] : []), ...(broken ? [`since ${clock(broken)}`] : [])].join(" ")] : []),
    ...(failures > 0 ? [plural(failures, "failure")] : []),
    ...(closed ? [`tried again ${ago(closed, now)}`] : []),
    ...(moved > 0 ? [`${failover?.to ?? "another"} shows ${moved}`] : []),
    ...(slowed ? ["slowed down by the chat"] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : "";
}
