// What conditions and expressions for values share: from text to something that can be evaluated, or to words for what is wrong with it.
import { EvaluationError, ParseError } from "@marcbachmann/cel-js";
import { errorText } from "../lib/log.ts";
import { fail, ok, type Result } from "../outcome.ts";
import type { Reads } from "./access.ts";
import { checkExpression } from "./check.ts";
import { theEngine } from "./engine.ts";
import type { Scope } from "./expression.ts";
import type { Value } from "./fields.ts";
import { exhaustion, MOST_STEPS, MOST_STEPS_OF_VALUE, refill } from "./limits.ts";
import { rewrite } from "./rewrite.ts";
import { type Naming, syntaxMistake } from "./words.ts";

/** What is wrong with an expression's text; `position` counts lines and columns of that text from 1. */
export interface ExpressionError {
  message: string;
  position?: { line: number; column: number };
}

/** What an evaluation gave: a value as the engine has it, or why there is none. */
export type Outcome = { value: unknown } | { failed: string };

/** An expression that can be evaluated, and what it reads. */
export interface Program {
  reads: Reads;
  /** Never throws. */
  run(variables: Readonly<Record<string, Value>>): Outcome;
}

/** Compiles an expression over the variables of `scope`, or says what is wrong with it and where. `flag`: it is to be true or false. */
export function compile(text: string, scope: Scope, naming: Naming, flag: boolean): Result<Program, ExpressionError> {
  const engine = theEngine();
  const { written, original } = withEscapes(text);
  try {
    const program = engine.env.parse(written);
    const { finding, reads, notes } = checkExpression(engine, program.ast, scope, naming, flag);
    if (finding) return fail({ message: finding.message, position: positionAt(text, original(finding.offset)) });
    rewrite(engine, program.ast, notes);
    // What is left are literals that do not go together, such as `"a" in [1, 2]`.
    const { error } = program.check();
    if (error)
      return fail({
        message: `the ${naming.what} can give nothing: ${sentence(error.summary)}`,
        position: positionAt(text, original(error.range?.start ?? 0)),
      });
    const steps = naming.what === "condition" ? MOST_STEPS : MOST_STEPS_OF_VALUE;
    return ok({
      reads,
      run(variables) {
        refill(steps);
        const outcome = outcomeOf(program, variables);
        const failed = exhaustion();
        return failed === undefined ? outcome : { failed };
      },
    });
  } catch (thrown) {
    // Nesting that is too deep for the stack has no place.
    if (!(thrown instanceof ParseError)) return fail({ message: `the ${naming.what} is too complicated` });
    const { message, offset } = syntaxMistake(naming, written, thrown);
    return fail({ message, position: positionAt(text, original(offset)) });
  }
}

/**
 * A text in which a backslash that begins no escape, as in `"\d+"`, is written as two: people write regular expressions so, and nothing else
 * can be meant. `original` leads from an offset in it to the offset in the text.
 */
function withEscapes(text: string): { written: string; original(offset: number): number } {
  const added: number[] = [];
  let written = text;
  const original = (offset: number) => offset - added.filter((one) => one < offset).length;
  for (;;) {
    try {
      theEngine().env.parse(written);
    } catch (thrown) {
      if (thrown instanceof ParseError && thrown.code === "invalid_escape_sequence" && thrown.range) {
        added.push(thrown.range.start);
        written = `${written.slice(0, thrown.range.start)}\\${written.slice(thrown.range.start)}`;
        continue;
      }
    }
    return { written, original };
  }
}

function outcomeOf(program: (variables: Readonly<Record<string, Value>>) => unknown, variables: Readonly<Record<string, Value>>): Outcome {
  try {
    return { value: program(variables) };
  } catch (thrown) {
    if (!(thrown instanceof EvaluationError)) return { failed: errorText(thrown) };
    const { code, summary } = thrown;
    return { failed: code === "no_such_key" ? summary.replace("No such key", "field not found") : sentence(summary) };
  }
}

/** The engine's words without what only the engine means by them. */
const sentence = (summary: string): string =>
  summary
    .replace(/dyn<(\w+)>/g, "$1")
    .replace(/_\(/g, "(")
    .replace(/^No such key: /, "");

function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
