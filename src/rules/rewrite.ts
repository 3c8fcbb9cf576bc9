// A parsed and checked expression made ready for the engine: with our functions in place of its own, and without its limits that the
// language does not have.
import type { ASTNode } from "@marcbachmann/cel-js";
import type { Engine } from "./engine.ts";
import type { Of } from "./expression.ts";

/** Changes the expression in place. Its types must not have been looked at yet. */
export function rewrite(engine: Engine, expr: ASTNode): void {
  const each = (parts: readonly ASTNode[]) => {
    for (const part of parts) rewrite(engine, part);
  };
  switch (expr.op) {
    case "value":
    case "id":
      return;
    case ".":
    case ".?":
      rewrite(engine, expr.args[0]);
      return;
    case "!_":
    case "-_":
      rewrite(engine, expr.args);
      return;
    case "call": {
      const [name, args] = expr.args;
      each(args);
      const [only] = args;
      if (name === "has" && only?.op === ".") stands(expr, call(engine, `has_(of, ${JSON.stringify(only.args[1])})`, only.args[0]));
      else expr.args[0] = engineName(engine, name);
      return;
    }
    case "rcall":
      each([expr.args[1], ...expr.args[2]]);
      expr.args[0] = engineName(engine, expr.args[0]);
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

/** A call that is written out, with another first argument. */
function call(engine: Engine, text: string, first: ASTNode): ASTNode {
  const { ast } = engine.env.parse(text) as { ast: Of<"call"> };
  ast.args[1][0] = first;
  return ast;
}

function listOf(engine: Engine, members: readonly ASTNode[]): ASTNode {
  const { ast } = engine.env.parse("[]") as { ast: Of<"list"> };
  ast.args.push(...members);
  return ast;
}

/** Has the engine look at another expression instead, as it does for its macros. */
function stands(expr: ASTNode, instead: ASTNode): void {
  (expr as ASTNode & { setMeta(key: "alternate", node: ASTNode): void }).setMeta("alternate", instead);
}
