// What a mapping says of one field: a path, or `=` and an expression in CEL. Compiled once, and kept by its text.
import type { Json } from "../../alert.ts";
import { fail, ok, type Result } from "../../outcome.ts";
import { compileValue, type ValueExpression, type ValueInput, valueInput } from "../../rules/value.ts";
import { type Path, parsePath, readSteps, whereItEnds } from "./path.ts";

/** The variables of an expression: the whole body; the alert's own part of it; the member of `each`. */
export const NAMES = ["body", "entry", "each"] as const;
export type Name = (typeof NAMES)[number];

/** A field's text, compiled. */
export type Compiled = { kind: "path"; path: Path } | { kind: "cel"; expression: ValueExpression };

/** What is wrong with a text, with its place in words. */
export type Wrong = { message: string };

const KEPT = 2_000;
const known = new Map<string, Result<Compiled, Wrong>>();

/** Compiles a path or an expression; `names` are the variables that it may read. */
export function compile(text: string, names: readonly [Name, ...Name[]] = NAMES): Result<Compiled, Wrong> {
  return text.startsWith("=") ? compileCel(text, 1, names, "value") : remember(`path ${text}`, () => readPath(text));
}

/** Compiles a decision, which is CEL with or without `=` before it. */
export function compileDecision(text: string, names: readonly [Name, ...Name[]] = NAMES): Result<Compiled, Wrong> {
  return compileCel(text, text.startsWith("=") ? 1 : 0, names, "flag");
}

function compileCel(text: string, start: number, names: readonly [Name, ...Name[]], gives: "value" | "flag"): Result<Compiled, Wrong> {
  return remember(`${gives} ${names.length} ${text}`, () => {
    const compiled = compileValue(text.slice(start), names, gives);
    if (compiled.ok) return ok({ kind: "cel", expression: compiled.value });
    const { message, position } = compiled.reason;
    if (position === undefined) return fail({ message });
    const column = position.column + (position.line === 1 ? start : 0);
    return fail({ message: `${message} (${position.line > 1 ? `line ${position.line}, ` : ""}column ${column} of the expression)` });
  });
}

function readPath(text: string): Result<Compiled, Wrong> {
  const path = parsePath(text);
  if (path.ok) return ok({ kind: "path", path: path.value });
  const { message, column } = path.reason;
  // People write an expression and forget the sign before it.
  const hint = /[()?+]|==|&&/.test(text) ? "; an expression begins with =" : "";
  return fail({ message: `${message} (column ${column} of the path)${hint}` });
}

function remember(key: string, make: () => Result<Compiled, Wrong>): Result<Compiled, Wrong> {
  const found = known.get(key) ?? make();
  // Texts come from the configuration, so the limit is only reached after many changes of it.
  if (!known.has(key) && known.size >= KEPT) known.clear();
  known.set(key, found);
  return found;
}

/** One body, for everything that is read from it: each part is made ready for CEL at most once. */
export class Body {
  readonly json: Json;
  readonly #ready = new WeakMap<object, ValueInput>();

  constructor(json: Json) {
    this.json = json;
  }

  /** A part of it, made ready for CEL. */
  input(part: Json): ValueInput {
    if (typeof part !== "object" || part === null) return valueInput(part);
    const ready = this.#ready.get(part) ?? valueInput(part);
    this.#ready.set(part, ready);
    return ready;
  }
}

/** Told of a field that found nothing: which, and why. */
export type Listener = (field: string, why: string) => void;

/** Lists taken apart, one level. */
const apart = (values: Json[]): Json[] => values.flatMap((value) => (Array.isArray(value) ? value : [value]));

/** Reads fields from one entry of a body. Never throws; what an expression fails on gives nothing. */
export class Reading {
  readonly body: Body;
  readonly entry: Json;
  readonly #each: Json | undefined;
  readonly #listener: Listener | undefined;

  constructor(body: Body, entry: Json, { listener, each }: { listener?: Listener; each?: Json } = {}) {
    this.body = body;
    this.entry = entry;
    this.#listener = listener;
    this.#each = each;
  }

  /** The same entry with a member of one of its lists, where paths begin from then on. */
  inside(each: Json): Reading {
    return new Reading(this.body, this.entry, { listener: this.#listener, each });
  }

  /** The first value that `convert` can use, over the texts in their order. */
  first<Value>(field: string, texts: readonly string[] | undefined, convert: (value: Json) => Value | undefined): Value | undefined {
    if (texts === undefined) return undefined;
    for (const text of texts) {
      for (const value of apart(this.#read(text))) {
        const converted = convert(value);
        if (converted !== undefined) return converted;
      }
    }
    this.#miss(field, texts);
    return undefined;
  }

  /** Every value of every text, lists taken apart. */
  all(field: string, texts: readonly string[] | undefined): Json[] {
    if (texts === undefined) return [];
    const found = texts.flatMap((text) => apart(this.#read(text)));
    if (found.length === 0) this.#miss(field, texts);
    return found;
  }

  /** What the first text that gives anything gives, lists whole. */
  whole(field: string, texts: readonly string[]): Json[] {
    for (const text of texts) {
      const found = this.#read(text);
      if (found.length > 0) return found;
    }
    this.#miss(field, texts);
    return [];
  }

  /** Whether a decision is true; one that fails is not. */
  holds(field: string, text: string | undefined): boolean {
    const compiled = text === undefined ? undefined : compileDecision(text);
    if (!compiled?.ok || compiled.value.kind !== "cel") return false;
    const result = compiled.value.expression.evaluate(this.#inputs(compiled.value.expression));
    if ("failed" in result) this.tell(field, `${result.failed}; this counts as false`);
    return "value" in result && result.value === true;
  }

  #read(text: string): Json[] {
    const compiled = compile(text);
    if (!compiled.ok) return [];
    if (compiled.value.kind === "path") return readSteps(compiled.value.path.steps, this.#start(compiled.value.path));
    const result = compiled.value.expression.evaluate(this.#inputs(compiled.value.expression));
    return "value" in result && result.value !== undefined ? [result.value] : [];
  }

  #start({ fromBody }: Path): Json {
    return fromBody ? this.body.json : (this.#each ?? this.entry);
  }

  #inputs({ reads }: ValueExpression): Record<string, ValueInput> {
    const parts: Record<Name, Json> = { body: this.body.json, entry: this.entry, each: this.#each ?? null };
    return Object.fromEntries(NAMES.filter((name) => reads.has(name)).map((name) => [name, this.body.input(parts[name])]));
  }

  /** Tells the listener of a field. */
  tell(field: string, why: string): void {
    this.#listener?.(field, why);
  }

  /** Why the texts gave nothing: found out only where somebody listens. */
  #miss(field: string, texts: readonly string[]): void {
    if (this.#listener) this.tell(field, texts.map((text) => this.#why(text)).join("; "));
  }

  #why(text: string): string {
    const compiled = compile(text);
    if (!compiled.ok) return compiled.reason.message;
    if (compiled.value.kind === "path") return whereItEnds(compiled.value.path.steps, this.#start(compiled.value.path));
    const result = compiled.value.expression.evaluate(this.#inputs(compiled.value.expression));
    return "failed" in result ? result.failed : `${text} gives nothing that can be used here`;
  }
}
