// What needs a person, worst first. Pure: everything that was read comes in.
import type { Books } from "../../admin/balance.ts";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import type { HealthCheck } from "../../admin/queries/health.ts";
import type { RefusedCount } from "../../admin/queries/log.ts";
import type { RouteItem } from "../../admin/queries/routes.ts";
import type { Config } from "../../config/model.ts";
import { distance, lengthOf } from "../../lib/distance.ts";
import { counted } from "../../lib/text.ts";
import { type KindName, kindOf } from "../../watch/kinds.ts";
import { line, type Tone } from "../frame/parts.ts";
import { reasonWords } from "../frame/words.ts";

/** One thing to look after: a sentence, what it means, and where to do something about it. */
export interface Concern {
  tone: Extract<Tone, "bad" | "warn">;
  what: string;
  more?: string;
  /** Since when, ISO 8601 UTC. */
  since?: string;
  link?: { href: string; text: string };
}

/** What the overview knows. */
export interface State {
  books: Books;
  routes: RouteItem[];
  destinations: DestinationItem[];
  broken: Config["broken"];
  /** Requests of the last hour. */
  refused: RefusedCount[];
  /** What the relay's watch over itself found. */
  checks: HealthCheck[];
  /** Objects that did not answer just now. */
  unreachable: string[];
  now: number;
}

/** A backlog is worth a word when its oldest message waits longer than this. */
const OLD_MS = 60_000;

/** All concerns, those that lose sight of alerts first. */
export function concerns(state: State): Concern[] {
  const found = [
    ...bookConcerns(state),
    ...state.broken.map(
      ({ kind, name, problem }): Concern => ({
        tone: "bad",
        what: `The ${kind} ${line(name, 63)} is left out: its configuration is broken.`,
        more: line(problem, 400),
      }),
    ),
    ...state.destinations.flatMap((destination) => destinationConcerns(destination, state.now)),
    ...routeConcerns(state.routes),
    ...checkConcerns(state),
    ...refusalConcerns(state.refused),
  ];
  return [...found.filter(({ tone }) => tone === "bad"), ...found.filter(({ tone }) => tone === "warn")];
}

/** How far the books are off: the largest difference. */
export const offBy = ({ off = [] }: Books): number => Math.max(0, ...off.map(({ by }) => Math.abs(by)));

function bookConcerns({ books: { off = [] }, unreachable }: State): Concern[] {
  return [
    ...off.map(({ of, identity, by }): Concern => ({ tone: "bad", what: `The books of ${of} are off by ${by}.`, more: identity })),
    ...unreachable.map((name): Concern => ({ tone: "bad", what: unreachableWords(name) })),
  ];
}

/** By its kind, what is missing without it. */
function unreachableWords(object: string): string {
  const [kind = "", name = ""] = object.split(":");
  switch (kind) {
    case "ledger":
      return `The ledger of ${name} does not answer, so its part of the books is missing.`;
    case "outbox":
      return `The outbox of ${name} does not answer, so its part of the books is missing.`;
    case "correlator":
      return `The correlator of ${name} does not answer: what its rules count and group waits.`;
    default:
      return `${object} does not answer.`;
  }
}

/** What the page sees itself, as it is now: the sweep's word about it is older. */
const SEEN_HERE: ReadonlySet<HealthCheck["check"]> = new Set([
  "backlog_old",
  "books_off",
  "configuration_broken",
  "dead_letters",
  "destination_down",
  "destination_refused",
]);

/** Where to look at what has the trouble, by the kind of it. */
const PLACES: Partial<Record<HealthCheck["check"], (subject: string) => Concern["link"]>> = {
  events_stuck: (name) => ({ href: `/alerts?route=${name}`, text: "See its alerts" }),
  source_silent: (name) => ({ href: `/log?route=${name}`, text: "See its requests" }),
  api_refused: (subject) => ({ href: `/routes/${subject.split(" ")[0]}`, text: "Look at the route" }),
  rules_behind: (name) => ({ href: `/routes/${name}`, text: "Look at the route" }),
  rule_keys_dropped: (name) => ({ href: `/rules?route=${name}`, text: "See its rules" }),
  token_expiring: () => ({ href: "/settings", text: "See the tokens" }),
  plan_budget: () => ({ href: "/settings", text: "See the limits" }),
  sweep_overdue: () => ({ href: "/settings", text: "See the sweep" }),
};

/** What the relay's own watch found and nothing above tells. */
function checkConcerns({ checks, unreachable, routes }: State): Concern[] {
  const silenced = new Set(unreachable);
  return checks
    .filter(({ check, state, subject }) => state !== "ok" && !SEEN_HERE.has(check) && !silenced.has(subject ?? ""))
    .filter(({ check, subject }) => check !== "events_stuck" || routes.some(({ name, backlog }) => name === subject && backlog > 0))
    .map(({ check, state, subject, text, advice, since }): Concern => {
      const what = check === "sweep_overdue" ? "The relay's sweep is overdue" : kindOf(check satisfies KindName).title(subject ?? "");
      return {
        tone: state === "down" ? "bad" : "warn",
        what: `${line(what, 200)}.`,
        more: line([text, advice ?? ""].filter((part) => part !== "").join(" "), 500),
        ...(since ? { since } : {}),
        ...(PLACES[check] ? { link: PLACES[check](subject ?? "") } : {}),
      };
    });
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

function refusalConcerns(refused: RefusedCount[]): Concern[] {
  const byRoute = Map.groupBy(refused, ({ route }) => route);
  return [...byRoute].map(([route, reasons]): Concern => {
    const count = reasons.reduce((sum, one) => sum + one.count, 0);
    const told = reasons.map(({ reason, count: times }) =>
      reasons.length > 1 ? `${counted(times, "time")}: ${reasonWords(reason)}` : reasonWords(reason),
    );
    return {
      tone: "warn",
      what: `${counted(count, "request")} to ${route} ${count === 1 ? "was" : "were"} refused in the last hour.`,
      more: sentence(told),
      link: { href: `/log?outcome=refused&route=${route}`, text: "See them" },
    };
  });
}

/** Parts as one sentence; undefined when there are none. */
function sentence(parts: string[]): string | undefined {
  const text = parts.filter((part) => part !== "").join("; ");
  return text === "" ? undefined : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
