// D1's rows to the configuration. Rows may have been written by hand, so each is judged alone: a bad one is left out
// and reported, the others serve.
import type { HasBinding } from "./binding-problems.ts";
import { enrichProblems, parseEnricher } from "./enricher.ts";
import { failoversOf } from "./failover-problems.ts";
import type { Config } from "./model.ts";
import { DEFAULT_RETENTION_MS, relayOf } from "./parse.ts";
import { type Problem, parseWith, pathText, sentence } from "./problem.ts";
import { parseDestination, parseRoute, type Registries } from "./route.ts";
import { relaySchema } from "./schema.ts";
import { isTable } from "./table.ts";

/** A row of the table `relay`. */
export interface RelayRow {
  key: string;
  value: string;
}
/** A row of the table `routes`; `settings` and `rules` are JSON. */
export interface RouteRow {
  name: string;
  id: string;
  source: string;
  enabled: number;
  settings: string;
  rules: string;
}
/** A row of the table `destinations`; `settings` is JSON. */
export interface DestinationRow {
  name: string;
  type: string;
  settings: string;
}
/** A row of the table `enrichers`; `settings` is JSON. */
export interface EnricherRow {
  name: string;
  type: string;
  settings: string;
}
/** Everything that D1 holds of the configuration. */
export interface ConfigRows {
  version: number;
  relay: RelayRow[];
  routes: RouteRow[];
  destinations: DestinationRow[];
  enrichers: EnricherRow[];
}

/** How rows are judged. */
export interface RowOptions {
  /** For a relay on this machine, where plain secrets are accepted. */
  local: boolean;
  /** Whether the Worker has a binding of this name; without it, nobody asks. */
  bindings?: HasBinding;
}

type Broken = Config["broken"][number];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Parses the rows. A route that names a destination which does not exist is broken, since its alerts would reach nobody;
 * one that names a broken destination still serves the others. An enricher that does not exist is told of, and no more: a verdict
 * that never comes loses no alert.
 */
export function parseRows(rows: ConfigRows, registries: Registries, { local, bindings }: RowOptions = { local: true }): Config {
  const broken: Broken[] = [];
  const relay = relayRows(rows.relay, broken);
  const secrets = { local };
  const tables = rows.destinations.map((row) => ({ row, table: tableOf(row.settings, { type: row.type }) }));
  const failovers = failoversOf(tables.map(({ row, table }) => [row.name, table.value]));
  const destinations = tables.flatMap(({ row, table }) => {
    const parsed =
      "problems" in table ? table : parseDestination(row.name, table.value, [], { registries, failovers, secrets, hasBinding: bindings });
    if (parsed.value === undefined) broken.push({ kind: "destination", name: row.name, problem: inOneSentence(parsed.problems) });
    return parsed.value ?? [];
  });
  const context = {
    registries,
    relay: { retentionMs: relay.retention ?? DEFAULT_RETENTION_MS, retentionPayloadsMs: relay.retention_payloads },
    destinations: new Set(rows.destinations.map((row) => row.name)),
    secrets,
  };
  const enrichers = rows.enrichers.flatMap((row) => {
    const table = tableOf(row.settings, { type: row.type });
    const parsed = "problems" in table ? table : parseEnricher(row.name, table.value, [], { registries, secrets });
    if (parsed.value === undefined) broken.push({ kind: "enricher", name: row.name, problem: inOneSentence(parsed.problems) });
    return parsed.value ?? [];
  });
  const enricherNames = new Set(rows.enrichers.map((row) => row.name));
  const routes = rows.routes.flatMap((row) => {
    const table = routeTable(row);
    const absent = enrichProblems(table.value, [], enricherNames);
    if (absent.length > 0) broken.push({ kind: "enricher", name: `of ${row.name}`, problem: inOneSentence(absent) });
    const parsed = "problems" in table ? table : parseRoute(row.name, table.value, [], context);
    if (parsed.value === undefined) broken.push({ kind: "route", name: row.name, ...idOf(row), problem: inOneSentence(parsed.problems) });
    return parsed.value ?? [];
  });
  return { version: rows.version, relay: relayOf(relay), routes, destinations, enrichers, broken };
}

/** A relay setting that is wrong falls back to its default; the others stand. */
function relayRows(rows: RelayRow[], broken: Broken[]): { url?: string; retention?: number; retention_payloads?: number } {
  return Object.assign(
    {},
    ...rows.map(({ key, value }) => {
      const parsed = parseWith(relaySchema, { [key]: value }, []);
      if (parsed.value === undefined) broken.push({ kind: "relay", name: key, problem: inOneSentence(parsed.problems) });
      return parsed.value ?? {};
    }),
  );
}

type Table = { value: Record<string, unknown> } | { value?: undefined; problems: Problem[] };

function routeTable(row: RouteRow): Table {
  const rules = json(row.rules);
  if (rules === undefined) return { problems: [{ path: ["rules"], message: "is not JSON" }] };
  return tableOf(row.settings, { id: row.id, source: row.source, enabled: row.enabled !== 0, rules });
}

/** The table as the file would have it: the JSON of `settings` and the columns, which may not stand in both. */
function tableOf(settings: string, columns: Record<string, unknown>): Table {
  const table = json(settings);
  if (!isTable(table)) return { problems: [{ path: ["settings"], message: "is not a JSON object" }] };
  const twice = Object.keys(columns).filter((key) => Object.hasOwn(table, key));
  if (twice.length > 0)
    return {
      problems: twice.map((key) => ({
        path: ["settings", key],
        message: "has a column of its own",
        instead: `set the column ${key} and take it out of settings`,
      })),
    };
  return { value: { ...table, ...columns } };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const idOf = ({ id }: RouteRow): { id?: string } => (UUID.test(id) ? { id: id.toLowerCase() } : {});

const inOneSentence = (problems: Problem[]): string =>
  problems.map((problem) => (problem.path.length === 0 ? sentence(problem) : `${pathText(problem.path)}: ${sentence(problem)}`)).join(". ");
