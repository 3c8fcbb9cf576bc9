// What is wrong with a configuration, as values: where, what, and what to write instead. Messages name keys, never
// their values, since a value may be a secret that was put into the wrong place.
import type * as z from "zod";
import { closest } from "../rules/closest.ts";
import { keysAt } from "./schema-tree.ts";

/** One error of a configuration. */
export interface Problem {
  /** Keys and list positions from the document's root: `["routes", "prod", "rules", 0, "when"]`. */
  path: Path;
  /** What is wrong, to be read after the key's name: `must be a duration`. */
  message: string;
  /** What to write instead, as an instruction. */
  instead?: string;
}
export type Path = (string | number)[];

type Issue = z.core.$ZodIssue;

/** A problem's words: what is wrong, then what to do. */
export const sentence = ({ message, instead }: Problem): string => (instead === undefined ? message : `${message}; ${instead}`);

/** A path in words: `rules[0].when`. */
export const pathText = (path: Path): string =>
  path.map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`)).join("");

/**
 * Parses with a schema. The words for its errors are ours, other than where the schema brings its own (an adapter's
 * refinement), and every error is a problem of its own.
 */
export function parseWith<Value>(schema: z.ZodType<Value>, value: unknown, base: Path): { value?: Value; problems: Problem[] } {
  // An empty message marks an error that the schema has no words for.
  const parsed = schema.safeParse(value, { error: () => "" });
  if (parsed.success) return { value: parsed.data, problems: [] };
  return { problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, schema, value, base, [])) };
}

function problemsOf(issue: Issue, schema: z.core.$ZodType, root: unknown, base: Path, above: Path): Problem[] {
  const inside = [...above, ...issue.path.map((key) => (typeof key === "symbol" ? String(key) : key))];
  const at = { path: [...base, ...inside] };
  if (issue.message !== "") return [{ ...at, ...ownWords(issue) }];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, keysAt(schema, inside), at.path));
  if (issue.code === "invalid_union") {
    // The form that the value was meant to have: the one in which only something inside is wrong, else that whose outermost kind is right.
    const close = issue.errors.filter((issues) => issues.every((one) => one.path.length > 0));
    const right = issue.errors.filter((issues) => issues.every((one) => one.path.length > 0 || one.code !== "invalid_type"));
    const meant = close.length === 1 ? close : right;
    const [form] = meant;
    if (form !== undefined && meant.length === 1) return form.flatMap((one) => problemsOf(one, schema, root, base, inside));
  }
  return [{ ...at, ...explain(issue, valueAt(root, inside)) }];
}

/** Words that came with the schema. Adapters write what the value has to be: `an https address`. */
function ownWords(issue: Issue): Pick<Problem, "message" | "instead"> {
  const message = /^an? /.test(issue.message) ? `must be ${issue.message}` : issue.message;
  const instead: unknown = issue.code === "custom" ? issue.params?.instead : undefined;
  return typeof instead === "string" ? { message, instead } : { message };
}

/** The problem of a key that is not known, with the key that was probably meant. */
export function unknownKey(key: string, known: Iterable<string>, path: Path): Problem {
  const near = closest(key, known);
  const instead = near === undefined ? `known keys are ${[...known].sort().join(", ") || "none"}` : `did you mean ${near}?`;
  return { path: [...path, key], message: "is not a known key", instead };
}

/** The problem of a word that is not one of a few. */
export function notOneOf(word: unknown, words: readonly string[]): Pick<Problem, "message" | "instead"> {
  const near = typeof word === "string" ? closest(word, words) : undefined;
  return { message: `must be one of ${words.join(", ")}`, ...(near === undefined ? {} : { instead: `did you mean "${near}"?` }) };
}

function explain(issue: Issue, value: unknown): Pick<Problem, "message" | "instead"> {
  if (value === undefined) return { message: "is missing" };
  switch (issue.code) {
    case "invalid_type":
      return { message: `must be ${kindInWords(issue.expected)}, and is ${kindOf(value)}` };
    case "invalid_value":
      return notOneOf(value, issue.values.map(String));
    case "invalid_union":
      return issue.discriminator === undefined ? formsInWords(issue.errors) : notOneOf(value, optionsOf(issue));
    case "too_small":
      return { message: `must ${measure(issue.origin)} at least ${issue.minimum}${unit(issue.origin, Number(issue.minimum))}` };
    case "too_big":
      return { message: `must ${measure(issue.origin)} at most ${issue.maximum}${unit(issue.origin, Number(issue.maximum))}` };
    case "not_multiple_of":
      return { message: `must be a multiple of ${issue.divisor}` };
    case "invalid_format":
      return { message: `does not have the form of ${issue.format === "regex" ? "such a value" : issue.format}` };
    case "invalid_key": {
      const [first] = issue.issues;
      return first !== undefined && first.message !== "" ? ownWords(first) : { message: "is not a key that may stand here" };
    }
    case "invalid_element":
    case "custom":
    case "unrecognized_keys":
      return { message: "is not a value that may stand here" };
  }
}

/** The values that choose a form; zod gives them and its types do not say so. */
function optionsOf(issue: Issue): string[] {
  const options: unknown = Reflect.get(issue, "options");
  return Array.isArray(options) ? options.map(String) : [];
}

function formsInWords(errors: readonly (readonly Issue[])[]): Pick<Problem, "message"> {
  const kinds = errors.flatMap(([first]) => (first?.code === "invalid_type" ? [kindInWords(first.expected)] : []));
  return { message: kinds.length > 0 ? `must be ${[...new Set(kinds)].join(" or ")}` : "has none of the forms that may stand here" };
}

const KINDS: Record<string, string | undefined> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a table",
  record: "a table",
};
const kindInWords = (kind: string): string => KINDS[kind] ?? kind;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Date) return "a date";
  if (Array.isArray(value)) return "a list";
  return typeof value === "number" && !Number.isInteger(value) ? "a number with a fraction" : kindInWords(typeof value);
}

const measure = (origin: string): string => (origin === "array" || origin === "string" ? "have" : "be");
const unit = (origin: string, count: number): string =>
  origin === "array" ? (count === 1 ? " member" : " members") : origin === "string" ? (count === 1 ? " character" : " characters") : "";

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined), root);
}
