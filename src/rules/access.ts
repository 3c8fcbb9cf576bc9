// The part of the check that reads variables and their fields: misspelt names, and which fields an expression reads.
import { closest } from "./closest.ts";
import { type Expr, type Of, pathOf, type Scope, textOf, variableOf } from "./expression.ts";
import { ALERT, CHANGE, inWords, type Shape } from "./shape.ts";
import type { Naming } from "./words.ts";

/** What is wrong, and at which offset of the text that was parsed. */
export interface Finding {
  message: string;
  offset: number;
}

/** Which variables an expression reads: the fields of `alert` and `change`, and all that were named, also in a macro. */
export interface Reads {
  alert: Set<string>;
  change: Set<string>;
  /** Lists of the configuration, by their names. */
  lists: Set<string>;
  /** Those among them in which addresses are looked up. */
  networks: Set<string>;
  named: Set<string>;
}

/** Thrown inside a check only. */
export class Stop {
  readonly finding: Finding;
  constructor(finding: Finding) {
    this.finding = finding;
  }
}

/** What a check knows, and how it goes on. */
export interface Checking {
  readonly reads: Reads;
  readonly naming: Naming;
  shapeOf(expr: Expr, scope: Scope): Shape;
  stop(expr: Expr, message: string): Stop;
}

const ANY: Shape = { kind: "any" };
const TYPE_NAMES = new Set(["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type"]);

/** The shape of a variable that stands alone, and so may be read as a whole. */
export function identifier(check: Checking, expr: Of<"id">, scope: Scope): Shape {
  const name = expr.args;
  const shape = scope.get(name);
  if (shape?.kind === "lists") throw check.stop(expr, "a list is read by its name: lists.NAME");
  check.reads.named.add(name);
  for (const field of isRead(shape) ? Object.keys(shape.fields) : []) readsOf(check, shape).add(field);
  if (shape !== undefined) return shape;
  if (TYPE_NAMES.has(name)) return ANY;
  const { example, words } = check.naming;
  const field = example === "alert" && Object.hasOwn(ALERT.fields, name) ? `alert.${name}` : closest(name, scope.keys());
  throw check.stop(expr, `${name} is not known here; ${field ? `did you mean ${field}?` : words}`);
}

/** The shape of a field. */
export function select(check: Checking, expr: Expr, operand: Expr, field: string, scope: Scope): Shape {
  const variable = variableOf(operand, scope);
  if (variable?.kind === "lists") return configured(check, expr, variable.names, field);
  // A variable before a dot is not read as a whole.
  if (isRead(variable)) readsOf(check, variable).add(field);
  const of = isRead(variable) ? variable : check.shapeOf(operand, scope);
  if (of.kind === "any") return ANY;
  if (of.kind === "table") return of.of;
  const path = pathOf(operand) || "this";
  if (of.kind !== "record") throw check.stop(expr, `${path} is ${inWords(of)} and has no field ${field}`);
  const shape = Object.hasOwn(of.fields, field) ? of.fields[field] : undefined;
  if (shape !== undefined) return shape;
  const near = closest(field, Object.keys(of.fields));
  const own = of === ALERT ? "the source's own fields are in alert.data" : `there are ${Object.keys(of.fields).join(", ")}`;
  throw check.stop(expr, `${path} has no field ${field}; ${near ? `did you mean ${near}?` : own}`);
}

/** The shape of `operand[key]`, where a key that is written out is a field. */
export function index(check: Checking, expr: Expr, [operand, key]: readonly [Expr, Expr], scope: Scope): Shape {
  const field = textOf(key);
  const variable = variableOf(operand, scope);
  if (field !== undefined && (isRead(variable) || variable?.kind === "lists")) return select(check, expr, operand, field, scope);
  const of = check.shapeOf(operand, scope);
  if (field !== undefined && of.kind === "record") return select(check, expr, operand, field, scope);
  check.shapeOf(key, scope);
  if (of.kind === "list" || of.kind === "table") return of.of;
  if (of.kind === "any" || of.kind === "record") return ANY;
  throw check.stop(expr, `${pathOf(operand) || "this"} is ${inWords(of)} and has no members`);
}

/** The shape of `lists.NAME`. */
function configured(check: Checking, expr: Expr, names: readonly string[] | undefined, name: string): Shape {
  check.reads.lists.add(name);
  if (names === undefined || names.includes(name)) return { kind: "list", of: { kind: "text" }, configured: name };
  const near = closest(name, names);
  const others = names.length > 0 ? `there are ${names.join(", ")}` : "add it to [lists]";
  throw check.stop(expr, `there is no list ${name}; ${near ? `did you mean lists.${near}?` : others}`);
}

/** Whether a shape is one of which is told what was read. */
const isRead = (shape: Shape | undefined): shape is typeof ALERT => shape === ALERT || shape === CHANGE;
const readsOf = ({ reads }: Checking, shape: Shape | undefined): Set<string> => (shape === ALERT ? reads.alert : reads.change);
