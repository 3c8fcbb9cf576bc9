// Finds at compile time what would otherwise go wrong with an alert at three in the morning: misspelt names, functions
// that do not exist, comparisons that can never be true. Walks the parsed expression with the shapes of the variables.
import { type CelEnv, type CelFunc, run } from "@bufbuild/cel";
import { closest } from "./closest.ts";
import { constantShape, type Expr, memberOf, type Of, pathOf, type Scope, textOf, variableOf, withoutValue } from "./expression.ts";
import { checkOverload, type Named, operatorName } from "./overloads.ts";
import { ALERT, CHANGE, inWords, SEVERITY_NUMBERS, type Shape } from "./shape.ts";

/** What is wrong, and at which part of the expression (its id in the source info). */
export interface Finding {
  message: string;
  exprId: bigint;
}

/** Which variables an expression reads, so that only those are handed to it. */
export interface Reads {
  alert: Set<string>;
  change: Set<string>;
  now: boolean;
}

const ANY: Shape = { kind: "any" };
const FLAG: Shape = { kind: "flag" };
const TYPE_NAMES = new Set(["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type"]);
/** How macros are written, where `NAME` stands for the first of the variables. */
const MACRO_FORMS: Readonly<Record<string, string | undefined>> = {
  has: "has(NAME.field)",
  exists: 'NAME.assets.exists(one, one.name == "db")',
  all: 'NAME.assets.all(one, one.name == "db")',
  exists_one: 'NAME.assets.exists_one(one, one.name == "db")',
  filter: 'NAME.assets.filter(one, one.name == "db")',
  map: "NAME.assets.map(one, one.name)",
};
const VARIABLES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["alert", ALERT],
  ["change", CHANGE],
  ["now", { kind: "time" }],
  ...Object.keys(SEVERITY_NUMBERS).map((name): [string, Shape] => [name, { kind: "int" }]),
]);

/** Thrown inside the walk only; `whole` turns it into a value. */
class Stop {
  readonly finding: Finding;
  constructor(finding: Finding) {
    this.finding = finding;
  }
}

/** Checks an expression that is to be a condition; the reads are complete when there is no finding. */
export function checkCondition(env: CelEnv, expr: Expr): { finding?: Finding; reads: Reads } {
  const walk = new Walk(env, { what: "condition", example: "alert", words: "there are alert, change, now and INFO to CRITICAL" });
  const { shape, finding } = walk.whole(expr, VARIABLES);
  return { finding: finding ?? notAFlag("condition", expr, shape), reads: walk.reads };
}

/** Checks an expression over variables that hold JSON of a source's own. `flag`: whether it is to be true or false. */
export function checkValue(
  env: CelEnv,
  expr: Expr,
  names: readonly [string, ...string[]],
  flag: boolean,
): { finding?: Finding; reads: ReadonlySet<string> } {
  const walk = new Walk(env, {
    what: "expression",
    example: names[0],
    words: names.length === 1 ? `there is only ${names[0]}` : `there are ${names.join(", ")}`,
  });
  const { shape, finding } = walk.whole(expr, new Map(names.map((name) => [name, ANY])));
  const reads = new Set(names.filter((name) => walk.named.has(name)));
  return { finding: finding ?? (flag ? notAFlag("expression", expr, shape) : undefined), reads };
}

function notAFlag(what: string, expr: Expr, shape: Shape): Finding | undefined {
  if (shape.kind === "any" || shape.kind === "flag") return undefined;
  return { message: `the ${what} gives ${inWords(shape)}, not true or false`, exprId: expr.id };
}

/** Words for messages: what is checked, one variable to show a form with, and all of them. */
interface Naming {
  what: "condition" | "expression";
  example: string;
  words: string;
}

class Walk {
  readonly reads: Reads = { alert: new Set(), change: new Set(), now: false };
  /** The variables that were named, also in a macro. */
  readonly named = new Set<string>();
  private readonly functions: ReadonlyMap<string, CelFunc[]>;
  private readonly naming: Naming;

  constructor(env: CelEnv, naming: Naming) {
    this.functions = Map.groupBy(env.funcs as Iterable<CelFunc>, (one) => one.name);
    this.naming = naming;
  }

  /** The shape of a whole expression, or what is wrong with it. */
  whole(expr: Expr, scope: Scope): { shape: Shape; finding?: Finding } {
    try {
      return { shape: this.shapeOf(expr, scope) };
    } catch (thrown) {
      if (thrown instanceof Stop) return { shape: ANY, finding: thrown.finding };
      throw thrown;
    }
  }

  shapeOf(expr: Expr | undefined, scope: Scope): Shape {
    if (expr === undefined) return ANY;
    const part = expr.exprKind;
    switch (part.case) {
      case "constExpr":
        return constantShape(part.value);
      case "identExpr":
        return this.identifier(expr, part.value.name, scope);
      case "selectExpr":
        return this.select(expr, part.value, scope);
      case "callExpr":
        return this.call(expr, part.value, scope);
      case "listExpr":
        return this.list(part.value, scope);
      case "structExpr":
        return this.struct(expr, part.value, scope);
      case "comprehensionExpr":
        return this.comprehension(expr, part.value, scope);
      case undefined:
        return ANY;
    }
  }

  private identifier(expr: Expr, written: string, scope: Scope): Shape {
    const name = written.replace(/^\./, "");
    const shape = scope.get(name);
    this.named.add(name);
    // A variable that stands alone (not before a dot) may be read as a whole.
    if (shape === ALERT || shape === CHANGE) this.readAll(shape);
    if (name === "now" && shape === VARIABLES.get("now")) this.reads.now = true;
    if (shape !== undefined) return shape;
    if (TYPE_NAMES.has(name)) return ANY;
    const { example, words } = this.naming;
    const field = example === "alert" && Object.hasOwn(ALERT.fields, name) ? `alert.${name}` : closest(name, scope.keys());
    throw this.stop(expr, `${name} is not known here${field ? `; did you mean ${field}?` : `; ${words}`}`);
  }

  private select(expr: Expr, { operand, field, testOnly }: Of<"selectExpr">, scope: Scope): Shape {
    const of = this.operandShape(operand, scope);
    if (of === ALERT) this.reads.alert.add(field);
    if (of === CHANGE && variableOf(operand, scope)) this.reads.change.add(field);
    const path = pathOf(operand);
    const shape = this.member(expr, of, field, path);
    return testOnly ? FLAG : shape;
  }

  /** As `shapeOf`, but a variable before a dot is not read as a whole. */
  private operandShape(operand: Expr | undefined, scope: Scope): Shape {
    const shape = variableOf(operand, scope);
    return shape === ALERT || shape === CHANGE ? shape : this.shapeOf(operand, scope);
  }

  private member(expr: Expr, of: Shape, field: string, path: string): Shape {
    if (of.kind === "any") return ANY;
    if (of.kind === "table") return of.of;
    if (of.kind !== "record") throw this.stop(expr, `${path || "this"} is ${inWords(of)} and has no field ${field}`);
    const shape = Object.hasOwn(of.fields, field) ? of.fields[field] : undefined;
    if (shape !== undefined) return shape;
    const near = closest(field, Object.keys(of.fields));
    const own = of === ALERT ? `; the source's own fields are in alert.data` : `; there are ${Object.keys(of.fields).join(", ")}`;
    throw this.stop(expr, `${path || "this"} has no field ${field}${near ? `; did you mean ${near}?` : own}`);
  }

  private call(expr: Expr, call: Of<"callExpr">, scope: Scope): Shape {
    const qualified = call.target?.exprKind.case === "identExpr" ? `${call.target.exprKind.value.name}.${call.function}` : undefined;
    if (qualified !== undefined && this.functions.has(qualified)) return this.overloads(expr, qualified, undefined, call.args, scope);
    const args = () => call.args.map((argument) => this.shapeOf(argument, scope));
    switch (call.function) {
      case "_&&_":
      case "_||_":
        for (const [index, shape] of args().entries()) this.wantFlag(call.args[index] ?? expr, shape, operatorName(call.function));
        return FLAG;
      case "@not_strictly_false":
        args();
        return FLAG;
      case "_?_:_": {
        const [test, yes = ANY, no = ANY] = args();
        if (test) this.wantFlag(call.args[0] ?? expr, test, "?");
        return yes.kind === no.kind ? yes : ANY;
      }
      case "_[_]":
        return this.index(expr, call.args, scope);
      default:
        return this.overloads(expr, call.function, call.target, call.args, scope);
    }
  }

  private index(expr: Expr, [operand, key]: Expr[], scope: Scope): Shape {
    const field = textOf(key);
    const of = field === undefined ? this.shapeOf(operand, scope) : this.operandShape(operand, scope);
    if (of.kind === "record" && field !== undefined) {
      if (of === ALERT) this.reads.alert.add(field);
      if (of === CHANGE) this.reads.change.add(field);
      return this.member(expr, of, field, pathOf(operand));
    }
    this.shapeOf(key, scope);
    if (of.kind === "list" || of.kind === "table") return of.of;
    if (of.kind === "any" || of.kind === "record") return ANY;
    throw this.stop(expr, `${pathOf(operand) || "this"} is ${inWords(of)} and has no members`);
  }

  private overloads(expr: Expr, name: string, target: Expr | undefined, args: Expr[], scope: Scope): Shape {
    const found = this.functions.get(name);
    const macro = MACRO_FORMS[name];
    // The parser turns a macro that is written rightly into something else, so one that comes here is not.
    if (macro !== undefined) throw this.stop(expr, `${name}() is called as ${macro.replaceAll("NAME", this.naming.example)}`);
    if (found === undefined) {
      const near = closest(
        name,
        [...this.functions.keys(), ...Object.keys(MACRO_FORMS)].filter((one) => /^[a-z]/i.test(one)),
      );
      throw this.stop(expr, `there is no function ${name}()${near ? `; did you mean ${near}()?` : ""}`);
    }
    const named = (one: Expr): Named => ({ shape: this.shapeOf(one, scope), path: pathOf(one) });
    const checked = checkOverload(name, found, target && named(target), args.map(named));
    if (!checked.ok) throw this.stop(expr, checked.reason);
    if (name === "matches") this.pattern(args[0] ?? expr);
    return checked.value;
  }

  /** A regular expression that is written out is compiled now. */
  private pattern(argument: Expr): void {
    const pattern = textOf(argument);
    if (pattern === undefined) return;
    const result = run("''.matches(pattern)", { pattern });
    if (result instanceof Error)
      throw this.stop(argument, `the regular expression is not right: ${result.message.replace(/^error parsing regexp: /, "")}`);
  }

  private list({ elements }: Of<"listExpr">, scope: Scope): Shape {
    const members = elements.map((element) => this.shapeOf(element, scope));
    const [first] = members;
    const of: Shape = first && members.every((one) => one.kind === first.kind) ? withoutValue(first) : ANY;
    return { kind: "list", of, members };
  }

  private struct(expr: Expr, { messageName, entries }: Of<"structExpr">, scope: Scope): Shape {
    if (messageName !== "") throw this.stop(expr, `${messageName}{...} is not known here; ${this.naming.what}s build no messages`);
    for (const entry of entries) {
      if (entry.keyKind.case === "mapKey") this.shapeOf(entry.keyKind.value, scope);
      this.shapeOf(entry.value, scope);
    }
    return { kind: "table", of: ANY };
  }

  private comprehension(expr: Expr, fold: Of<"comprehensionExpr">, scope: Scope): Shape {
    const range = this.shapeOf(fold.iterRange, scope);
    const member = memberOf(range);
    if (member === undefined)
      throw this.stop(expr, `${pathOf(fold.iterRange) || "this"} is ${inWords(range)}; exists(), all(), filter() and map() want a list`);
    const start = this.shapeOf(fold.accuInit, scope);
    const inner = new Map([...scope, [fold.iterVar, member], [fold.accuVar, ANY]]);
    this.shapeOf(fold.loopCondition, inner);
    this.shapeOf(fold.loopStep, inner);
    const result = this.shapeOf(fold.result, inner);
    if (result.kind !== "any") return result;
    return start.kind === "list" ? { kind: "list", of: ANY } : start;
  }

  private wantFlag(expr: Expr, shape: Shape, operator: string): void {
    if (shape.kind === "flag" || shape.kind === "any") return;
    throw this.stop(expr, `${operator} wants true or false, and ${pathOf(expr) || "this"} is ${inWords(shape)}`);
  }

  private readAll(shape: typeof ALERT): void {
    const into = shape === ALERT ? this.reads.alert : this.reads.change;
    for (const field of Object.keys(shape.fields)) into.add(field);
  }

  private stop(expr: Expr, message: string): Stop {
    return new Stop({ message, exprId: expr.id });
  }
}
