// What Splunk's webhook alert action sends: the saved search, and the first row of its results.
// Shape: https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks; values of a row are texts, of a multivalue field lists of texts.
import * as z from "zod";
import { fieldName, type NamedFields } from "../field-names.ts";
import { line, text } from "../lenient.ts";
import { asLine, asLines, asObject, type JsonObject, maxMembers } from "../read.ts";

/** A request, with the row as it came. */
export const triggerSchema = z.object({
  sid: line(),
  search_name: line(),
  app: line(),
  owner: line(),
  results_link: text(),
  result: z.unknown().optional().transform(asObject),
});
export type Trigger = z.output<typeof triggerSchema>;

/** The row's own fields: what begins with an underscore belongs to the index, except for `_raw` and `_time`. */
export const rowFields = (row: JsonObject): [string, string[]][] =>
  Object.entries(row)
    .filter(([name]) => !name.startsWith("_"))
    .slice(0, maxMembers)
    .map(([name, value]): [string, string[]] => [name, Array.isArray(value) ? asLines(value) : asLines([value])])
    .filter(([, values]) => values.length > 0);

/** The same by compared names. */
export const namedFields = (fields: readonly (readonly [string, string[]])[]): NamedFields =>
  new Map(fields.map(([name, values]) => [fieldName(name), values]));

/** The first value of the first of these fields that has one. */
export function firstOf(fields: NamedFields, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = asLine(fields.get(name)?.[0]);
    if (value !== undefined) return value;
  }
  return undefined;
}
