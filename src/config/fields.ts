// Kinds of values that the configuration is made of: durations, rates, sizes, severities, addresses, names.
import * as z from "zod";
import { SEVERITIES, type Severity } from "../alert.ts";
import { isWebAddress } from "../lib/address.ts";
import { parseDuration, parseRate } from "../lib/duration.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { notOneOf } from "./problem.ts";

interface Wrong {
  message: string;
  instead?: string;
}

/** Names of routes and destinations: they name durable objects and stand in links. */
export const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** How to come by an id. */
export const FRESH_ID = "make a fresh one with `uuidgen` or `node -p 'crypto.randomUUID()'`";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SIZE = /^(\d{1,9})(B|KiB|MiB)$/;
const SIZE_UNITS: Record<string, number> = { B: 1, KiB: 1_024, MiB: 1_048_576 };
const MAX_BODY_BYTES = 100 * 1_048_576;

const UNKNOWN = z.unknown();

/** A field that is read by a function which says what is wrong in its own words. */
export function field<Value>(read: (value: unknown) => Result<Value, Wrong>) {
  return UNKNOWN.transform((value, context): Value => {
    const result = read(value);
    if (result.ok) return result.value;
    const { message, instead } = result.reason;
    context.addIssue({ code: "custom", message, params: { instead } });
    return z.NEVER;
  });
}

/** What an editor is told of such a field: text of a form. */
export const matching = (pattern: string) => ({ type: "string" as const, pattern });

/** Where in a text that has a syntax of its own: ` (line 2, column 6 of the condition)`. */
export function placeWithin(what: string, text: string, position?: { line: number; column: number }): string {
  if (position === undefined) return "";
  return ` (${text.includes("\n") ? `line ${position.line}, ` : ""}column ${position.column} of the ${what})`;
}

/** Text that says something. */
export const text = () => z.string().min(1);

/** Names of destinations, routes and the like. */
export const names = () => z.array(text());

/** The keys of a table by severity. */
export const bySeverity = <Schema extends z.ZodType>(schema: () => Schema) => ({
  info: schema().optional(),
  low: schema().optional(),
  medium: schema().optional(),
  high: schema().optional(),
  critical: schema().optional(),
});

/** `30s`, `5m`, `2h`, `7d` as milliseconds. */
export const duration = (bounds: { atLeast?: string; atMost?: string } = {}) =>
  field((value) => {
    const ms = typeof value === "string" ? parseDuration(value) : undefined;
    if (ms === undefined)
      return fail({
        message: "must be a duration",
        instead: typeof value === "number" ? `write "${value}s" for ${value} seconds` : 'write for example "30s", "5m", "2h" or "7d"',
      });
    if (bounds.atLeast !== undefined && ms < (parseDuration(bounds.atLeast) ?? 0))
      return fail({ message: `must be at least ${bounds.atLeast}` });
    if (bounds.atMost !== undefined && ms > (parseDuration(bounds.atMost) ?? 0))
      return fail({ message: `must be at most ${bounds.atMost}` });
    return ok(ms);
  }).register(z.globalRegistry, matching("^\\d{1,9}(ms|s|m|h|d)$"));

/** `1/s`, `30/m`. */
export const rate = () =>
  field((value) => {
    const read = typeof value === "string" ? parseRate(value) : undefined;
    if (read !== undefined) return ok(read);
    return fail({
      message: "must be a rate",
      instead: typeof value === "number" ? `write "${value}/s"` : 'write for example "1/s" or "30/m"',
    });
  }).register(z.globalRegistry, matching("^\\d{1,9}/(s|m|h)$"));

/** `1MiB`, `512KiB`, or bytes. */
export const bytes = () =>
  field((value) => {
    const [, amount = "", unit = ""] = typeof value === "string" ? (SIZE.exec(value) ?? []) : [];
    const size = typeof value === "number" ? value : Number(amount) * (SIZE_UNITS[unit] ?? Number.NaN);
    if (Number.isInteger(size) && size >= 1 && size <= MAX_BODY_BYTES) return ok(size);
    return fail({ message: "must be a size from 1 byte to 100MiB", instead: 'write for example "512KiB", "2MiB" or a number of bytes' });
  }).register(z.globalRegistry, { type: ["string", "integer"], pattern: "^\\d{1,9}(B|KiB|MiB)$" });

/** A UUID in any case; lower case comes out. */
export const uuid = () =>
  field((value) => {
    const id = typeof value === "string" ? value.toLowerCase() : "";
    if (UUID.test(id)) return ok(id);
    return fail({
      message: value === undefined ? "is missing" : "must be a UUID",
      instead: FRESH_ID,
    });
  }).register(z.globalRegistry, matching("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));

/** A moment: a TOML date-time with its zone, or the same in text. Unix ms come out. */
export const instant = () =>
  field((value) => {
    const isTime =
      value instanceof Date ||
      (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(value));
    const at = isTime ? new Date(value).getTime() : Number.NaN;
    if (at > 0) return ok(at);
    return fail({ message: "must be a time with its zone", instead: "write for example 2026-12-01T00:00:00Z" });
  }).register(z.globalRegistry, { type: "string", format: "date-time" });

/** One of the five severities. */
export const severity = () =>
  field((value) => {
    const found = SEVERITIES.find((one) => one === value);
    return found === undefined ? fail(notOneOf(value, SEVERITIES)) : ok<Severity>(found);
  }).register(z.globalRegistry, { type: "string", enum: [...SEVERITIES] });

/** Who, by the address that Cloudflare Access tells: one person, or everybody of a domain (`*@example.com`), in lower case. */
export const person = () =>
  field((value) => {
    const who = typeof value === "string" ? value.trim().toLowerCase() : "";
    if (/^(\*|[^\s@*]+)@[^\s@*]+$/.test(who)) return ok(who);
    return fail({
      message: "must be the address of a person",
      instead: 'write for example "ana@example.com", or "*@example.com" for everybody there',
    });
  });

/** An http(s) address without a trailing slash, user, query or fragment, to which paths are joined. */
export const webAddress = (example: string) =>
  field((value) => {
    if (typeof value !== "string" || !isWebAddress(value))
      return fail({
        message: "must be an http or https address without user, query or fragment",
        instead: `write for example "${example}"`,
      });
    return ok(value.replace(/\/+$/, ""));
  }).register(z.globalRegistry, matching("^https?://"));
