// The file's tables to the configuration: everything that is wrong is found in one go.
import type * as z from "zod";
import type { HasBinding } from "./binding-problems.ts";
import { enrichProblems, parseEnricher } from "./enricher.ts";
import { failoversOf } from "./failover-problems.ts";
import { parseInhibition, sameNames } from "./inhibition.ts";
import { parseList } from "./lists.ts";
import type { Config, DestinationConfig, EnricherConfig, Inhibition, Relay, Route } from "./model.ts";
import { type Problem, parseWith, unknownKey } from "./problem.ts";
import { parseDestination, parseRoute, type Registries } from "./route.ts";
import { idProblems } from "./route-ids.ts";
import { notifyProblems } from "./rule-problems.ts";
import { relaySchema, TABLES } from "./schema.ts";
import { secretProblems } from "./secret-policy.ts";
import { isTable } from "./table.ts";

export type { Adapter, Registries } from "./route.ts";

/** How a file is judged. */
export interface ParseOptions {
  /** For a relay on this machine, where plain secrets are accepted. */
  local: boolean;
  /** Whether a secret of this name is set; without it, references are not followed. */
  secrets?: (name: string) => boolean;
  /** Whether the Worker has a binding of this name; without it, nobody asks. */
  bindings?: HasBinding;
}

/** 30 days: how long payloads and metadata stay unless the file says otherwise. */
export const DEFAULT_RETENTION_MS = 30 * 86_400_000;

/**
 * Parses the tables of a configuration file. `config` holds what is right; a caller applies it only when there are no
 * problems.
 */
export function parseTables(document: unknown, registries: Registries, options: ParseOptions): { config: Config; problems: Problem[] } {
  const tables = isTable(document) ? document : {};
  const policy = { local: options.local, isSet: options.secrets };
  const relay = parseWith(relaySchema, tables.relay ?? {}, ["relay"]);
  const named = {
    destinations: section(tables, "destinations"),
    routes: section(tables, "routes"),
    enrichers: section(tables, "enrichers"),
    lists: section(tables, "lists"),
  };
  const lists = named.lists.entries.map(([name, list]) => ({ name, parsed: parseList(name, list, ["lists", name]) }));
  const failovers = failoversOf(named.destinations.entries);
  const destinations = named.destinations.entries.map(([name, table]) =>
    parseDestination(name, table, ["destinations", name], { registries, failovers, secrets: policy, hasBinding: options.bindings }),
  );
  const context = {
    registries,
    relay: {
      retentionMs: relay.value?.retention ?? DEFAULT_RETENTION_MS,
      retentionPayloadsMs: relay.value?.retention_payloads,
      maskKey: relay.value?.mask_key,
    },
    destinations: new Set(named.destinations.entries.map(([name]) => name)),
    // A list in which something is wrong is there all the same: what uses it is not wrong for that.
    lists: Object.fromEntries(lists.map(({ name, parsed }) => [name, parsed.value ?? []])),
    secrets: policy,
  };
  const routes = named.routes.entries.map(([name, table]) => parseRoute(name, table, ["routes", name], context));
  const enrichers = named.enrichers.entries.map(([name, table]) =>
    parseEnricher(name, table, ["enrichers", name], { registries, secrets: policy }),
  );
  const enricherNames = new Set(named.enrichers.entries.map(([name]) => name));
  const inhibit = inhibitTables(tables);
  const inhibitions = inhibit.tables.map((table, index) =>
    parseInhibition(table, ["inhibit", index], { routes: new Set(named.routes.entries.map(([name]) => name)), lists: context.lists }),
  );
  const config: Config = {
    version: 0,
    relay: relayOf(relay.value ?? {}),
    routes: routes.flatMap(({ value }): Route[] => (value ? [value] : [])),
    destinations: destinations.flatMap(({ value }): DestinationConfig[] => (value ? [value] : [])),
    enrichers: enrichers.flatMap(({ value }): EnricherConfig[] => (value ? [value] : [])),
    lists: Object.fromEntries(lists.flatMap(({ name, parsed }) => (parsed.value ? [[name, parsed.value]] : []))),
    inhibitions: inhibitions.flatMap(({ value }): Inhibition[] => (value ? [value] : [])),
    silences: [],
    changes: 0,
    broken: [],
  };
  const problems = [
    ...tableProblems(tables),
    ...named.lists.problems,
    ...lists.flatMap(({ parsed }) => parsed.problems),
    ...relay.problems,
    ...secretProblems(relaySchema, tables.relay, ["relay"], policy),
    ...notifyProblems(tables.relay, ["relay"], context.destinations),
    ...named.destinations.problems,
    ...destinations.flatMap((one) => one.problems),
    ...named.routes.problems,
    ...routes.flatMap((one) => one.problems),
    ...named.routes.entries.flatMap(([name, table]) => enrichProblems(table, ["routes", name], enricherNames)),
    ...named.enrichers.problems,
    ...enrichers.flatMap((one) => one.problems),
    ...idProblems(named.routes.entries),
    ...inhibit.problems,
    ...inhibitions.flatMap((one) => one.problems),
    ...sameNames(inhibit.tables, ["inhibit"]),
  ];
  return { config, problems };
}

/** The relay's settings with defaults. */
export function relayOf(parsed: z.output<typeof relaySchema>): Relay {
  const retentionMs = parsed.retention ?? DEFAULT_RETENTION_MS;
  const retentionPayloadsMs = Math.min(parsed.retention_payloads ?? retentionMs, retentionMs);
  const { url, access, notify, plan, retention_audit: retentionAuditMs, mask_key: maskKey, link_key: linkKey } = parsed;
  return {
    url,
    retentionMs,
    retentionPayloadsMs,
    ...(retentionAuditMs === undefined ? {} : { retentionAuditMs }),
    ...(maskKey === undefined ? {} : { maskKey }),
    ...(linkKey === undefined ? {} : { linkKey }),
    ...(access ? { access } : {}),
    ...(notify ? { notify: [...new Set(notify)] } : {}),
    ...(plan ? { plan } : {}),
  };
}

function section(tables: Record<string, unknown>, name: string): { entries: [string, unknown][]; problems: Problem[] } {
  const table = tables[name];
  if (table === undefined) return { entries: [], problems: [] };
  if (isTable(table)) return { entries: Object.entries(table), problems: [] };
  return { entries: [], problems: [{ path: [name], message: "must be a table of tables", instead: `write [${name}.NAME]` }] };
}

function inhibitTables({ inhibit }: Record<string, unknown>): { tables: readonly unknown[]; problems: Problem[] } {
  if (inhibit === undefined) return { tables: [], problems: [] };
  if (Array.isArray(inhibit)) return { tables: inhibit, problems: [] };
  return { tables: [], problems: [{ path: ["inhibit"], message: "must be a list of tables", instead: "write [[inhibit]]" }] };
}

function tableProblems(tables: Record<string, unknown>): Problem[] {
  return Object.keys(tables).flatMap((key): Problem[] => (TABLES.includes(key) ? [] : [unknownKey(key, TABLES, [])]));
}
