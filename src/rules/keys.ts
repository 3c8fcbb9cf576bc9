// Key paths: by what alerts are counted, grouped and told apart. `asset.ip`, `observable.ip`, `attack.technique`, `data.flow.port`.
import type { Alert, Json } from "../alert.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { closest } from "./closest.ts";

/** Of one alert at most so many combinations of values are keys. */
export const MOST_KEYS = 20;
/** Between the values of a key; no value has one. */
export const SEPARATOR = "\u001f";
/** Of a value this much is part of a key. */
const MOST_CHARACTERS = 500;

/** Lists of the alert and the fields of their members. */
const LISTS: Readonly<Record<string, readonly [list: "assets" | "observables" | "attacks", fields: readonly string[]]>> = {
  asset: ["assets", ["name", "ip", "type", "id"]],
  observable: ["observables", ["value", "type", "name"]],
  attack: ["attacks", ["technique", "tactic", "name"]],
};
const PLURALS = new Map([..."asset observable attack tag".split(" ")].map((word) => [`${word}s`, word]));
const FIELDS = ["title", "category", "type", "tenant", "severity", "status", "source"] as const;
const WORDS = [...Object.keys(LISTS), "tag", "rule", "data", ...FIELDS];

type Reader = (alert: Alert) => readonly unknown[];

/** A path that can be read: as it is told, and how. */
interface KeyPath {
  text: string;
  read: Reader;
}

/** Reads a path, or says in a sentence what is wrong with it; `alert.` in front and plurals are allowed. */
export function parseKeyPath(text: string): Result<KeyPath, string> {
  const parts = text.split(".");
  const [head = "", ...rest] = parts[0] === "alert" ? parts.slice(1) : parts;
  const word = PLURALS.get(head) ?? head;
  const path = [word, ...rest].join(".");
  if (parts.includes("") || text === "alert") return fail('is no key path; write for example "asset.ip", "rule.name" or "data.flow.port"');
  const list = Object.hasOwn(LISTS, word) ? LISTS[word] : undefined;
  if (list) return listPath(word, list, rest, path);
  if (word === "data") {
    if (rest.length === 0) return fail('names no field of data; write for example "data.flow.port"');
    return ok({ text: path, read: ({ data }) => valuesAt(data, rest) });
  }
  if (word === "rule") {
    const [field = "name", ...more] = rest;
    if (more.length > 0 || (field !== "name" && field !== "id")) return fail(`${path} is no key path; there are rule.name and rule.id`);
    return ok({ text: `rule.${field}`, read: ({ rule }) => [rule?.[field]] });
  }
  const near = closest(word, WORDS);
  if (word !== "tag" && !FIELDS.some((field) => field === word))
    return fail(
      `there is no ${word}; ${near ? `did you mean ${near}?` : `a path begins with one of ${WORDS.join(", ")}; a field of the source's own is data.${path}`}`,
    );
  if (rest.length > 0) return fail(`${word} has no field ${rest.join(".")}; write ${word}`);
  return ok({ text: word, read: word === "tag" ? ({ tags }) => tags : (alert) => [alert[word as (typeof FIELDS)[number]]] });
}

/**
 * The keys of an alert: one for each combination of the values that the paths lead to, `MOST_KEYS` at most, in an order that does not
 * depend on the order of the alert's lists. A path that leads nowhere counts as empty; without paths there is one key for all, which is empty.
 */
export function keysOf(alert: Alert, paths: readonly string[]): string[] {
  let combinations: string[][] = [[]];
  for (const path of paths) {
    const found = [...new Set(reader(path)(alert).flatMap(keyText))].sort();
    const values = found.length > 0 ? found : [""];
    combinations = combinations.flatMap((before) => values.map((value) => [...before, value])).slice(0, MOST_KEYS);
  }
  return combinations.map((values) => values.join(SEPARATOR));
}

function listPath(word: string, [list, fields]: (typeof LISTS)[string], rest: readonly string[], path: string): Result<KeyPath, string> {
  const [field, ...more] = rest;
  const among = `there are ${fields.map((one) => `${word}.${one}`).join(", ")}`;
  if (field === undefined) return fail(`${path} names no field; ${among}`);
  if (more.length > 0) return fail(`${path} is no key path; ${among}`);
  if (fields.includes(field)) return ok({ text: path, read: (alert) => alert[list].map((member) => Reflect.get(member, field)) });
  // The values of one type: `observable.ip`.
  if (word === "observable") {
    const type = field.toLowerCase();
    return ok({
      text: path,
      read: ({ observables }) => observables.filter((one) => one.type.toLowerCase() === type).map(({ value }) => value),
    });
  }
  const near = closest(field, fields);
  return fail(`${word} has no field ${field}; ${near ? `did you mean ${word}.${near}?` : among}`);
}

/** What stands at the end of a path; the members of a list on the way each count. */
function valuesAt(value: Json | undefined, path: readonly string[]): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap((member) => valuesAt(member, path));
  const [key, ...rest] = path;
  if (key === undefined) return value === undefined ? [] : [value];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return [];
  return valuesAt(value[key], rest);
}

/** A value as part of a key; what is no text, number or truth value is none. */
function keyText(value: unknown): string[] {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return [];
  const text = String(value)
    .slice(0, MOST_CHARACTERS)
    .replace(/\p{Cc}+/gu, " ");
  return text === "" ? [] : [text];
}

/** Paths are part of the configuration, so there are few. */
const readers = new Map<string, Reader>();
const MOST_READERS = 500;

function reader(path: string): Reader {
  const known = readers.get(path);
  if (known) return known;
  const parsed = parseKeyPath(path);
  // The configuration was judged by the same function: only what an older version stored may be wrong.
  const read: Reader = parsed.ok ? parsed.value.read : () => [];
  if (readers.size >= MOST_READERS) readers.clear();
  readers.set(path, read);
  return read;
}
