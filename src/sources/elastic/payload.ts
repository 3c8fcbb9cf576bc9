// What a Webhook connector posts is whatever its template says. This reads ours (README.md), parts of it, and alert documents as Kibana
// keeps them: nested, with dots in their names, or both; every value may have been rendered as text, and lists joined by commas.
// Fields: https://www.elastic.co/docs/reference/ecs and https://www.elastic.co/docs/reference/security/fields-and-object-schemas/alert-schema
import type { Json } from "../../alert.ts";
import { asLine, asText, isObject, type JsonObject, maxMembers } from "../read.ts";

/** Fields by their full name, such as `kibana.alert.uuid`; each with all of its values. */
export type Fields = ReadonlyMap<string, readonly Json[]>;

/** Alert documents have some hundred fields; what is beyond this is not read. */
const mostFields = 1_000;
const deepest = 12;

/** Every field of a document. The first of two that are written both ways (nested, and with dots) counts. */
export function fieldsOf(document: JsonObject): Map<string, Json[]> {
  const found = new Map<string, Json[]>();
  const walk = (value: Json, name: string, depth: number): void => {
    if (isObject(value) && depth < deepest) {
      for (const [key, member] of Object.entries(value)) walk(member, name === "" ? key : `${name}.${key}`, depth + 1);
    } else if (!found.has(name) && found.size < mostFields) {
      const values = (Array.isArray(value) ? value.slice(0, maxMembers) : [value]).filter((each) => each !== "" && each !== null);
      if (values.length > 0) found.set(name, values);
    }
  };
  walk(document, "", 0);
  return found;
}

/** The values of the first of these fields that has any. */
export function valuesOf(fields: Fields, ...names: string[]): readonly Json[] {
  for (const name of names) {
    const values = fields.get(name);
    if (values !== undefined) return values;
  }
  return [];
}

/** One line of the first of these fields that has one. */
export const lineOf = (fields: Fields, ...names: string[]): string | undefined =>
  names.flatMap((name) => asLine(fields.get(name)?.[0]) ?? [])[0];

/** Running text of the first of these fields that has one. */
export const textOf = (fields: Fields, ...names: string[]): string | undefined =>
  names.flatMap((name) => asText(fields.get(name)?.[0]) ?? [])[0];

/** Names under which a body may hold the list of its alerts; the last ones are Kibana's own variables for a summary. */
const LISTS = [["alerts"], ["context", "alerts"], ["context.alerts"]];
const SUMMARY = ["new", "ongoing", "recovered"] as const;

/** An entry of a list of alerts, and the part of a summary that it stands in. */
export interface ListedAlert {
  entry: Json;
  group?: (typeof SUMMARY)[number];
}

/** The list of alerts in a body, with what the body says of each part of it; undefined where it has none. */
export function alertList(body: JsonObject): ListedAlert[] | undefined {
  for (const path of LISTS) {
    const value = path.reduce<Json | undefined>((object, key) => (isObject(object) ? object[key] : undefined), body);
    if (Array.isArray(value)) return listed(value);
    const parts = SUMMARY.flatMap((group) => dataOf(value, group).map((entry) => ({ entry, group })));
    if (parts.length > 0) return parts;
  }
  return undefined;
}

function dataOf(value: Json | undefined, group: string): Json[] {
  const part = isObject(value) ? value[group] : undefined;
  const data = isObject(part) ? part.data : undefined;
  return Array.isArray(data) ? data.filter((entry) => !isNothing(entry)) : [];
}

/** The entries of a list that are something. */
export const listed = (list: readonly Json[]): ListedAlert[] => list.flatMap((entry) => (isNothing(entry) ? [] : [{ entry }]));

/** An empty object ends the lists of our template, because Mustache cannot leave out a last comma. */
const isNothing = (entry: Json | undefined): boolean => entry === undefined || (isObject(entry) && Object.keys(entry).length === 0);

/** The body without its list of alerts: what it says of all of them. */
export function envelopeOf(body: JsonObject): JsonObject {
  const { alerts: _, "context.alerts": __, ...rest } = body;
  if (!isObject(rest.context)) return rest;
  const { alerts: ___, ...context } = rest.context;
  return { ...rest, context };
}
