// Finds at compile time what would otherwise go wrong with an alert at three in the morning: misspelt names, functions
// that do not exist, comparisons that can never be true. Walks the parsed expression with the shapes of the variables.
import { type Checking, type Finding, identifier, index, type Reads, Stop, select } from "./access.ts";
import { addressMistake } from "./address-literal.ts";
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
import type { Notes } from "./rewrite.ts";
import { inWords, type Shape } from "./shape.ts";
import { MACROS, macroForm, type Naming } from "./words.ts";

const ANY: Shape = { kind: "any" };
const FLAG: Shape = { kind: "flag" };

/** Checks an expression. `flag`: whether it is to be true or false. The reads are complete when there is no finding. */
export function checkExpression(
  engine: Engine,
  expr: Expr,
  scope: Scope,
  naming: Naming,
  flag: boolean,
): { finding?: Finding; reads: Reads; notes: Notes } {
  const walk = new Walk(engine, naming);
  const { reads, notes } = walk;
  try {
    const shape = walk.shapeOf(expr, scope);
    if (!flag || shape.kind === "any" || shape.kind === "flag") return { reads, notes };
    const message = `the ${naming.what} gives ${inWords(shape)}, not true or false`;
    return { finding: { message, offset: placeOf(expr) }, reads, notes };
  } catch (thrown) {
    if (thrown instanceof Stop) return { finding: thrown.finding, reads, notes };
    throw thrown;
  }
}

/** Whether values of a shape may be dear to compare. */
const isLarge = ({ kind }: Shape): boolean => kind === "any" || kind === "list" || kind === "table" || kind === "record";

class Walk implements Checking {
  readonly reads: Reads = { alert: new Set(), change: new Set(), lists: new Set(), networks: new Set(), named: new Set() };
  readonly notes: Notes = { lookUps: new Set(), whole: new Set() };
  /** How many macros this is within. */
  private depth = 0;
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
    const ofAlert = forms?.some((one) => one.ofAlert) === true;
    if (forms === undefined || (ofAlert && this.naming.what !== "condition")) {
      const near = closest(
        name,
        [...this.engine.forms.keys(), ...MACROS.keys()].filter((one) => one !== name),
      );
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
    if (ofAlert) this.reads.alert.add(name === "hasAsset" ? "assets" : "observables");
    this.literals(name, args, scope);
    return checked.value;
  }

  /** A regular expression or a network that is written out is read now. */
  private literals(name: string, args: readonly Expr[], scope: Scope): void {
    const last = args.at(-1);
    if (last === undefined) return;
    const pattern = name === "matches" ? textOf(last) : undefined;
    const mistake = pattern === undefined ? undefined : patternMistake(pattern);
    if (mistake !== undefined) throw this.stop(last, `the regular expression is not right: ${mistake}`);
    if (name !== "inCidr") return;
    const found = addressMistake(args);
    if (found) throw this.stop(found.expr, found.message);
    const shape = this.shapeOf(last, scope);
    if (shape.kind === "list" && shape.configured !== undefined) this.reads.networks.add(shape.configured);
  }

  private operator(expr: Expr, symbol: string, sides: readonly Expr[], scope: Scope): Shape {
    const named = sides.map((side) => this.named(side, scope));
    const checked = checkOperator(this.engine, symbol, named);
    if (!checked.ok) throw this.stop(expr, checked.reason);
    const [left, right] = named.map(({ shape }) => shape);
    if (symbol === "in" && right?.kind === "list" && (left?.kind === "text" || right.configured !== undefined))
      this.notes.lookUps.add(expr);
    else if (this.depth > 0 && left && right && isLarge(left) && isLarge(right)) this.notes.whole.add(expr);
    return checked.value;
  }

  private macro(expr: Expr, name: string, target: Expr, variable: string, parts: readonly Expr[], scope: Scope): Shape {
    const range = this.shapeOf(target, scope);
    const member = memberOf(range);
    if (member === undefined)
      throw this.stop(expr, `${pathOf(target) || "this"} is ${inWords(range)}; exists(), all(), filter() and map() want a list`);
    const inner = new Map([...scope, [variable, member]]);
    const gives = name === "map" ? parts.at(-1) : undefined;
    this.depth += 1;
    for (const part of parts) if (part !== gives) this.wantFlag(part, `${name}()`, inner);
    const given = gives && this.shapeOf(gives, inner);
    this.depth -= 1;
    if (given) return { kind: "list", of: withoutValue(given) };
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
