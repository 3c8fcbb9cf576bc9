// A parsed and checked expression made ready for the engine: with our functions in place of its own, and without its limits that the
// language does not have.
import type { ASTNode } from "@marcbachmann/cel-js";
import type { Engine } from "./engine.ts";
import { type Of, textOf } from "./expression.ts";
import { MACROS } from "./words.ts";

/** What the check found out about parts of an expression. */
export interface Notes {
  /** `in` whose right side is a list of texts in which it can be looked up. */
  lookUps: Set<ASTNode>;
  /** Operators that may go through whole values, and are asked for each member of a list. */
  whole: Set<ASTNode>;
}

/** The alert by a name that no expression can write. */
export const OF_ALERT = "$alert";

/** Changes the expression in place. Its types must not have been looked at yet. */
export function rewrite(engine: Engine, expr: ASTNode, notes: Notes): void {
  const each = (parts: readonly ASTNode[]) => {
    for (const part of parts) rewrite(engine, part, notes);
  };
  switch (expr.op) {
    case "value":
    case "id":
      return;
    case ".":
    case ".?":
      rewrite(engine, expr.args[0], notes);
      return;
    case "!_":
    case "-_":
      rewrite(engine, expr.args, notes);
      return;
    case "call": {
      const [name, args] = expr.args;
      each(args);
      const [only] = args;
      if (name === "has" && only?.op === ".") stands(expr, call(engine, `has_(of, ${JSON.stringify(only.args[1])})`, only.args[0]));
      else expr.args[0] = engineName(engine, name);
      const isOfAlert = engine.forms.get(name)?.[0]?.ofAlert;
      if (isOfAlert || name === "inCidr") hoist(args);
      if (isOfAlert) args.unshift(theAlert(engine));
      return;
    }
    case "rcall": {
      const [name, target, args] = expr.args;
      const isMacro = MACROS.has(name);
      const price = isMacro ? nodesIn(args.slice(1)) : 0;
      each([target, ...args]);
      expr.args[0] = engineName(engine, name);
      if (isMacro) expansionOf(expr).args.iterable = call(engine, `counted_(of, ${price})`, target);
      return;
    }
    case "in": {
      const [left, right] = expr.args;
      each(expr.args);
      if (notes.lookUps.has(expr)) stands(expr, call(engine, "member_(of, of)", left, right));
      else expr.args[1] = call(engine, "counted_(of, 1)", right);
      return;
    }
    case "+":
      each(expr.args);
      if (notes.whole.has(expr)) weigh(engine, expr);
      stands(expr, call(engine, "short_(of)", sum(engine, expr)));
      return;
    case "==":
    case "!=":
      each(expr.args);
      if (notes.whole.has(expr)) weigh(engine, expr);
      return;
    case "map":
      each(expr.args.flat());
      // The engine's own tables have text as keys only, and drop some.
      if (expr.args.length > 0) stands(expr, call(engine, "entries_(of)", listOf(engine, expr.args.flat())));
      return;
    case "?:":
      each(expr.args);
      // The engine wants both sides to be of one kind, unless it cannot tell beforehand.
      expr.args[2] = call(engine, "dyn(of)", expr.args[2]);
      return;
    default:
      each(expr.args);
  }
}

const engineName = (engine: Engine, name: string): string => engine.forms.get(name)?.[0]?.engineName ?? name;

/** A call that is written out, with other first arguments. */
function call(engine: Engine, text: string, ...first: ASTNode[]): ASTNode {
  const { ast } = engine.env.parse(text) as { ast: Of<"call"> };
  ast.args[1].splice(0, first.length, ...first);
  return ast;
}

function theAlert(engine: Engine): ASTNode {
  return Object.assign(engine.env.parse("of").ast, { args: OF_ALERT });
}

function sum(engine: Engine, { args }: Of<"+">): ASTNode {
  return Object.assign(engine.env.parse("of + of").ast, { args });
}

function weigh(engine: Engine, expr: Of<"+" | "==" | "!=">): void {
  const { args } = expr;
  for (const side of [0, 1] as const) args[side] = call(engine, "weighed_(of)", args[side]);
}

/** Lists of texts that are written out, as one value, which is made ready for look-ups once. */
function hoist(args: readonly ASTNode[]): void {
  for (const arg of args) {
    if (arg.op !== "list") continue;
    const texts = arg.args.map(textOf);
    if (texts.every((text) => text !== undefined))
      (arg as ASTNode & { setMeta(key: "evaluate", of: () => unknown): void }).setMeta("evaluate", () => texts);
  }
}

/** What the engine's parser made of a macro. */
function expansionOf(expr: Of<"rcall">): { args: { iterable: ASTNode } } {
  const { meta } = expr as ASTNode & { meta: { alternate?: { args: { iterable: ASTNode } } } };
  if (meta.alternate?.args.iterable === undefined) throw new Error(`${expr.args[0]}() is no macro of the engine any more`);
  return meta.alternate;
}

/** How many parts an expression has: what asking it costs, about. */
function nodesOf(expr: ASTNode): number {
  switch (expr.op) {
    case "value":
    case "id":
      return 1;
    case ".":
    case ".?":
      return 1 + nodesOf(expr.args[0]);
    case "!_":
    case "-_":
      return 1 + nodesOf(expr.args);
    case "call":
      return 1 + nodesIn(expr.args[1]);
    case "rcall":
      return 1 + nodesIn([expr.args[1], ...expr.args[2]]);
    default:
      return 1 + nodesIn(expr.args.flat());
  }
}

const nodesIn = (parts: readonly ASTNode[]): number => parts.reduce((all, part) => all + nodesOf(part), 0);

function listOf(engine: Engine, members: readonly ASTNode[]): ASTNode {
  const { ast } = engine.env.parse("[]") as { ast: Of<"list"> };
  ast.args.push(...members);
  return ast;
}

/** Has the engine look at another expression instead, as it does for its macros. */
function stands(expr: ASTNode, instead: ASTNode): void {
  (expr as ASTNode & { setMeta(key: "alternate", node: ASTNode): void }).setMeta("alternate", instead);
}
