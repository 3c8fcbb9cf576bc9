// Whether a function or operator fits its arguments, and what it gives: the engine is asked, with a stand-in for each kind of value. And
// the comparisons that CEL allows but that can have one answer only.
import { fail, ok, type Result } from "../outcome.ts";
import { closest } from "./closest.ts";
import { type Engine, type Form, STAND_INS } from "./engine.ts";
import { inWords, type Shape } from "./shape.ts";

/** An argument: its shape, and how it is written where that is a plain path. */
export interface Named {
  shape: Shape;
  path: string;
}

const ANY: Shape = { kind: "any" };

/** What an operator gives, or a sentence that says why it cannot be used so; `!` and `-` may have one side only. */
export function checkOperator({ env }: Engine, symbol: string, sides: readonly Named[]): Result<Shape, string> {
  const impossible = impossibleComparison(symbol, sides);
  if (impossible !== undefined) return fail(impossible);
  const [left, right] = sides.map(standIn);
  const { type } = env.check(right === undefined ? `${symbol}${left}` : `${left} ${symbol} ${right}`);
  return type === undefined ? fail(`${symbol} does not work on ${wrongKinds(sides)}`) : ok(shapeOfType(type));
}

/** What calling `name` gives, or a sentence that says why it cannot be called so. */
export function checkCall(
  { env }: Engine,
  name: string,
  forms: readonly Form[],
  target: Named | undefined,
  args: readonly Named[],
): Result<Shape, string> {
  const form = forms.find((one) => one.method === (target !== undefined) && one.arguments === args.length);
  if (form === undefined) return fail(`${name}() is called as ${wrongForm(name, forms)}`);
  const { type } = env.check(
    `${target ? `${standIn(target)}.` : ""}${form.engineName}(${[...(form.ofAlert ? ["any_"] : []), ...args.map(standIn)].join(", ")})`,
  );
  if (type === undefined) return fail(`${name}() does not work on ${wrongKinds(target ? [target, ...args] : args)}`);
  return ok(shapeOfType(type));
}

const standIn = ({ shape }: Named): string => STAND_INS[shape.kind][0];

/** The engine's name of a type as a shape; what a list or a table holds is left open. */
function shapeOfType(type: string): Shape {
  if (/^list\b/.test(type)) return { kind: "list", of: ANY };
  if (/^map\b/.test(type)) return { kind: "table", of: ANY };
  const simple = (["int", "double", "flag", "text", "time", "span"] as const).find((kind) => STAND_INS[kind][1] === type);
  return simple === undefined ? ANY : { kind: simple };
}

function impossibleComparison(symbol: string, [left, right]: readonly Named[]): string | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (symbol === "in" && right.shape.kind === "list") {
    const { members, configured, of } = right.shape;
    return neverIn(left, configured === undefined ? (members ?? []) : [of]);
  }
  if (symbol === "in") return undefined;
  if (symbol !== "==" && symbol !== "!=") return undefined;
  const named = left.path !== "" ? left : right;
  if (left.shape.kind === "absent" || right.shape.kind === "absent") {
    const other = left.shape.kind === "absent" ? right : left;
    return other.shape.kind === "any" ? undefined : `${other.path || "this"} is never null; ask has(${other.path || "..."}) instead`;
  }
  if (comparable(left.shape, right.shape)) return notOneOf(left, right.shape) ?? notOneOf(right, left.shape);
  const hint = severityHint(named);
  return `${left.path || inWords(left.shape)} is never equal to ${right.path || inWords(right.shape)}: ${inWords(left.shape)} against ${inWords(right.shape)}${hint}`;
}

function neverIn(one: Named, members: readonly Shape[]): string | undefined {
  const [first] = members;
  if (first === undefined || members.some((member) => comparable(one.shape, member)))
    return members.map((member) => notOneOf(one, member)).find(Boolean);
  return `${one.path || inWords(one.shape)} is never in this list: ${inWords(one.shape)} against ${inWords(first)}${severityHint(one)}`;
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

function wrongForm(name: string, forms: readonly Form[]): string {
  const written = forms.map((one) => `${one.method ? "x." : ""}${name}(${[..."abcd"].slice(0, one.arguments).join(", ")})`);
  return [...new Set(written)].join(" or ");
}

function wrongKinds(values: readonly Named[]): string {
  const described = ({ shape, path }: Named) => (path ? `${path}, which is ${inWords(shape)}` : inWords(shape));
  const mixed = ["int", "double"].every((kind) => values.some((one) => one.shape.kind === kind));
  const hint = mixed ? "; write double(...) around the whole number" : (values.map(severityHint).find(Boolean) ?? "");
  return `${values.map(described).join(", and ")}${hint}`;
}
