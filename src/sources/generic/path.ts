// Paths into JSON, as people write them: `event.data.title`, `alerts.0.host`, `hosts.*.name`, `fields."proc.name"`, `$.sender`.
import type { Json } from "../../alert.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { closest } from "../../rules/closest.ts";
import { isObject } from "../read.ts";

/** Every member of a list or table. */
export const EVERY = Symbol("*");
/** The name of a member, or a position in a list: from 0, and from the end with -1. */
export type Step = string | typeof EVERY;

/** A path that was read. `fromBody`: it begins at the whole body, wherever it is used. */
export interface Path {
  fromBody: boolean;
  steps: Step[];
}

/** What is wrong with a path's text; `column` counts from 1. */
export interface PathError {
  message: string;
  column: number;
}

const QUOTED = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/;
const BLANK = "names with blanks stand in quotes";
const POSITION = /^-?\d{1,6}$/;

/** Reads a path, or says what is wrong with it and where. */
export function parsePath(text: string): Result<Path, PathError> {
  const fromBody = /^\$(?:[.[]|$)/.test(text);
  const steps: Step[] = [];
  let at = fromBody ? 1 : 0;
  const wrong = (message: string): Result<Path, PathError> => fail({ message, column: at + 1 });
  if (text.trim() === "") return wrong("the path is empty");
  while (at < text.length) {
    const inBrackets = text[at] === "[";
    if (inBrackets || text[at] === ".") at += 1;
    else if (at > 0) return wrong(/\s/.test(text[at] ?? "") ? BLANK : "here should be a dot");
    const rest = text.slice(at);
    const quoted = QUOTED.exec(rest);
    const bare = /^[^.[\]"'\s]+/.exec(rest)?.[0];
    if (quoted) steps.push(unquoted(quoted));
    else if (bare === undefined) return wrong(/^["']/.test(rest) ? "the quote is not closed" : missing(rest));
    else if (inBrackets && bare !== "*" && !POSITION.test(bare))
      return wrong('brackets hold a position, * or a name in quotes, such as [0] or ["a.b"]');
    else steps.push(bare === "*" ? EVERY : bare);
    at += quoted?.[0].length ?? bare?.length ?? 0;
    if (inBrackets && text[at] !== "]") return wrong("the bracket is not closed");
    if (inBrackets) at += 1;
  }
  return ok({ fromBody, steps });
}

const missing = (rest: string): string => (/^\s/.test(rest) ? BLANK : "here should be a name, in quotes if it holds dots or brackets");

const unquoted = ([, double, single]: RegExpExecArray): string => double?.replace(/\\(.)/g, "$1") ?? single ?? "";

/** What stands at the end of a path: more than one value where it says `*`, none where it leads nowhere. Null is nothing. */
export function readSteps(steps: readonly Step[], from: Json): Json[] {
  let found: Json[] = [from];
  for (const step of steps) found = found.flatMap((value) => members(step, value));
  return found.filter((value) => value !== null);
}

function members(step: Step, value: Json): Json[] {
  if (typeof value !== "object" || value === null) return [];
  if (step === EVERY) return Object.values(value);
  if (Array.isArray(value)) {
    const member = POSITION.test(step) ? value.at(Number(step)) : undefined;
    return member === undefined ? [] : [member];
  }
  const member = Object.hasOwn(value, step) ? value[step] : undefined;
  return member === undefined ? [] : [member];
}

/** The path's last names, for a thing that has no name of its own: `source.ip`. */
export function shortName({ steps }: Path): string | undefined {
  const names = steps.filter((step) => typeof step === "string" && !POSITION.test(step));
  return names.length > 0 ? names.slice(-2).join(".") : undefined;
}

const MOST_NAMES = 8;

/** Where a path stops leading on, in words that name members and no value; for a path that gave nothing. */
export function whereItEnds(steps: readonly Step[], from: Json): string {
  let value: Json = from;
  for (const [index, step] of steps.entries()) {
    const next = members(step, value)[0];
    if (next === undefined) return `${placeText(steps.slice(0, index))} ${lacks(step, value)}`;
    if (next === null) return `${placeText(steps.slice(0, index + 1))} is null`;
    value = next;
  }
  return `${placeText(steps)} is ${kindOf(value)}, which cannot be used here`;
}

function lacks(step: Step, value: Json): string {
  if (typeof value !== "object" || value === null) return `is ${kindOf(value)} and has no members`;
  if (step === EVERY || Object.keys(value).length === 0) return "is empty";
  if (Array.isArray(value)) return `is a list of ${value.length}; write a position or * before ${step}`;
  const names = Object.keys(value);
  const dotted = names.find((name) => name.startsWith(`${step}.`));
  const near = dotted === undefined ? closest(step, names) : `"${dotted}", in quotes`;
  const more = names.length > MOST_NAMES ? ", ..." : "";
  return `has no ${step}; ${near === undefined ? `it has ${names.slice(0, MOST_NAMES).join(", ")}${more}` : `did you mean ${near}?`}`;
}

const placeText = (steps: readonly Step[]): string => (steps.length === 0 ? "the entry" : steps.map(stepText).join("."));
const stepText = (step: Step): string => (step === EVERY ? "*" : /[.[\]"'\s]/.test(step) ? JSON.stringify(step) : step);

function kindOf(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isObject(value)) return "a table";
  if (value === "") return "an empty text";
  return typeof value === "string" ? "text" : typeof value === "number" ? "a number" : "true or false";
}
