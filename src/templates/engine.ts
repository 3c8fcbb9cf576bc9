// The Liquid engine: an interpreter without `eval`, cut down to what a message needs. Templates read the values that they are
// given and nothing else: there is no file, no other template, no clock and no prototype.
import { Context, defaultOperators, Liquid, type Template, toValueSync } from "liquidjs";
import { chargeBlock, chargeValues, MAX_OUTPUT, MAX_TEXT, MAX_WORK, setCost } from "./budget.ts";
import { allowedFilters } from "./filters.ts";
import type { Values } from "./values.ts";

/** The tags that a template may have, besides `else`, `elsif`, `when` and the `end...` of each. */
export const TAGS: readonly string[] = ["if", "unless", "case", "for", "break", "continue", "assign", "comment", "raw", "#"];

type Operator = (typeof defaultOperators)[string];

/** Made at the first template, so that a Worker without templates never pays for it. */
let made: Liquid | undefined;

/** The engine. */
export function theEngine(): Liquid {
  if (made) return made;
  const engine = new Liquid({
    // An empty set of files stands in for the reader of the file system, or of the network, that it has otherwise.
    templates: {},
    strictFilters: true,
    strictVariables: false,
    ownPropertyOnly: true,
    parseLimit: MAX_TEXT,
    memoryLimit: MAX_WORK,
    locale: "en-GB",
    operators: Object.fromEntries(Object.entries(defaultOperators).map(([name, operator]) => [name, charged(name, operator)])),
  });
  for (const name of Object.keys(engine.tags)) if (!TAGS.includes(name)) delete engine.tags[name];
  for (const name of Object.keys(engine.filters)) engine.unregisterFilter(name);
  for (const [name, handler] of allowedFilters()) engine.registerFilter(name, handler);
  const { renderer } = engine;
  const renderTemplates = renderer.renderTemplates.bind(renderer);
  // Each run of a block passes here: the whole template, a branch, one turn of a loop.
  renderer.renderTemplates = (templates, context, emitter) => {
    chargeBlock(context);
    return renderTemplates(templates, context, emitter);
  };
  made = engine;
  return engine;
}

function charged(name: string, operator: Operator): Operator {
  // It has one operand, which it does not read: its context comes second.
  if (name === "not") return operator;
  return (left: unknown, right: unknown, context: Context) => {
    chargeValues(context, [left, right]);
    return operator(left, right, context);
  };
}

/**
 * Renders with `values` as the only names. The text ends where `MAX_OUTPUT` is reached. Throws what the template does wrong with
 * these values, and when it needs more work than one message may.
 */
export function renderTemplates(templates: Template[], cost: number, values: Values): string {
  const engine = theEngine();
  const context = new Context(values, engine.options, { sync: true }, { liquid: engine });
  setCost(context, cost);
  const output = new Output();
  try {
    toValueSync(engine.renderer.renderTemplates(templates, context, output));
  } catch (thrown) {
    if (!output.full) throw thrown;
  }
  return output.buffer;
}

/** Takes text up to `MAX_OUTPUT`, and then ends the rendering by an error. */
class Output {
  buffer = "";
  full = false;

  write(value: unknown): void {
    const text = plainText(value);
    const room = MAX_OUTPUT - this.buffer.length;
    this.buffer += text.slice(0, room);
    this.full = text.length > room;
    if (this.full) throw new Error("the text is long enough");
  }
}

/** A value as people read it: the members of a list with commas between them, a table as JSON. */
function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(plainText).filter(Boolean).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
