// Reads the fields of a mapping from a body, and can say why one of them found nothing.
import type { Json } from "../../alert.ts";
import { type ValueExpression, type ValueInput, valueInput } from "../../rules/value.ts";
import { compile, compileDecision, NAMES, type Name } from "./expression.ts";
import { type Path, readSteps, whereItEnds } from "./path.ts";

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
    if (fromBody) return this.body.json;
    return this.#each === undefined ? this.entry : this.#each;
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
