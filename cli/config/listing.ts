// The routes, destinations and enrichers of a relay, as its Worker reads their rows.
import { join } from "node:path";
import { declaredBindings } from "../../scripts/wrangler-config.ts";
import type { Config, Route } from "../../src/config/model.ts";
import { parseRows, type RouteRow } from "../../src/config/rows.ts";
import type { ConfigState } from "../../src/store/config-state.ts";
import { registries } from "../registries.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** One route. */
export interface ListedRoute {
  name: string;
  source: string;
  enabled: boolean;
  rules: number;
  destinations: string[];
  broken?: string;
  /** Until when earlier addresses are still accepted, ISO 8601. */
  former?: string[];
  /** The hook's address, a credential: only when asked for. */
  hook?: string;
}
/** One destination. */
export interface ListedDestination {
  name: string;
  type: string;
  broken?: string;
}
/** One enricher. */
export interface ListedEnricher {
  name: string;
  /** Empty for what routes name and there is not. */
  type: string;
  broken?: string;
}
/** All of them. */
export interface Listing {
  revision: number;
  applied_at?: string;
  relay: { broken: { name: string; problem: string }[] };
  routes: ListedRoute[];
  destinations: ListedDestination[];
  enrichers: ListedEnricher[];
}

/** The rows as they are listed: every row of the tables, with what is wrong with it. */
export function listingOf({ rows, version, revision, last }: ConfigState, local: boolean, reveal: boolean): Listing {
  const config = parseRows({ ...rows, version }, registries, { local, bindings: declaredBindings(ROOT) });
  const problemOf = (kind: Config["broken"][number]["kind"], name: string) =>
    config.broken.find((one) => one.kind === kind && one.name === name)?.problem;
  const routes = new Map(config.routes.map((route) => [route.name, route]));
  return {
    revision,
    applied_at: last?.applied_at,
    relay: { broken: config.broken.flatMap(brokenOfRelay) },
    routes: rows.routes.map((row) => ({
      ...routeLine(row, routes.get(row.name)),
      broken: problemOf("route", row.name),
      ...(reveal ? { hook: `${config.relay.url ?? ""}/hooks/${row.id}` } : {}),
    })),
    destinations: rows.destinations.map(({ name, type }) => ({ name, type, broken: problemOf("destination", name) })),
    enrichers: [
      ...rows.enrichers.map(({ name, type }) => ({ name, type, broken: problemOf("enricher", name) })),
      // Those that a route names and that do not exist.
      ...config.broken
        .filter(({ kind, name }) => kind === "enricher" && !rows.enrichers.some((row) => row.name === name))
        .map(({ name, problem }) => ({ name, type: "", broken: problem })),
    ],
  };
}

/** What is wrong with the relay's own settings, and with what belongs to no route alone. */
function brokenOfRelay({ kind, name, problem }: Config["broken"][number]): Listing["relay"]["broken"] {
  if (kind === "relay") return [{ name, problem }];
  return kind === "list" || kind === "inhibition" ? [{ name: `${kind} ${name}`, problem }] : [];
}

function routeLine(row: RouteRow, route: Route | undefined): ListedRoute {
  const rules = route?.rules ?? [];
  const former = route?.formerIds?.map(({ untilMs }) => new Date(untilMs).toISOString()) ?? [];
  return {
    name: row.name,
    source: row.source,
    enabled: row.enabled !== 0,
    rules: rules.length,
    destinations: namedIn(rules),
    ...(former.length > 0 ? { former } : {}),
  };
}

/** The destinations that rules name, each once. */
export const namedIn = (rules: readonly { to: string[] | Record<string, string[]> }[]): string[] => [
  ...new Set(rules.flatMap(({ to }) => (Array.isArray(to) ? to : Object.values(to).flat()))),
];
