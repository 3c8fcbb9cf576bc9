// The configuration's two forms: the tables of the file, and the rows of D1. One becomes the other and back without loss.
import { canonical, canonicalJson } from "./canonical.ts";
import { inhibitSchema } from "./gate-schemas.ts";
import {
  itemsOfList,
  relayText,
  relayValue,
  type TableRows,
  tableOfDestination,
  tableOfEnricher,
  tableOfInhibition,
  tableOfRoute,
} from "./rows.ts";
import { destinationSchema, enricherSchema, relaySchema, routeSchema, ruleSchema } from "./schema.ts";
import { isTable } from "./table.ts";

/** The tables of a configuration, by section and name, in the order in which they are exported. */
export interface ConfigDocument {
  relay: Record<string, unknown>;
  lists: Record<string, unknown[]>;
  destinations: Record<string, Record<string, unknown>>;
  enrichers: Record<string, Record<string, unknown>>;
  routes: Record<string, Record<string, unknown>>;
  /** Each with its name. */
  inhibit: Record<string, unknown>[];
}

/** Tables made of rows. */
export interface ReadRows {
  document: ConfigDocument;
  /** Rows that could not be read as tables, which only rows by hand can be; in the document they have their columns alone. */
  unreadable: { kind: "destination" | "enricher" | "route" | "list" | "inhibition"; name: string }[];
}

/** The rows that a configuration's tables make. The tables have to be valid. */
export function rowsOf(document: unknown): TableRows {
  const { relay, lists, routes, destinations, enrichers, inhibit } = tableOf(document);
  const inhibitions: readonly unknown[] = Array.isArray(inhibit) ? inhibit : [];
  return {
    relay: Object.entries(tableOf(relay)).map(([key, value]) => ({ key, value: relayText(value) })),
    routes: Object.entries(tableOf(routes)).map(([name, table]) => {
      const { id, source, enabled = true, rules = [], ...settings } = tableOf(table);
      return {
        name,
        id: String(id).toLowerCase(),
        source: String(source),
        enabled: enabled === false ? 0 : 1,
        settings: canonicalJson(settings),
        rules: canonicalJson(rules),
      };
    }),
    destinations: Object.entries(tableOf(destinations)).map(([name, table]) => {
      const { type, ...settings } = tableOf(table);
      return { name, type: String(type), settings: canonicalJson(settings) };
    }),
    enrichers: Object.entries(tableOf(enrichers)).map(([name, table]) => {
      const { type = name, ...settings } = tableOf(table);
      return { name, type: String(type), settings: canonicalJson(settings) };
    }),
    lists: Object.entries(tableOf(lists)).map(([name, list]) => ({ name, items: JSON.stringify(Array.isArray(list) ? list : []) })),
    inhibitions: inhibitions.map((table) => {
      const { name, ...settings } = tableOf(table);
      return { name: String(name), settings: canonicalJson(settings) };
    }),
  };
}

/** The tables that rows are, however they came to be; sorted by name, and inside in the order of the export. */
export function documentOf(rows: TableRows): ReadRows {
  const unreadable: ReadRows["unreadable"] = [];
  const read = <Row extends { name: string }>(
    kind: ReadRows["unreadable"][number]["kind"],
    all: readonly Row[],
    tableOfRow: (row: Row) => Record<string, unknown> | undefined,
    columns: (row: Row) => Record<string, unknown>,
    inOrder: (table: Record<string, unknown>) => Record<string, unknown>,
  ): Record<string, Record<string, unknown>> =>
    Object.fromEntries(
      all.toSorted(byName).map((row) => {
        const table = tableOfRow(row);
        if (table === undefined) unreadable.push({ kind, name: row.name });
        return [row.name, inOrder(table ?? columns(row))];
      }),
    );
  const lists = rows.lists.toSorted(byName).map((row): [string, unknown[]] => {
    const items = itemsOfList(row);
    if (items === undefined) unreadable.push({ kind: "list", name: row.name });
    return [row.name, items ?? []];
  });
  const inhibitions = read("inhibition", rows.inhibitions, tableOfInhibition, ({ name }) => ({ name }), inhibitionInOrder);
  return {
    document: {
      relay: ordered(Object.fromEntries(rows.relay.map(({ key, value }) => [key, relayValue(value)])), [], Object.keys(relaySchema.shape)),
      lists: Object.fromEntries(lists),
      destinations: read("destination", rows.destinations, tableOfDestination, ({ type }) => ({ type }), destinationInOrder),
      enrichers: read("enricher", rows.enrichers, tableOfEnricher, ({ type }) => ({ type }), enricherInOrder),
      routes: read("route", rows.routes, tableOfRoute, ({ id, source }) => ({ id: id.toLowerCase(), source }), routeInOrder),
      inhibit: Object.values(inhibitions),
    },
    unreadable,
  };
}

const routeInOrder = ({ rules, ...table }: Record<string, unknown>): Record<string, unknown> => ({
  ...ordered(table, ["id", "source", "enabled"], Object.keys(routeSchema.shape)),
  ...(rules === undefined ? {} : { rules: Array.isArray(rules) ? rules.map(ruleInOrder) : rules }),
});
const destinationInOrder = (table: Record<string, unknown>) => ordered(table, ["type"], Object.keys(destinationSchema.shape));
const enricherInOrder = (table: Record<string, unknown>) => ordered(table, ["type"], Object.keys(enricherSchema.shape));
const inhibitionInOrder = (table: Record<string, unknown>) => ordered(table, Object.keys(inhibitSchema.shape), []);
const ruleInOrder = (rule: unknown): unknown => (isTable(rule) ? ordered(rule, Object.keys(ruleSchema.shape), []) : rule);

/** Some keys first, some last, the adapter's own in between. */
function ordered(table: Record<string, unknown>, first: readonly string[], last: readonly string[]): Record<string, unknown> {
  const own = Object.keys(table).filter((key) => !first.includes(key) && !last.includes(key));
  const keys = [...first, ...own.sort(), ...last.filter((key) => !first.includes(key))];
  return Object.fromEntries(keys.filter((key) => table[key] !== undefined).map((key) => [key, canonical(table[key], key)]));
}

const byName = (left: { name: string }, right: { name: string }): number => (left.name < right.name ? -1 : 1);
const tableOf = (value: unknown): Record<string, unknown> => (isTable(value) ? value : {});
