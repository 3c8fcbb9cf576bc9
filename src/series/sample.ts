// From how the relay stands now, and stood at the last sample, to what was counted in between. Pure.
import { SEVERITIES } from "../alert.ts";
import { own } from "../lib/own.ts";
import type { OutboxStatus } from "../outbox/interface.ts";
import type { Survey } from "../watch/survey.ts";
import { gather, plus, since, trimmed } from "./counts.ts";

/** More names than this are not told apart in one sample: then only the sums are known, and a row stays small. */
export const MOST_NAMES = 100;

/** What was counted from one moment to another, Unix ms. */
export interface Sample {
  from: number;
  to: number;
  /** Alerts that began, by severity, the least first. */
  alerts: number[];
  /** Messages: delivered, dead, and the histogram of how long they took from the door to the wall. */
  deliveries: number[];
  /** By route, events that came, then alerts by severity. Null where there were too many. */
  routes: Record<string, number[]> | null;
  /** By destination, as `deliveries`. */
  destinations: Record<string, number[]> | null;
}

/** What stood on the counters when the last sample was taken. */
export interface Standing {
  /** Up to when the last sample goes, Unix ms. */
  at: number;
  /** By route, events that ever came. */
  routes: Record<string, number>;
  /** By destination, messages since ever. */
  destinations: Record<string, number[]>;
  /** Up to when samples are hours, Unix ms. */
  thinned: number;
}

/** How many alerts of a route and a severity began. */
export interface AlertCount {
  route: string;
  severity_id: number;
  count: number;
}

/** What is on the counters now. Objects that did not answer keep what they last said, so that nothing of theirs is counted as new. */
export function standingOf(
  { ledgers, outboxes, failed }: Pick<Survey, "ledgers" | "outboxes" | "failed">,
  before: Standing | undefined,
  at: number,
): Standing {
  const silent = new Set(failed.map((object) => object.split(":").slice(0, 2).join(":")));
  const routes = new Map<string, number>();
  for (const { route, books } of ledgers) routes.set(route, (routes.get(route) ?? 0) + books.counts.received);
  // A route of several shards is known when all of them are.
  for (const name of [...routes.keys()]) if (silent.has(`ledger:${name}`)) routes.delete(name);
  const destinations = Object.fromEntries(outboxes.map(({ destination, status }) => [destination, messagesOf(status)]));
  return {
    at,
    routes: { ...before?.routes, ...Object.fromEntries(routes) },
    destinations: { ...before?.destinations, ...destinations },
    thinned: before?.thinned ?? 0,
  };
}

const messagesOf = ({ counts, tally }: OutboxStatus): number[] => trimmed([counts.delivered, counts.dead, ...tally.latency]);

/** What came on top of `before`, with the alerts that began meanwhile. */
export function sampleOf(before: Standing, now: Standing, alerts: readonly AlertCount[]): Sample {
  const routes = new Map<string, number[]>();
  const add = (route: string, counts: readonly number[]): void => void routes.set(route, plus(routes.get(route) ?? [], counts));
  for (const [route, count] of Object.entries(now.routes)) add(route, since([own(before.routes, route) ?? 0], [count]));
  let began: number[] = [];
  for (const { route, severity_id, count } of alerts) {
    const bySeverity = SEVERITIES.slice(0, severity_id).map((_, place) => (place + 1 === severity_id ? count : 0));
    add(route, [0, ...bySeverity]);
    began = plus(began, bySeverity);
  }
  const messages = Object.entries(now.destinations).map(
    ([name, counts]) => [name, since(own(before.destinations, name) ?? [], counts)] as const,
  );
  const destinations = moved(Object.fromEntries(messages));
  return {
    from: before.at,
    to: now.at,
    alerts: began,
    deliveries: Object.values(destinations).reduce(plus, []),
    routes: few(moved(Object.fromEntries(routes))),
    destinations: few(destinations),
  };
}

/** By route or by destination, what was counted in all of them; null where any of them had too many. */
export function sumOf(samples: readonly Sample[], of: "routes" | "destinations"): Map<string, number[]> | null {
  const sums = new Map<string, number[]>();
  for (const { [of]: names } of samples) {
    if (names === null) return null;
    for (const [name, counts] of Object.entries(names)) sums.set(name, plus(sums.get(name) ?? [], counts));
  }
  return sums;
}

/** Several samples as one. */
export function merged(samples: readonly [Sample, ...Sample[]]): Sample {
  return samples.reduce((left, right) => ({
    from: Math.min(left.from, right.from),
    to: Math.max(left.to, right.to),
    alerts: plus(left.alerts, right.alerts),
    deliveries: plus(left.deliveries, right.deliveries),
    routes: left.routes && right.routes && few(gather(left.routes, right.routes)),
    destinations: left.destinations && right.destinations && few(gather(left.destinations, right.destinations)),
  }));
}

/** Those of whom anything was counted. */
const moved = (names: Record<string, number[]>): Record<string, number[]> =>
  Object.fromEntries(Object.entries(names).filter(([, counts]) => counts.length > 0));

const few = (names: Record<string, number[]>): Record<string, number[]> | null => (Object.keys(names).length > MOST_NAMES ? null : names);
