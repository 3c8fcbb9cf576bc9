// What Matano's matches have in common, as lists of values: the indicators and machines that an alert can show, and
// whatever else the vendor found worth collecting. Field names are those of the Elastic Common Schema.
import type { Asset, Attack, Json, Observable } from "../../alert.ts";
import { attacksOf } from "../attack.ts";
import { distinctObservables } from "../distinct.ts";
import { indicatorType, isIp } from "../indicator.ts";
import { asLine, isObject, type JsonObject, maxMembers } from "../read.ts";

/** One field with its values, e.g. `{ field: "source.ip", values: ["203.0.113.7"] }`. */
export interface ContextField {
  field: string;
  values: string[];
}

/** The fields of a context tree, in its order; values in theirs, each once. */
export function contextFields(context: JsonObject): ContextField[] {
  const found = new Map<string, Set<string>>();
  collect(context, "", found);
  return [...found].map(([field, values]) => ({ field, values: [...values] })).filter(({ values }) => values.length > 0);
}

function collect(value: Json, field: string, found: Map<string, Set<string>>): void {
  if (Array.isArray(value)) for (const member of value) collect(member, field, found);
  else if (isObject(value))
    for (const [key, member] of Object.entries(value)) collect(member, field === "" ? key : `${field}.${key}`, found);
  else if (field !== "") {
    const text = typeof value === "boolean" ? String(value) : asLine(value, 200);
    if (text !== undefined) found.set(field, (found.get(field) ?? new Set()).add(text));
  }
}

/** What a field's values are: an indicator of a type, or a type told by each value's form. Checked in this order. */
const KINDS: readonly (readonly [RegExp, string | ((value: string) => string)])[] = [
  [/(?:^|\.)(?:ip|nat\.ip)$/, "ip"],
  [/(?:^|\.)address$/, indicatorType],
  [/(?:^|\.)hash(?:\.\w+)?$/, "hash"],
  [/(?:^|\.)user(?:\.(?:target|effective|changes))?(?:\.name)?$/, (value) => (value.includes("@") ? indicatorType(value) : "user")],
  [/(?:^|\.)email(?:\.(?:from|to|cc|bcc|sender|reply_to))?(?:\.address)?$/, "email"],
  [/^(?:host|agent|observer)\.(?:name|hostname)$|^related\.hosts$/, (value) => (isIp(value) ? "ip" : "host")],
  [/(?:^|\.)(?:domain|registered_domain)$|^dns\.question\.name$/, (value) => (isIp(value) ? "ip" : "domain")],
  [/^url\.(?:full|original)$/, "url"],
  [/^file\.(?:name|path)$/, "file"],
  [/^process\.(?:name|executable|command_line)$/, "process"],
];

/** Times, ids of single events and what only repeats the alert itself say nothing about what it is about. */
const NOISE =
  /^(?:ts|@timestamp|message|ecs\.version|matano\..*|labels\..*|threat\..*|event\.(?:id|created|start|end|ingested|original|kind|duration|hash|sequence))$/;

/** The indicators among the fields, the telling name of a value first. */
export function observablesOf(fields: readonly ContextField[]): Observable[] {
  const found = sidesFirst(fields).flatMap(({ field, values }): Observable[] => {
    const kind = kindOf(field);
    if (kind === undefined) return [];
    return values.map((value) => ({ name: field, type: typeof kind === "string" ? kind : kind(value), value }));
  });
  return distinctObservables(found);
}

const sidesFirst = (fields: readonly ContextField[]): ContextField[] =>
  [...fields].sort((left, right) => vagueness(left.field) - vagueness(right.field));

/** `related.ip` does not say whose address it is, and `source.address` not that it is one. */
const vagueness = (field: string): number => (field.startsWith("related.") ? 2 : field.endsWith(".address") ? 1 : 0);

const kindOf = (field: string): string | ((value: string) => string) | undefined =>
  NOISE.test(field) ? undefined : KINDS.find(([pattern]) => pattern.test(field))?.[1];

const MOST_TAGS = 50;

/** Every other value, as `field: value`: what happened, where, to which account. */
export const tagsOf = (fields: readonly ContextField[]): string[] =>
  fields
    .filter(({ field }) => !NOISE.test(field) && kindOf(field) === undefined)
    .flatMap(({ field, values }) => values.map((value) => `${field}: ${value}`))
    .slice(0, MOST_TAGS);

const valuesOf = (fields: readonly ContextField[], field: string): string[] => fields.find((one) => one.field === field)?.values ?? [];

/** The techniques and tactics that the matches name. */
export function attacksIn(fields: readonly ContextField[]): Attack[] {
  const subtechniques = valuesOf(fields, "threat.technique.subtechnique.id");
  // A subtechnique says its technique.
  const techniques = valuesOf(fields, "threat.technique.id").filter((id) => !subtechniques.some((sub) => sub.startsWith(`${id}.`)));
  const references = [...techniques, ...subtechniques].slice(0, maxMembers).map((technique) => ({ technique }));
  return attacksOf(references, valuesOf(fields, "threat.tactic.name").slice(0, maxMembers));
}

/** The machines that the matches name. */
export function assetsOf(fields: readonly ContextField[]): Asset[] {
  const names = [...new Set([...valuesOf(fields, "host.name"), ...valuesOf(fields, "host.hostname")])];
  const [only, another] = names;
  const ips = valuesOf(fields, "host.ip").filter(isIp);
  // Lists of names and addresses do not say which belongs to which, unless there is one of each.
  if (only !== undefined && another === undefined && ips.length === 1) return [{ name: only, ip: ips[0] ?? "", type: "host" }];
  return names.slice(0, maxMembers).map((name) => ({ name, type: "host" }));
}

const MOST_NAMED = 12;
const MOST_OF_ONE = 5;

/** New values in one line, `source.ip: 203.0.113.7; user.name: jdoe`; the vendor's repetitions under `related` left out. */
export function inWords(fields: readonly ContextField[]): string {
  const told = new Set<string>();
  const parts = sidesFirst(fields.filter(({ field }) => !NOISE.test(field))).flatMap(({ field, values }) => {
    const fresh = values.filter((value) => !(field.startsWith("related.") && told.has(value)));
    for (const value of fresh) told.add(value);
    const more = fresh.length - MOST_OF_ONE;
    return fresh.length === 0 ? [] : [`${field}: ${fresh.slice(0, MOST_OF_ONE).join(", ")}${more > 0 ? ` +${more} more` : ""}`];
  });
  const more = parts.length - MOST_NAMED;
  return `${parts.slice(0, MOST_NAMED).join("; ")}${more > 0 ? `; +${more} more` : ""}`;
}
