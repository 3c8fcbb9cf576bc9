// D1's rows to the configuration. Rows may have been written by hand, so each is judged alone: a bad one is left out
// and reported, the others serve.
import type * as z from "zod";
import type { HasBinding } from "./binding-problems.ts";
import { canonicalJson } from "./canonical.ts";
import { enrichProblems, parseEnricher } from "./enricher.ts";
import { failoversOf } from "./failover-problems.ts";
import { parseInhibition } from "./inhibition.ts";
import { parseList } from "./lists.ts";
import type { Config, Route } from "./model.ts";
import { DEFAULT_RETENTION_MS, relayOf } from "./parse.ts";
import { type Problem, parseWith, pathText, sentence } from "./problem.ts";
import { type Parsed, parseDestination, parseRoute, type Registries } from "./route.ts";
import { idProblems } from "./route-ids.ts";
import { notifyProblems } from "./rule-problems.ts";
import { relaySchema } from "./schema.ts";
import { parseSilence, type SilenceRow } from "./silence.ts";
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
/** A row of the table `lists`; `items` is a JSON list of texts. */
export interface ListRow {
  name: string;
  items: string;
}
/** A row of the table `inhibitions`; `settings` is JSON. */
export interface InhibitionRow {
  name: string;
  settings: string;
}
/** Everything that D1 holds of the configuration. */
export interface ConfigRows {
  version: number;
  relay: RelayRow[];
  routes: RouteRow[];
  destinations: DestinationRow[];
  enrichers: EnricherRow[];
  lists: ListRow[];
  inhibitions: InhibitionRow[];
  /** Those that have not ended: not part of the configuration's file, and read together with it. */
  silences?: SilenceRow[];
  /** Grows with every change of a silence. */
  silenced?: number;
}

/** The rows of one configuration, without its version. */
export type TableRows = Omit<ConfigRows, "version" | "silences" | "silenced">;

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
  const unknown = notifyProblems(relay, [], new Set(rows.destinations.map((row) => row.name)));
  if (unknown.length > 0) broken.push({ kind: "relay", name: "notify", problem: inOneSentence(unknown) });
  const secrets = { local };
  const lists = listRows(rows.lists, broken);
  const tables = rows.destinations.map((row) => ({ row, table: settingsTable(row) }));
  const failovers = failoversOf(tables.map(({ row, table }) => [row.name, table.value]));
  const destinations = tables.flatMap(({ row, table }) => {
    const parsed =
      "problems" in table ? table : parseDestination(row.name, table.value, [], { registries, failovers, secrets, hasBinding: bindings });
    if (parsed.value === undefined) broken.push({ kind: "destination", name: row.name, problem: inOneSentence(parsed.problems) });
    return parsed.value ?? [];
  });
  const context = {
    registries,
    relay: {
      retentionMs: relay.retention ?? DEFAULT_RETENTION_MS,
      retentionPayloadsMs: relay.retention_payloads,
      maskKey: relay.mask_key,
    },
    destinations: new Set(rows.destinations.map((row) => row.name)),
    lists,
    secrets,
  };
  const enrichers = rows.enrichers.flatMap((row) => {
    const table = settingsTable(row);
    const parsed = "problems" in table ? table : parseEnricher(row.name, table.value, [], { registries, secrets });
    if (parsed.value === undefined) broken.push({ kind: "enricher", name: row.name, problem: inOneSentence(parsed.problems) });
    return parsed.value ?? [];
  });
  const enricherNames = new Set(rows.enrichers.map((row) => row.name));
  const routeTables = rows.routes.map((row) => ({ row, table: routeTable(row) }));
  const ids = idProblems(routeTables.map(({ row, table }) => [row.name, table.value]));
  const routes = routeTables.flatMap(({ row, table }) => {
    const absent = enrichProblems(table.value, [], enricherNames);
    if (absent.length > 0) broken.push({ kind: "enricher", name: `of ${row.name}`, problem: inOneSentence(absent) });
    const parsed = "problems" in table ? table : withoutOthersId(parseRoute(row.name, table.value, [], context), row.name, ids);
    if (parsed.value === undefined) broken.push({ kind: "route", name: row.name, ...idOf(row), problem: inOneSentence(parsed.problems) });
    return parsed.value ?? [];
  });
  const routeNames = new Set(rows.routes.map((row) => row.name));
  const inhibitions = rows.inhibitions.flatMap((row) => {
    const table = tableOf(row.settings, { name: row.name });
    const parsed = "problems" in table ? table : parseInhibition(table.value, [], { routes: routeNames, lists });
    if (parsed.value === undefined) broken.push({ kind: "inhibition", name: row.name, problem: inOneSentence(parsed.problems) });
    return parsed.value ?? [];
  });
  const silences = (rows.silences ?? []).flatMap((row) => {
    const parsed = parseSilence(row, lists);
    if (parsed.value === undefined) broken.push({ kind: "silence", name: row.id, problem: inOneSentence(parsed.problems) });
    return parsed.value ?? [];
  });
  const changes = rows.version + (rows.silenced ?? 0);
  return { version: rows.version, relay: relayOf(relay), routes, destinations, enrichers, lists, inhibitions, silences, changes, broken };
}

/** A list that is wrong is not there, so that what uses it is broken as well: a list that is read in part could hide something. */
function listRows(rows: ListRow[], broken: Broken[]): Config["lists"] {
  return Object.fromEntries(
    rows.flatMap(({ name, items }) => {
      const parsed = parseList(name, json(items), []);
      if (parsed.value === undefined) broken.push({ kind: "list", name, problem: inOneSentence(parsed.problems) });
      return parsed.value ? [[name, parsed.value]] : [];
    }),
  );
}

/** A route whose former id is somebody else's is broken: nobody could say where that path leads. */
function withoutOthersId(parsed: Parsed<Route>, name: string, ids: readonly Problem[]): Parsed<Route> {
  const own = ids.filter(({ path }) => path[1] === name).map((problem) => ({ ...problem, path: problem.path.slice(2) }));
  return own.length === 0 ? parsed : { problems: [...parsed.problems, ...own] };
}

/** A relay setting that is wrong falls back to its default; the others stand. A wrong `access` lets nobody in rather than everybody. */
function relayRows(rows: RelayRow[], broken: Broken[]): z.output<typeof relaySchema> {
  return Object.assign(
    {},
    ...rows.map(({ key, value }) => {
      const parsed = parseWith(relaySchema, { [key]: relayValue(value) }, []);
      if (parsed.value === undefined) broken.push({ kind: "relay", name: key, problem: inOneSentence(parsed.problems) });
      return parsed.value ?? (key === "access" ? { access: {} } : {});
    }),
  );
}

/** A relay setting in its row: text as it is, everything else (a table, a list, a number) as JSON. */
export const relayText = (value: unknown): string =>
  typeof value === "string" && relayValue(value) === value ? value : canonicalJson(value);

/** What a relay setting's row says, as the file would have it. */
export const relayValue = (text: string): unknown => (/^([[{"\d-]|true$|false$)/.test(text) ? (json(text) ?? text) : text);

/** A row as the file would have it, without what says the same as its absence; undefined when it is no table at all. */
export function tableOfRoute(row: RouteRow): Record<string, unknown> | undefined {
  const table = routeTable(row).value;
  if (table === undefined) return undefined;
  const { enabled, rules, ...others } = table;
  const hasRules = !Array.isArray(rules) || rules.length > 0;
  return { ...others, id: row.id.toLowerCase(), ...(enabled === false ? { enabled } : {}), ...(hasRules ? { rules } : {}) };
}
/** As `tableOfRoute`. */
export const tableOfDestination = (row: DestinationRow): Record<string, unknown> | undefined => settingsTable(row).value;
/** As `tableOfRoute`. */
export function tableOfEnricher(row: EnricherRow): Record<string, unknown> | undefined {
  const table = settingsTable(row).value;
  if (table === undefined || row.type !== row.name) return table;
  const { type: _, ...others } = table;
  return others;
}

/** As `tableOfRoute`. */
export const tableOfInhibition = (row: InhibitionRow): Record<string, unknown> | undefined =>
  tableOf(row.settings, { name: row.name }).value;
/** The texts of a list's row; undefined when it is no list at all. */
export function itemsOfList({ items }: ListRow): unknown[] | undefined {
  const list = json(items);
  return Array.isArray(list) ? list : undefined;
}

type Table = { value: Record<string, unknown> } | { value?: undefined; problems: Problem[] };

const settingsTable = ({ settings, type }: DestinationRow | EnricherRow): Table => tableOf(settings, { type });

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
