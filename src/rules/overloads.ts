// Which form of a function or operator fits its arguments, and what it gives; and the comparisons that CEL allows but
// that can have one answer only.
import type { CelFunc, CelType } from "@bufbuild/cel";
import { fail, ok, type Result } from "../outcome.ts";
import { closest } from "./closest.ts";
import { inWords, type Shape } from "./shape.ts";

/** An argument: its shape, and how it is written where that is a plain path. */
export interface Named {
  shape: Shape;
  path: string;
}

const ANY: Shape = { kind: "any" };

/** What calling `name` gives, or a sentence that says why it cannot be called so. */
export function checkOverload(
  name: string,
  overloads: readonly CelFunc[],
  target: Named | undefined,
  args: readonly Named[],
): Result<Shape, string> {
  const impossible = impossibleComparison(name, args);
  if (impossible !== undefined) return fail(impossible);
  const sameForm = overloads.filter((one) => (one.target !== undefined) === (target !== undefined) && one.arguments.length === args.length);
  if (sameForm.length === 0) return fail(wrongForm(name, overloads));
  const fitting = sameForm.filter(
    (one) =>
      (target === undefined || one.target === undefined || fits(target.shape, one.target)) &&
      one.arguments.every((type, index) => fits(args[index]?.shape ?? ANY, type)),
  );
  const [first] = fitting;
  if (first === undefined) return fail(wrongKinds(name, target, args));
  const gives = shapeOfType(first.result);
  return ok(fitting.every((one) => shapeOfType(one.result).kind === gives.kind) ? gives : ANY);
}

/** The operator as people write it: `_>=_` is `>=`. */
export const operatorName = (name: string): string => (name === "@in" ? "in" : name.replaceAll("_", ""));
const isOperator = (name: string): boolean => /^[@_!-]|_$/.test(name);

function fits(shape: Shape, type: CelType): boolean {
  if (shape.kind === "any" || (type.kind === "scalar" && type.name === "dyn")) return true;
  const wanted = shapeOfType(type).kind;
  return wanted === "any" ? false : wanted === (shape.kind === "record" ? "table" : shape.kind);
}

function shapeOfType(type: CelType): Shape {
  if (type.kind === "list") return { kind: "list", of: ANY };
  if (type.kind === "map") return { kind: "table", of: ANY };
  switch (type.name) {
    case "int":
      return { kind: "int" };
    case "double":
      return { kind: "double" };
    case "bool":
      return { kind: "flag" };
    case "string":
      return { kind: "text" };
    case "google.protobuf.Timestamp":
      return { kind: "time" };
    case "google.protobuf.Duration":
      return { kind: "span" };
    default:
      return ANY;
  }
}

function impossibleComparison(name: string, [left, right]: readonly Named[]): string | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (name === "@in") return right.shape.kind === "list" ? right.shape.members?.map((one) => notOneOf(left, one)).find(Boolean) : undefined;
  if (name !== "_==_" && name !== "_!=_") return undefined;
  const named = left.path !== "" ? left : right;
  if (left.shape.kind === "absent" || right.shape.kind === "absent") {
    const other = left.shape.kind === "absent" ? right : left;
    return other.shape.kind === "any" ? undefined : `${other.path || "this"} is never null; ask has(${other.path || "..."}) instead`;
  }
  if (comparable(left.shape, right.shape)) return notOneOf(left, right.shape) ?? notOneOf(right, left.shape);
  const hint = severityHint(named);
  return `${left.path || inWords(left.shape)} is never equal to ${right.path || inWords(right.shape)}: ${inWords(left.shape)} against ${inWords(right.shape)}${hint}`;
}

const group = (shape: Shape): string => (shape.kind === "double" ? "int" : shape.kind === "record" ? "table" : shape.kind);
const comparable = (left: Shape, right: Shape): boolean => left.kind === "any" || right.kind === "any" || group(left) === group(right);

function notOneOf({ shape, path }: Named, literal: Shape): string | undefined {
  if (shape.kind !== "text" || shape.oneOf === undefined || literal.kind !== "text" || literal.value === undefined) return undefined;
  if (shape.oneOf.includes(literal.value)) return undefined;
  const near = closest(literal.value, shape.oneOf);
  return `${path || "this"} is never "${literal.value}"; ${near ? `did you mean "${near}"?` : `it is one of ${shape.oneOf.join(", ")}`}`;
}

const severityHint = ({ path }: Named): string =>
  path === "alert.severity"
    ? '; compare alert.severity_id with HIGH, or alert.severity with "high"'
    : path === "alert.severity_id"
      ? '; write alert.severity_id >= HIGH, or compare alert.severity with "high"'
      : "";

function wrongForm(name: string, overloads: readonly CelFunc[]): string {
  if (isOperator(name)) return `${operatorName(name)} cannot be used so`;
  const forms = overloads.map(
    (one) => `${one.target ? "x." : ""}${name}(${one.arguments.map((_, index) => "abc"[index] ?? "d").join(", ")})`,
  );
  return `${name}() is called as ${[...new Set(forms)].join(" or ")}`;
}

function wrongKinds(name: string, target: Named | undefined, args: readonly Named[]): string {
  const described = (one: Named) => (one.path ? `${one.path}, which is ${inWords(one.shape)}` : inWords(one.shape));
  const mixed = ["int", "double"].every((kind) => args.some((one) => one.shape.kind === kind));
  const hint = mixed
    ? "; write double(...) around the whole number"
    : ([target, ...args].map((one) => (one ? severityHint(one) : "")).find(Boolean) ?? "");
  if (isOperator(name)) return `${operatorName(name)} does not work on ${args.map(described).join(", and ")}${hint}`;
  return `${name}() does not work on ${[...(target ? [target] : []), ...args].map(described).join(", and ")}${hint}`;
}
