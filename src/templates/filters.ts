// The filters of templates: a part of Liquid's own, and one for indicators. None makes markup, reads a clock or a file, or
// runs text as a program.
import { type FilterImplOptions, filters as LIQUID } from "liquidjs";
import { chargeValues } from "./budget.ts";
import { defanged } from "./defang.ts";

type Handler = Extract<FilterImplOptions, (...all: never[]) => unknown>;
type Self = ThisParameterType<Handler>;

const TAKEN = [
  ["append", "capitalize", "downcase", "prepend", "remove", "remove_first", "replace", "replace_first", "slice", "split"],
  ["squish", "strip", "truncate", "truncatewords", "upcase", "url_encode"],
  ["compact", "concat", "first", "join", "last", "map", "reverse", "size", "sort", "sort_natural", "uniq", "where"],
  ["abs", "at_least", "at_most", "ceil", "divided_by", "floor", "minus", "modulo", "plus", "round", "times"],
  ["default", "json"],
].flat();

const DATE_FORMAT = "%Y-%m-%d %H:%M:%S UTC";
const MAX_FORMAT = 100;
/** What a character of a date's format costs: names of months and days are asked of the platform one by one. */
const FORMAT_COST = 200;

/** All filters by name, each charged for what it reads and makes. */
export function allowedFilters(): Map<string, Handler> {
  const all = new Map<string, Handler>();
  for (const name of TAKEN) {
    const handler = LIQUID[name];
    if (typeof handler !== "function") throw new Error(`liquidjs has no filter ${name}`);
    all.set(name, charged(handler));
  }
  all.set("date", charged(date));
  all.set("defang", charged(defang));
  return all;
}

function charged(handler: Handler): Handler {
  return function* (this: Self, value: unknown, ...args: unknown[]): Generator<unknown, unknown, unknown> {
    chargeValues(this.context, [value, ...args]);
    const result = yield handler.call(this, value, ...args);
    chargeValues(this.context, [result]);
    return result;
  };
}

/** A time in UTC, or in the zone that is named: `date: "%H:%M", "Europe/Paris"`. What is no time stays as it is. */
function date(this: Self, value: unknown, format: unknown = DATE_FORMAT, zone?: unknown): unknown {
  const handler = LIQUID.date;
  // "now" would make the same message another one at each attempt.
  if (typeof handler !== "function" || value === "now" || value === "today") return value;
  const pattern = String(format);
  if (pattern.length > MAX_FORMAT) throw new Error(`the format of a date has at most ${MAX_FORMAT} characters`);
  this.context.memoryLimit.use(pattern.length * FORMAT_COST);
  return handler.call(this, value, pattern, zone ?? 0);
}

const defang = (value: unknown): unknown => (Array.isArray(value) ? value.map(defangedText) : defangedText(value));
const defangedText = (value: unknown): unknown => (typeof value === "string" ? defanged(value) : value);
