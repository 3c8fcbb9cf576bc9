// What conditions and expressions for values share: the engine, and words for what cannot be read.
import { type CelEnv, type CelInput, type CelResult, celEnv, parse, plan } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";

/** What is wrong with an expression's text; `position` counts lines and columns of that text from 1. */
export interface ExpressionError {
  message: string;
  position?: { line: number; column: number };
}

/** Made at the first expression, so that a Worker's start does not pay for it. */
let engine: Engine | undefined;

interface Engine {
  env: CelEnv;
  /** ISO text to a CEL timestamp, and any value that has a text to that text. */
  timestamp(bindings: { text: string }): CelResult;
  asText(bindings: { value: CelInput }): CelResult;
}

/** CEL with the functions that we offer: those of the language and its extension for text. */
export function theEngine(): Engine {
  if (engine === undefined) {
    const env = celEnv({ funcs: [...strings] });
    engine = { env, timestamp: plan(env, parse("timestamp(text)")), asText: plan(env, parse("string(value)")) };
  }
  return engine;
}

/** What people write by habit from other languages, by the text where the parser gave up. */
const HABITS: [RegExp, string][] = [
  [/^(>=|<=|==|!=|&&|\|\||[<>+*/%?-])\s*$/, "something is missing after it"],
  [/^and\b/i, "write &&"],
  [/^or\b/i, "write ||"],
  [/^not\b/i, "write !"],
  [/^=>/, "write >="],
  [/^=<|^<==/, "write <="],
  [/^={3}|^=(?!=)/, "write =="],
  [/^&(?!&)/, "write &&"],
  [/^\|(?!\|)/, "write ||"],
  [/^~|^=~/, 'write .matches("...")'],
];

/** A thrown error of the parser in words; `what` is how the text is called, e.g. `condition`. */
export function syntaxError(what: string, text: string, thrown: unknown): ExpressionError {
  // The parser's error carries { location: { start: { offset } } }; anything else (a stack that is too deep) has no place.
  const offset: unknown = Object(Object(Object(thrown).location).start).offset;
  const said = thrown instanceof Error ? thrown.message.replace(/^<input>:\d+:\d+: /, "") : "it is too complicated";
  if (typeof offset !== "number") return { message: `the ${what} cannot be read: ${said}` };
  const position = positionAt(text, offset);
  const rest = text.slice(offset).trim();
  if (rest === "") return { message: `the ${what} ends too early`, position };
  if (!said.startsWith("found ")) return { message: `the ${what} cannot be read: ${said}`, position };
  const habit = HABITS.find(([pattern]) => pattern.test(rest))?.[1];
  const shown = rest.length > 24 ? `${rest.slice(0, 24)}...` : rest;
  return { message: `the ${what} cannot be read from ${JSON.stringify(shown)} on${habit ? `; ${habit}` : ""}`, position };
}

/** The place of an offset in a text. */
export function positionAt(text: string, offset: number | undefined): { line: number; column: number } | undefined {
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
