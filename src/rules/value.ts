// Expressions that make a value from JSON of a source's own: CEL over variables that hold it. As safe as conditions: no code, no I/O.
import { UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import type { Json } from "../alert.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { compile, type ExpressionError } from "./cel.ts";
import { jsonValue, type Value } from "./fields.ts";
import { Span, Time } from "./time.ts";

/** JSON made ready for expressions: once for all that read it. */
export type ValueInput = Value;

/** What an expression gave. `value` is absent where it gave null; a failure is a value, as for a condition. */
export type ValueResult = { value?: Json } | { failed: string };

/** A compiled expression. */
export interface ValueExpression {
  text: string;
  /** The variables that it reads. */
  reads: ReadonlySet<string>;
  /** Never throws. Every number of a variable is a decimal one, whether it happens to be whole or not. */
  evaluate(inputs: Readonly<Record<string, ValueInput>>): ValueResult;
}

const MAX_TEXT = 4_000;

/** Makes JSON ready for `evaluate`. */
export const valueInput = (value: Json): ValueInput => jsonValue(value);

/**
 * Compiles an expression over the variables `names`, or says what is wrong with it and where. `gives`: a value of any kind, or a flag, for
 * one that decides something.
 */
export function compileValue(
  text: string,
  names: readonly [string, ...string[]],
  gives: "value" | "flag",
): Result<ValueExpression, ExpressionError> {
  if (text.trim() === "") return fail({ message: "the expression is empty" });
  if (text.length > MAX_TEXT) return fail({ message: `the expression is longer than ${MAX_TEXT} characters` });
  const words = names.length === 1 ? `there is only ${names[0]}` : `there are ${names.join(", ")}`;
  const scope = new Map(names.map((name) => [name, { kind: "any" as const }]));
  const program = compile(text, scope, { what: "expression", example: names[0], words }, gives === "flag");
  if (!program.ok) return program;
  const { reads, run } = program.value;
  const evaluate = (inputs: Readonly<Record<string, ValueInput>>): ValueResult => {
    const outcome = run(inputs);
    if ("failed" in outcome) return outcome;
    const value = toJson(outcome.value);
    return value === null ? {} : { value };
  };
  return ok({ text, reads: new Set(names.filter((name) => reads.named.has(name))), evaluate });
}

/** A value as JSON. Whole numbers that a double cannot hold become text, as everywhere; times and durations are told as CEL writes them. */
function toJson(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [String(key), toJson(member)]));
  if (value instanceof UnsignedInt) return toJson(value.value);
  if (value instanceof Time || value instanceof Span) return String(value);
  if (value instanceof Uint8Array) return utf8(value);
  // The literal {} and the names of types.
  return Object.getPrototypeOf(value) === Object.prototype ? {} : null;
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
