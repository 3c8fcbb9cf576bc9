// `routes list`: what a relay has, as its Worker reads it.
import { join } from "node:path";
import { declaredBindings } from "../scripts/wrangler-config.ts";
import type { Config, Route } from "../src/config/model.ts";
import { parseRows, type RouteRow } from "../src/config/rows.ts";
import { destinations } from "../src/destinations/index.ts";
import { enrichers } from "../src/enrichers/index.ts";
import { sources } from "../src/sources/index.ts";
import { readState, type State } from "./state.ts";
import { explainFailure, type Target } from "./wrangler.ts";

const ROOT = join(import.meta.dirname, "..");

interface ListedRoute {
  name: string;
  source: string;
  enabled: boolean;
  rules: number;
  destinations: string[];
  broken?: string;
  /** The hook's address, a credential: only when asked for. */
  hook?: string;
}
interface ListedDestination {
  name: string;
  type: string;
  broken?: string;
}
interface ListedEnricher {
  name: string;
  /** Empty for what routes name and there is not. */
  type: string;
  broken?: string;
}
interface Listing {
  revision: number;
  applied_at?: string;
  relay: { broken: { name: string; problem: string }[] };
  routes: ListedRoute[];
  destinations: ListedDestination[];
  enrichers: ListedEnricher[];
}

/** Prints the list; the exit status. */
export async function list(options: Target & { reveal: boolean; json: boolean }): Promise<number> {
  const state = await readState(options);
  if (!state.ok) {
    const message = explainFailure(state.reason, options);
    if (options.json) console.log(JSON.stringify({ error: message }));
    else console.error(message);
    return 1;
  }
  const listing = listingOf(state.value, !options.remote, options.reveal);
  if (options.json) console.log(JSON.stringify(listing));
  else for (const line of listingLines(listing)) console.log(line);
  return 0;
}

/** The rows as they are listed: every row of the tables, with what is wrong with it. */
export function listingOf({ rows, revision, appliedAt }: State, local: boolean, reveal: boolean): Listing {
  const config = parseRows(rows, { sources, destinations, enrichers }, { local, bindings: declaredBindings(ROOT) });
  const problemOf = (kind: Config["broken"][number]["kind"], name: string) =>
    config.broken.find((one) => one.kind === kind && one.name === name)?.problem;
  const routes = new Map(config.routes.map((route) => [route.name, route]));
  return {
    revision,
    applied_at: appliedAt,
    relay: { broken: config.broken.filter(({ kind }) => kind === "relay").map(({ name, problem }) => ({ name, problem })) },
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

function routeLine(row: RouteRow, route: Route | undefined): ListedRoute {
  const rules = route?.rules ?? [];
  const named = rules.flatMap(({ to }) => (Array.isArray(to) ? to : Object.values(to).flat()));
  return { name: row.name, source: row.source, enabled: row.enabled !== 0, rules: rules.length, destinations: [...new Set(named)] };
}

/** The listing for people; broken rows stand first. */
export function listingLines({ revision, applied_at: appliedAt, relay, routes, destinations: all, enrichers }: Listing): string[] {
  const broken = [
    ...relay.broken.map(({ name, problem }) => `BROKEN relay ${name}: ${problem}`),
    ...all.flatMap((one) => (one.broken === undefined ? [] : [`BROKEN destination ${one.name}: ${one.broken}`])),
    ...enrichers.flatMap((one) => (one.broken === undefined ? [] : [`BROKEN enricher ${one.name}: ${one.broken}`])),
    ...routes.flatMap((one) => (one.broken === undefined ? [] : [`BROKEN route ${one.name}, which serves nothing: ${one.broken}`])),
  ];
  const rows = enrichers.filter(({ type }) => type !== "").map((one) => [one.name, one.type, one.broken === undefined ? "" : "BROKEN"]);
  return [
    ...broken,
    ...(broken.length > 0 ? [""] : []),
    revision === 0 ? "No file was applied yet." : `Revision ${revision}, applied ${appliedAt ?? ""}.`,
    "",
    "Routes",
    ...table(routes.map((one) => [one.name, one.source, state(one), rulesInWords(one), ...(one.hook === undefined ? [] : [one.hook])])),
    "",
    "Destinations",
    ...table(all.map((one) => [one.name, one.type, one.broken === undefined ? "" : "BROKEN"])),
    ...(rows.length === 0 ? [] : ["", "Enrichers", ...table(rows)]),
  ];
}

const state = ({ enabled, broken }: ListedRoute): string => (broken !== undefined ? "BROKEN" : enabled ? "enabled" : "disabled");

function rulesInWords({ rules, destinations: to, broken }: ListedRoute): string {
  if (broken !== undefined) return "";
  if (rules === 0) return "no rules: every alert is counted as unmatched";
  return `${rules} ${rules === 1 ? "rule" : "rules"} to ${to.join(", ")}`;
}

function table(rows: string[][]): string[] {
  if (rows.length === 0) return ["  none"];
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, index) => Math.max(all[index] ?? 0, cell.length)), []);
  return rows.map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd());
}
