// Finds at compile time what would otherwise go wrong with an alert at three in the morning: misspelt names, functions
// that do not exist, comparisons that can never be true. Walks the parsed expression with the shapes of the variables.
import { type Checking, type Finding, identifier, index, type Reads, Stop, select } from "./access.ts";
import { closest } from "./closest.ts";
import type { Engine } from "./engine.ts";
import {
  type Expr,
  literalMistake,
  literalShape,
  memberOf,
  type Of,
  pathOf,
  placeOf,
  type Scope,
  textOf,
  withoutValue,
} from "./expression.ts";
import { checkCall, checkOperator, type Named } from "./overloads.ts";
import { patternMistake } from "./pattern.ts";
import { ALERT, CHANGE, inWords, SEVERITY_NUMBERS, type Shape } from "./shape.ts";
import { MACROS, macroForm, type Naming } from "./words.ts";

const ANY: Shape = { kind: "any" };
const FLAG: Shape = { kind: "flag" };

/** The variables of a condition. */
export const CONDITION_SCOPE: Scope = new Map<string, Shape>([
  ["alert", ALERT],
  ["change", CHANGE],
  ["now", { kind: "time" }],
  ...Object.keys(SEVERITY_NUMBERS).map((name): [string, Shape] => [name, { kind: "int" }]),
]);

/** Checks an expression. `flag`: whether it is to be true or false. The reads are complete when there is no finding. */
export function checkExpression(
  engine: Engine,
  expr: Expr,
  scope: Scope,
  naming: Naming,
  flag: boolean,
): { finding?: Finding; reads: Reads } {
  const walk = new Walk(engine, naming);
  try {
    const shape = walk.shapeOf(expr, scope);
    if (!flag || shape.kind === "any" || shape.kind === "flag") return { reads: walk.reads };
    const message = `the ${naming.what} gives ${inWords(shape)}, not true or false`;
    return { finding: { message, offset: placeOf(expr) }, reads: walk.reads };
  } catch (thrown) {
    if (thrown instanceof Stop) return { finding: thrown.finding, reads: walk.reads };
    throw thrown;
  }
}

class Walk implements Checking {
  readonly reads: Reads = { alert: new Set(), change: new Set(), named: new Set() };
  private readonly engine: Engine;
  readonly naming: Naming;

  constructor(engine: Engine, naming: Naming) {
    this.engine = engine;
    this.naming = naming;
  }

  shapeOf(expr: Expr, scope: Scope): Shape {
    switch (expr.op) {
      case "value":
        return this.literal(expr, literalMistake(expr));
      case "id":
        return identifier(this, expr, scope);
      case ".":
      case ".?":
        return select(this, expr, expr.args[0], expr.args[1], scope);
      case "[]":
      case "[?]":
        return index(this, expr, expr.args, scope);
      case "call":
        return this.call(expr, expr.args[0], undefined, expr.args[1], scope);
      case "rcall":
        return this.call(expr, expr.args[0], expr.args[1], expr.args[2], scope);
      case "list":
        return this.list(expr, scope);
      case "map":
        for (const part of expr.args.flat()) this.shapeOf(part, scope);
        return { kind: "table", of: ANY };
      case "?:":
        return this.choice(expr, scope);
      case "&&":
      case "||":
        for (const side of expr.args) this.wantFlag(side, expr.op, scope);
        return FLAG;
      case "-_":
        // The smallest whole number is written as its opposite, which there is not.
        if (expr.args.op === "value" && typeof expr.args.args === "bigint") return this.literal(expr.args, literalMistake(expr.args, true));
        return this.operator(expr, "-", [expr.args], scope);
      case "!_":
        return this.operator(expr, "!", [expr.args], scope);
      default:
        return this.operator(expr, expr.op, expr.args, scope);
    }
  }

  private literal(expr: Of<"value">, mistake: string | undefined): Shape {
    if (mistake !== undefined) throw this.stop(expr, mistake);
    return literalShape(expr.args);
  }

  private call(expr: Expr, name: string, target: Expr | undefined, args: readonly Expr[], scope: Scope): Shape {
    const [first, second] = args;
    if (name === "has" && target === undefined && args.length === 1 && first?.op === ".") {
      this.shapeOf(first, scope);
      return FLAG;
    }
    const variable = first?.op === "id" ? first.args : undefined;
    if (target !== undefined && variable !== undefined && second !== undefined && MACROS.get(name)?.includes(args.length))
      return this.macro(expr, name, target, variable, args.slice(1), scope);
    const form = macroForm(name, this.naming);
    if (form !== undefined) throw this.stop(expr, form);
    const forms = this.engine.forms.get(name);
    if (forms === undefined) {
      const near = closest(name, [...this.engine.forms.keys(), ...MACROS.keys()]);
      throw this.stop(expr, `there is no function ${name}()${near ? `; did you mean ${near}()?` : ""}`);
    }
    const checked = checkCall(
      this.engine,
      name,
      forms,
      target && this.named(target, scope),
      args.map((one) => this.named(one, scope)),
    );
    if (!checked.ok) throw this.stop(expr, checked.reason);
    // A regular expression that is written out is compiled now.
    const pattern = name === "matches" ? args.at(-1) : undefined;
    const mistake = patternMistake(textOf(pattern) ?? "");
    if (pattern && mistake !== undefined) throw this.stop(pattern, `the regular expression is not right: ${mistake}`);
    return checked.value;
  }

  private operator(expr: Expr, symbol: string, sides: readonly Expr[], scope: Scope): Shape {
    const checked = checkOperator(
      this.engine,
      symbol,
      sides.map((side) => this.named(side, scope)),
    );
    if (!checked.ok) throw this.stop(expr, checked.reason);
    return checked.value;
  }

  private macro(expr: Expr, name: string, target: Expr, variable: string, parts: readonly Expr[], scope: Scope): Shape {
    const range = this.shapeOf(target, scope);
    const member = memberOf(range);
    if (member === undefined)
      throw this.stop(expr, `${pathOf(target) || "this"} is ${inWords(range)}; exists(), all(), filter() and map() want a list`);
    const inner = new Map([...scope, [variable, member]]);
    const gives = name === "map" ? parts.at(-1) : undefined;
    for (const part of parts) if (part !== gives) this.wantFlag(part, `${name}()`, inner);
    if (gives) return { kind: "list", of: withoutValue(this.shapeOf(gives, inner)) };
    return name === "filter" ? { kind: "list", of: member } : FLAG;
  }

  private choice(expr: Of<"?:">, scope: Scope): Shape {
    const [test, ...sides] = expr.args;
    this.wantFlag(test, "?", scope);
    const [yes = ANY, no = ANY] = sides.map((side) => this.shapeOf(side, scope));
    return yes.kind === no.kind ? yes : ANY;
  }

  private list(expr: Of<"list">, scope: Scope): Shape {
    const members = expr.args.map((element) => this.shapeOf(element, scope));
    const [first] = members;
    const of: Shape = first && members.every((one) => one.kind === first.kind) ? withoutValue(first) : ANY;
    return { kind: "list", of, members };
  }

  private wantFlag(expr: Expr, operator: string, scope: Scope): void {
    const shape = this.shapeOf(expr, scope);
    if (shape.kind === "flag" || shape.kind === "any") return;
    throw this.stop(expr, `${operator} wants true or false, and ${pathOf(expr) || "this"} is ${inWords(shape)}`);
  }

  private named(expr: Expr, scope: Scope): Named {
    return { shape: this.shapeOf(expr, scope), path: pathOf(expr) };
  }

  stop(expr: Expr, message: string): Stop {
    return new Stop({ message, offset: placeOf(expr) });
  }
}
