// Liberal reading of what vendors send, shared by the adapters: any value in, a clean value or undefined out.
// Nothing in here knows a vendor, and nothing in here throws.
import type { Json } from "../alert.ts";

/** A JSON object, as opposed to a list or a scalar. */
export type JsonObject = { [key: string]: Json };

/** The longest title, label or name that is kept; renderers shorten further. */
const maxLineChars = 500;
/** The longest running text that is kept. */
const maxTextChars = 8_000;
/** Nesting that no vendor reaches; far beyond it, recursive code (ours or the platform's) overflows the stack. */
const maxDepth = 500;
/** The most members of one list that are taken over into an alert; the payload keeps them all. */
export const maxMembers = 100;

/** Whether a value is a JSON object (an empty Lua table that arrives as `[]` is not). */
export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The object, or an empty one for anything else. */
export const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The list's first members, or none for anything else. */
export const asList = (value: unknown): Json[] => (Array.isArray(value) ? value.slice(0, maxMembers) : []);

/**
 * A running text without surrounding blanks; numbers count as text; empty means absent. Halves of characters are
 * replaced, because `encodeURIComponent` and some databases throw at them.
 */
export function asText(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string") return undefined;
  return cut(value.trim(), maxTextChars).toWellFormed() || undefined;
}

/** A text on one line: line breaks, tabs and control characters become single blanks. */
export function asLine(value: unknown, max = maxLineChars): string | undefined {
  const text = asText(value);
  return text === undefined ? undefined : cut(text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ").trim(), max) || undefined;
}

/** The one-line texts of a list; members that are none are left out. */
export const asLines = (value: unknown): string[] => asList(value).flatMap((member) => asLine(member) ?? []);

/** A finite number, also from a text that holds one. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || !/^\s*-?\d{1,20}(\.\d{1,20})?\s*$/.test(value)) return undefined;
  return Number(value);
}

/** True or false, also from 0 and 1 or a text that says so. */
export function asFlag(value: unknown): boolean | undefined {
  if (value === true || value === 1 || value === "true" || value === "1") return true;
  return value === false || value === 0 || value === "false" || value === "0" ? false : undefined;
}

/** The same object without the members that are undefined, so that an absent field never overwrites a known one. */
export function compact<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Whether a value nests deeper than any vendor does. Walks level by level, so that the check itself cannot overflow. */
export function isTooDeep(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((member) => (typeof member === "object" && member !== null ? Object.values(member) : []));
  }
  return false;
}

/** Cuts by UTF-16 units, but never between the two halves of one character. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
