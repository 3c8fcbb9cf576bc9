// Small questions about a parsed expression.
import type { parse } from "@bufbuild/cel";
import type { Shape } from "./shape.ts";

/** A parsed expression. */
export type Expr = ReturnType<typeof parse>["expr"];
/** The part of an expression of one kind, e.g. `Of<"callExpr">`. */
export type Of<Case> = Extract<Expr["exprKind"], { case: Case }> extends { value: infer Value } ? Value : never;
/** The variables that an expression can name. */
export type Scope = ReadonlyMap<string, Shape>;

const ANY: Shape = { kind: "any" };

/** The shape of a literal. */
export function constantShape({ constantKind }: Of<"constExpr">): Shape {
  switch (constantKind.case) {
    case "stringValue":
      return { kind: "text", value: constantKind.value };
    case "int64Value":
      return { kind: "int" };
    case "doubleValue":
      return { kind: "double" };
    case "boolValue":
      return { kind: "flag" };
    case "nullValue":
      return { kind: "absent" };
    default:
      return ANY;
  }
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
export function variableOf(expr: Expr | undefined, scope: Scope): Shape | undefined {
  return expr?.exprKind.case === "identExpr" ? scope.get(expr.exprKind.value.name.replace(/^\./, "")) : undefined;
}

/** The text of a literal, or undefined for anything else. */
export function textOf(expr: Expr | undefined): string | undefined {
  if (expr?.exprKind.case !== "constExpr") return undefined;
  const { constantKind } = expr.exprKind.value;
  return constantKind.case === "stringValue" ? constantKind.value : undefined;
}

/** `alert.rule.name` as it was written, or nothing for what is not a plain path. */
export function pathOf(expr: Expr | undefined): string {
  if (expr?.exprKind.case === "identExpr") return expr.exprKind.value.name;
  if (expr?.exprKind.case !== "selectExpr") return "";
  const before = pathOf(expr.exprKind.value.operand);
  return before === "" ? "" : `${before}.${expr.exprKind.value.field}`;
}
