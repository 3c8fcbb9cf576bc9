// JSON as it comes off the wire.
import { jsonMistake } from "./json-position.ts";
import { fail, ok, type Result } from "./result.ts";

/** JSON, as it is stored and handed over between objects. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Integers that a double cannot hold are kept as their text, rather than silently changed. */
const LONG_INTEGER = /[:[,]\s*-?\d{16,}/;

/** Parses UTF-8 bytes. The reason says where, and never repeats what the body holds. */
export function parseJson(bytes: Uint8Array): Result<Json, string> {
  if (bytes.length === 0) return fail("it is empty");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return fail("it is not UTF-8");
  }
  try {
    return ok(LONG_INTEGER.test(text) ? JSON.parse(text, keepLong as (key: string, value: unknown) => unknown) : JSON.parse(text));
  } catch {
    const { line, column, atEnd } = jsonMistake(text);
    return fail(atEnd ? `it ends too early, at line ${line}, column ${column}` : `unexpected content at line ${line}, column ${column}`);
  }
}

function keepLong(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !context?.source) return value;
  return /^-?\d+$/.test(context.source) ? context.source : value;
}

/** JSON with sorted keys: equal values give equal text. A member that is undefined is left out, as JSON does. */
export function stableJson(value: unknown): string {
  if (value === undefined) return "";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stableJson).join(",")}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${stableJson(member)}`).join(",")}}`;
}
