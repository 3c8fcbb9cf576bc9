// Which texts of a configuration must not leave the relay: plain values of secrets, and whatever stands where no schema knows it,
// since a secret may have been put into the wrong place.
import * as z from "zod";
import { inhibitSchema } from "./gate-schemas.ts";
import { listsSchema } from "./lists.ts";
import type { Path } from "./problem.ts";
import type { Adapter, Registries } from "./route.ts";
import { destinationSchema, enricherSchema, relaySchema, routeSchema } from "./schema.ts";
import { secretTexts, strayTexts, textsIn } from "./schema-tree.ts";
import { secretReference } from "./secret.ts";
import { isTable } from "./table.ts";

/** What stands for a secret that has no name. */
export const STARS = "***";

/** A text and where it stands, from the document's root. */
export interface PlacedText {
  path: Path;
  text: string;
}

/** Every text of the tables that must not be shown. Names of secrets are none. */
export function plainSecretsIn(document: unknown, registries: Registries): PlacedText[] {
  const tables = isTable(document) ? document : {};
  const { relay = {}, destinations, enrichers, routes, lists, inhibit, ...others } = tables;
  const found = [
    ...within(relaySchema, relay).map(below(["relay"])),
    ...entries(destinations).flatMap(([name, table]) =>
      inTable(table, destinationSchema, registries.destinations.get(String(table.type))).map(below(["destinations", name])),
    ),
    ...entries(enrichers).flatMap(([name, table]) =>
      inTable(table, enricherSchema, registries.enrichers.get(String(table.type ?? name))).map(below(["enrichers", name])),
    ),
    ...entries(routes).flatMap(([name, table]) =>
      inTable(table, routeSchema, registries.sources.get(String(table.source))).map(below(["routes", name])),
    ),
    ...within(z.array(inhibitSchema), inhibit).map(below(["inhibit"])),
    ...within(listsSchema, lists).map(below(["lists"])),
    ...textsIn(others),
  ];
  return found.filter(({ text }) => secretReference(text) === undefined);
}

/** A copy of a value in which `shown` says each text anew. */
export function replaceTexts(value: unknown, shown: (text: string, path: Path) => string, path: Path = []): unknown {
  if (typeof value === "string") return shown(value, path);
  if (Array.isArray(value)) return value.map((member, index) => replaceTexts(member, shown, [...path, index]));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaceTexts(member, shown, [...path, key])]));
}

/** A copy of a document in which those texts are replaced. */
export function replacePlaced(document: unknown, texts: readonly (PlacedText & { shown: string })[]): unknown {
  const byPath = new Map(texts.map(({ path, shown }) => [JSON.stringify(path), shown]));
  return replaceTexts(document, (text, path) => byPath.get(JSON.stringify(path)) ?? text);
}

/** Our own keys, then those of the adapter; without one nothing is known of them. */
function inTable(table: Record<string, unknown>, schema: z.ZodObject, adapter: Adapter | undefined): PlacedText[] {
  const ours = ([key]: [string, unknown]): boolean => Object.hasOwn(schema.shape, key);
  const common = Object.fromEntries(Object.entries(table).filter(ours));
  const own = Object.fromEntries(Object.entries(table).filter((entry) => !ours(entry)));
  return [...within(schema, common), ...(adapter === undefined ? textsIn(own) : within(adapter.settings, own))];
}

const within = (schema: z.core.$ZodType, value: unknown): PlacedText[] => [...secretTexts(schema, value), ...strayTexts(schema, value)];
const below =
  (base: Path) =>
  ({ path, text }: PlacedText): PlacedText => ({ path: [...base, ...path], text });
const entries = (section: unknown): [string, Record<string, unknown>][] =>
  Object.entries(isTable(section) ? section : {}).flatMap(([name, table]) => (isTable(table) ? [[name, table]] : []));
