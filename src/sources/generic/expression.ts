// What a mapping says of one field: a path, or `=` and an expression in CEL. Compiled once, and kept by its text.
import { fail, ok, type Result } from "../../outcome.ts";
import { compileValue, type ValueExpression } from "../../rules/value.ts";
import { type Path, parsePath } from "./path.ts";

/** The variables of an expression: the whole body; the alert's own part of it; the member of `each`. */
export const NAMES = ["body", "entry", "each"] as const;
export type Name = (typeof NAMES)[number];

/** A field's text, compiled. */
export type Compiled = { kind: "path"; path: Path } | { kind: "cel"; expression: ValueExpression };

/** What is wrong with a text, with its place in words. */
export type Wrong = { message: string };

const KEPT = 2_000;
const known = new Map<string, Result<Compiled, Wrong>>();

/** Compiles a path or an expression; `names` are the variables that it may read. */
export function compile(text: string, names: readonly [Name, ...Name[]] = NAMES): Result<Compiled, Wrong> {
  return text.startsWith("=") ? compileCel(text, 1, names, "value") : remember(`path ${text}`, () => readPath(text));
}

/** Compiles a decision, which is CEL with or without `=` before it. */
export function compileDecision(text: string, names: readonly [Name, ...Name[]] = NAMES): Result<Compiled, Wrong> {
  return compileCel(text, text.startsWith("=") ? 1 : 0, names, "flag");
}

function compileCel(text: string, start: number, names: readonly [Name, ...Name[]], gives: "value" | "flag"): Result<Compiled, Wrong> {
  return remember(`${gives} ${names.length} ${text}`, () => {
    const compiled = compileValue(text.slice(start), names, gives);
    if (compiled.ok) return ok({ kind: "cel", expression: compiled.value });
    const { message, position } = compiled.reason;
    if (position === undefined) return fail({ message });
    const column = position.column + (position.line === 1 ? start : 0);
    return fail({ message: `${message} (${position.line > 1 ? `line ${position.line}, ` : ""}column ${column} of the expression)` });
  });
}

function readPath(text: string): Result<Compiled, Wrong> {
  const path = parsePath(text);
  if (path.ok) return ok({ kind: "path", path: path.value });
  const { message, column } = path.reason;
  // People write an expression and forget the sign before it.
  const hint = /[()?+]|==|&&/.test(text) ? "; an expression begins with =" : "";
  return fail({ message: `${message} (column ${column} of the path)${hint}` });
}

function remember(key: string, make: () => Result<Compiled, Wrong>): Result<Compiled, Wrong> {
  const found = known.get(key) ?? make();
  // Texts come from the configuration, so the limit is only reached after many changes of it.
  if (!known.has(key) && known.size >= KEPT) known.clear();
  known.set(key, found);
  return found;
}
