// Expressions that make a value from JSON of a source's own: CEL over variables that hold it. As safe as conditions: no code, no I/O.
import { type CelInput, isCelError, isCelList, isCelMap, isCelUint, parse, plan } from "@bufbuild/cel";
import type { Json } from "../alert.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { type ExpressionError, positionAt, syntaxError, theEngine } from "./cel.ts";
import { jsonInput } from "./cel-input.ts";
import { checkValue } from "./check.ts";

/** JSON made ready for expressions: once for all that read it. */
export type ValueInput = CelInput;

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
export const valueInput = (value: Json): ValueInput => jsonInput(value);

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
  try {
    const { env } = theEngine();
    const parsed = parse(text);
    const { finding, reads } = checkValue(env, parsed.expr, names, gives === "flag");
    if (finding)
      return fail({ message: finding.message, position: positionAt(text, parsed.sourceInfo?.positions[String(finding.exprId)]) });
    const evaluate = plan(env, parsed);
    return ok({ text, reads, evaluate: (inputs) => resultOf(evaluate, inputs) });
  } catch (thrown) {
    return fail(syntaxError("expression", text, thrown));
  }
}

function resultOf(evaluate: (inputs: Record<string, CelInput>) => unknown, inputs: Readonly<Record<string, ValueInput>>): ValueResult {
  try {
    const result = evaluate(inputs);
    if (isCelError(result)) return { failed: result.message };
    const value = toJson(result);
    return value === null ? {} : { value };
  } catch (thrown) {
    // Nesting that is too deep for the stack.
    return { failed: thrown instanceof Error ? thrown.message : "it is too complicated" };
  }
}

/** A CEL value as JSON. Whole numbers that a double cannot hold become text, as everywhere; times and durations are told as CEL writes them. */
function toJson(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (isCelUint(value)) return toJson(value.value);
  if (isCelList(value)) return [...value].map(toJson);
  if (isCelMap(value)) return Object.fromEntries([...value].map(([key, member]) => [keyText(key), toJson(member)]));
  const text = theEngine().asText({ value: value as CelInput });
  return typeof text === "string" ? text : null;
}

const keyText = (key: unknown): string => (isCelUint(key) ? String(key.value) : String(key));
