// What needs a person, worst first. Pure: everything that was read comes in.
import type { Books } from "../../admin/balance.ts";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import type { LogItem } from "../../admin/queries/log.ts";
import type { RouteItem } from "../../admin/queries/routes.ts";
import type { Config } from "../../config/model.ts";
import { counted } from "../../lib/text.ts";
import { distance, lengthOf, line, type Tone } from "../parts.ts";
import { reasonWords } from "../words.ts";

/** One thing to look after: a sentence, what it means, and where to do something about it. */
export interface Concern {
  tone: Extract<Tone, "bad" | "warn">;
  what: string;
  more?: string;
  link?: { href: string; text: string };
}

/** What the overview knows. */
export interface State {
  books: Books;
  routes: RouteItem[];
  destinations: DestinationItem[];
  broken: Config["broken"];
  refused: LogItem[];
  now: number;
}

/** A backlog is worth a word when its oldest message waits longer than this. */
const OLD_MS = 60_000;

/** All concerns, those that lose sight of alerts first. */
export function concerns(state: State): Concern[] {
  const found = [
    ...bookConcerns(state.books),
    ...state.broken.map(
      ({ kind, name, problem }): Concern => ({
        tone: "bad",
        what: `The ${kind} ${line(name, 63)} is left out: its configuration is broken.`,
        more: line(problem, 400),
      }),
    ),
    ...state.destinations.flatMap((destination) => destinationConcerns(destination, state.now)),
    ...routeConcerns(state.routes),
    ...refusalConcerns(state.refused),
  ];
  return [...found.filter(({ tone }) => tone === "bad"), ...found.filter(({ tone }) => tone === "warn")];
}

/** How far the books are off: the largest difference. */
export const offBy = ({ off = [] }: Books): number => Math.max(0, ...off.map(({ by }) => Math.abs(by)));

function bookConcerns({ off = [], unreachable = [] }: Books): Concern[] {
  return [
    ...off.map(({ of, identity, by }): Concern => ({ tone: "bad", what: `The books of ${of} are off by ${by}.`, more: identity })),
    ...unreachable.map((name): Concern => ({ tone: "bad", what: `${name} does not answer, so its part of the books is missing.` })),
  ];
}

function destinationConcerns(destination: DestinationItem, now: number): Concern[] {
  const { name, state, problem = "", counts, pending, oldest_pending_at: oldest, closed_until: until } = destination;
  const { broken_since: since, failed_over: copied, failover } = destination;
  const deadLink = { href: `/deliveries?state=dead&destination=${name}`, text: "See them and replay" };
  const dead = counts.dead > 0 ? `${counted(counts.dead, "message")} could not be delivered` : "";
  const age = oldest === null ? 0 : now - Date.parse(oldest);
  const waiting =
    pending > 0 ? `${counted(pending, "message")} waiting${age > 0 ? `, the oldest for ${lengthOf(age) ?? "a moment"}` : ""}` : "";
  const more = sentence([waiting, dead]);
  const link = counts.dead > 0 ? deadLink : { href: `/destinations#${name}`, text: "Look at it" };
  if (state === "refused") return [{ tone: "bad", what: `${name} refuses our messages: ${reasonWords(problem)}.`, more, link }];
  if (state === "down") {
    const how = problem === "" ? "" : ` (${reasonWords(problem)})`;
    const instead = copied > 0 && failover ? `its failover ${failover.to} shows ${counted(copied, "alert")}` : "";
    const what = `${name} has not answered for ${lengthOf(now - Date.parse(since ?? "")) ?? "a moment"}${how}.`;
    return [{ tone: "bad", what, more: sentence([instead, waiting, dead]), link }];
  }
  if (state === "closed") {
    const when = until === null ? "" : ` Next try ${distance(Date.parse(until) - now)}.`;
    return [{ tone: "warn", what: `${name} is not taking messages: ${reasonWords(problem)}.${when}`, more, link }];
  }
  const found: Concern[] = [];
  if (dead !== "") found.push({ tone: "bad", what: `${dead} to ${name}.`, link: deadLink });
  if (age > OLD_MS)
    found.push({
      tone: "warn",
      what: `${name} has a backlog: ${waiting}.`,
      link: { href: `/deliveries?state=pending&destination=${name}`, text: "See it" },
    });
  return found;
}

function routeConcerns(routes: RouteItem[]): Concern[] {
  return routes.flatMap(({ name, counts, state, rules }) => {
    const found: Concern[] = [];
    if (counts.failed > 0) found.push({ tone: "bad", what: `${counted(counts.failed, "event")} of ${name} failed to be decided.` });
    // Rules may leave alerts out on purpose; a route whose alerts nobody ever saw was hardly meant so.
    if (counts.unmatched > 0 && counts.routed === 0 && state === "ok") {
      const more = rules.length === 0 ? "The route has no rules." : "None of its rules ever matched.";
      const link = { href: `/alerts?route=${name}`, text: "See its alerts" };
      found.push({ tone: "warn", what: `Nobody was told of ${counted(counts.unmatched, "event")} of ${name}.`, more, link });
    }
    return found;
  });
}

function refusalConcerns(refused: LogItem[]): Concern[] {
  const byRoute = Map.groupBy(refused, ({ route }) => route);
  return [...byRoute].map(([route, items]): Concern => {
    const reasons = new Map<string, number>();
    for (const { reason } of items) reasons.set(reason?.split(": ")[0] ?? "", (reasons.get(reason?.split(": ")[0] ?? "") ?? 0) + 1);
    return {
      tone: "warn",
      what: `${counted(items.length, "request")} to ${route} ${items.length === 1 ? "was" : "were"} refused in the last hour.`,
      more: sentence(
        [...reasons].map(([reason, count]) => (reasons.size > 1 ? `${count} times: ${reasonWords(reason)}` : reasonWords(reason))),
      ),
      link: { href: `/log?outcome=refused&route=${route}`, text: "See them" },
    };
  });
}

/** Parts as one sentence; undefined when there are none. */
function sentence(parts: string[]): string | undefined {
  const text = parts.filter((part) => part !== "").join("; ");
  return text === "" ? undefined : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
