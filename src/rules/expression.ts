// Small questions about a parsed expression.
import type { ASTNode } from "@marcbachmann/cel-js";
import type { Shape } from "./shape.ts";

/** A parsed expression. */
export type Expr = ASTNode;
/** An expression of one kind, e.g. `Of<"rcall">`. */
export type Of<Op extends Expr["op"]> = Extract<Expr, { op: Op }>;
/** The variables that an expression can name. */
export type Scope = ReadonlyMap<string, Shape>;

const ANY: Shape = { kind: "any" };
const PAST_LARGEST = 2n ** 63n;

/** The shape of a literal. */
export function literalShape(value: Of<"value">["args"]): Shape {
  switch (typeof value) {
    case "string":
      return { kind: "text", value };
    case "bigint":
      return { kind: "int" };
    case "number":
      return { kind: "double" };
    case "boolean":
      return { kind: "flag" };
    default:
      return value === null ? { kind: "absent" } : ANY;
  }
}

/**
 * What is wrong with a literal that the engine's parser lets pass although it means something else than it says, or undefined. `negated`:
 * whether a minus stands before it.
 */
export function literalMistake({ args, input, start, end }: Of<"value">, negated = false): string | undefined {
  if (typeof args === "bigint" && (negated ? args > PAST_LARGEST : args >= PAST_LARGEST)) return `${args} is too large for a whole number`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII is meant.
  if (args instanceof Uint8Array && /[^\x00-\x7f]/.test(input.slice(start, end))) return 'write bytes("...") for text that is not ASCII';
  return undefined;
}

/** A shape without the literal it came from. */
export const withoutValue = (shape: Shape): Shape => (shape.kind === "text" ? { kind: "text" } : shape);

/** The shape of what `exists()` and the like go through, or undefined for what has no members. */
export function memberOf(range: Shape): Shape | undefined {
  if (range.kind === "list") return range.of;
  if (range.kind === "table" || range.kind === "record") return { kind: "text" };
  return range.kind === "any" ? ANY : undefined;
}

/** The shape of the variable that an expression names, or undefined for any other expression. */
export const variableOf = (expr: Expr, scope: Scope): Shape | undefined => (expr.op === "id" ? scope.get(expr.args) : undefined);

/** The text of a literal, or undefined for anything else. */
export const textOf = (expr: Expr | undefined): string | undefined =>
  expr?.op === "value" && typeof expr.args === "string" ? expr.args : undefined;

/** `alert.rule.name` as it was written, or nothing for what is not a plain path. */
export function pathOf(expr: Expr): string {
  if (expr.op === "id") return expr.args;
  if (expr.op !== ".") return "";
  const before = pathOf(expr.args[0]);
  return before === "" ? "" : `${before}.${expr.args[1]}`;
}

/** Where a reader looks for an expression, as an offset in its text: at its operator, its dot, or its first character. */
export function placeOf(expr: Expr): number {
  const { input } = expr;
  switch (expr.op) {
    case "value":
    case "id":
    case "call":
    case "list":
    case "map":
    case "!_":
    case "-_":
      return expr.start;
    case ".":
      return input.lastIndexOf(".", expr.pos);
    case "rcall":
      return input.indexOf(".", expr.args[1].end);
    case "[]":
      return input.indexOf("[", expr.args[0].end);
    case "?:":
      return input.indexOf("?", expr.args[0].end);
    default:
      // Between the end of the left side and the operator stand brackets and spaces only.
      return input.indexOf(expr.op, expr.args[0].end);
  }
}
