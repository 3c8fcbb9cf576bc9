// Whether the books balance (promise 4). Pure: the readings come in.
import { noRouteCounts, type RouteCounts } from "../ledger/interface.ts";
import type { DestinationCounts } from "../outbox/interface.ts";
import type { Reading } from "./queries/objects.ts";

/** The books as the API tells them. */
export interface Books {
  balanced: boolean;
  routes: ({ name: string } & RouteCounts)[];
  destinations: ({ name: string } & DestinationCounts)[];
  /** Identities that do not hold; only where there are any. */
  off?: Imbalance[];
  /** Objects that did not answer: without them nobody can say that the books balance. */
  unreachable?: string[];
}

/** One identity that does not hold. `by` is the left side less the right one. */
export interface Imbalance {
  of: string;
  identity: string;
  by: number;
}

/** The books of one reading. Routes and destinations that are no longer configured stand in it if they ever counted anything. */
export function balance(reading: Reading, isConfigured: { route(name: string): boolean; destination(name: string): boolean }): Books {
  const routes = routeBooks(reading).filter(({ name, ...counts }) => isConfigured.route(name) || counted(counts));
  const destinations = reading.outboxes
    .map(({ destination, status }) => ({ name: destination, ...status.counts }))
    .filter(({ name, ...counts }) => isConfigured.destination(name) || counted(counts));
  const off = [...routes.flatMap(routeImbalances), ...destinations.flatMap(destinationImbalances), ...acrossImbalances(reading)];
  // A correlator keeps no books.
  const unreachable = reading.unreachable.filter((name) => !name.startsWith("correlator:"));
  return {
    balanced: off.length === 0 && unreachable.length === 0,
    routes,
    destinations,
    ...(off.length > 0 ? { off } : {}),
    ...(unreachable.length > 0 ? { unreachable } : {}),
  };
}

const counted = (counts: object): boolean => Object.values(counts).some((count) => count !== 0);

/** Shards of one route add up to the route; as of before the outboxes were read, so that what is done here is there. */
function routeBooks({ ledgers }: Reading): Books["routes"] {
  const routes = new Map<string, RouteCounts>();
  for (const { route, before } of ledgers) {
    const sums = routes.get(route) ?? noRouteCounts();
    for (const key of Object.keys(sums) as (keyof RouteCounts)[]) sums[key] += before.counts[key];
    routes.set(route, sums);
  }
  return [...routes].map(([name, counts]) => ({ name, ...counts }));
}

function routeImbalances(route: Books["routes"][number]): Imbalance[] {
  const { received, accepted, duplicate, test, ignored, processing, unmatched, silenced, grouped, routed, failed } = route;
  return [
    ...check(`route ${route.name}`, "received = accepted + duplicate + test + ignored", received, accepted + duplicate + test + ignored),
    ...check(
      `route ${route.name}`,
      "accepted = processing + unmatched + silenced + grouped + routed + failed",
      accepted,
      processing + unmatched + silenced + grouped + routed + failed,
    ),
  ];
}

function destinationImbalances({ name, planned, delivered, merged, pending, dead }: Books["destinations"][number]): Imbalance[] {
  return check(`destination ${name}`, "planned = delivered + merged + pending + dead", planned, delivered + merged + pending + dead);
}

/**
 * What routes handed over is what destinations planned. The objects are read one after the other while messages move, so
 * the truth lies between two bounds, which meet when nothing moves: what was surely taken before the outboxes were read,
 * and all that was handed until after.
 */
function acrossImbalances({ ledgers, outboxes }: Reading): Imbalance[] {
  const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
  const taken = sum(outboxes.map(({ status }) => status.counts.planned - status.counts.own));
  const least = sum(ledgers.map(({ before }) => before.counts.handed));
  const most = sum(ledgers.map(({ after }) => after.counts.handed + after.inTransit));
  const identity = "sum(handed) + sum(own) = sum(planned)";
  if (taken < least) return [{ of: "all", identity, by: least - taken }];
  if (taken > most) return [{ of: "all", identity, by: most - taken }];
  return [];
}

const check = (of: string, identity: string, left: number, right: number): Imbalance[] =>
  left === right ? [] : [{ of, identity, by: left - right }];
