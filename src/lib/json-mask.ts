// Takes values out of a JSON document, by the places where they stand. In doubt it takes more: a list on the way is gone through, and
// a text that holds JSON is read where a path leads into it. What was taken is then taken out of every other text as well.
import type { Json } from "./json.ts";
import type { Step } from "./json-path.ts";
import { own } from "./own.ts";

/** Where values stand, and what stands in their place. */
export interface MaskRule {
  steps: readonly Step[];
  /** For a scalar as text; for a list or an object its JSON. */
  replace(value: string): string;
}

/** A document after masking. */
export interface Masked {
  document: Json;
  /** How many values each rule took out, in the order of the rules. */
  found: number[];
}

/** A value that is taken out of other texts as well: shorter ones, and words of letters alone, stand in texts of their own right. */
const isTelling = (value: string): boolean => value.length >= 6 && !/^[A-Za-z]+$/.test(value);
/** Values that are looked for in other texts. */
const MOST_TELLING = 500;
/** Longer ones are compared by themselves: a regular expression of tens of thousands of characters is refused by the engine. */
const LONG = 1_000;
const HOLDS_JSON = /^\s*[[{]/;
/** A document is read as deep as this; below, everything counts as one value. */
const MOST_DEPTH = 100;

/** Masks a document. What it was made of is changed: hand over what nobody else holds. */
export function maskDocument(document: Json, rules: readonly MaskRule[]): Masked {
  const taken = new Map<string, string>();
  const found: number[] = [];
  let masked = document;
  for (const { steps, replace } of rules) {
    const pass = new Pass(steps, replace, taken);
    masked = pass.at(masked, 0, 0);
    found.push(pass.found);
  }
  return { document: withoutTaken(masked, taken), found };
}

/** One rule's way through a document. */
class Pass {
  readonly #steps: readonly Step[];
  readonly #replace: (value: string) => string;
  readonly #taken: Map<string, string>;
  found = 0;

  constructor(steps: readonly Step[], replace: (value: string) => string, taken: Map<string, string>) {
    this.#steps = steps;
    this.#replace = replace;
    this.#taken = taken;
  }

  /** The value with everything masked that the steps from `index` on lead to. */
  at(value: Json, index: number, depth: number): Json {
    const step = this.#steps[index];
    if (step === undefined) return this.#mask(value);
    if (value === null || typeof value === "number" || typeof value === "boolean") return value;
    if (depth > MOST_DEPTH) return this.#mask(value);
    if (typeof value === "string") return this.#within(value, index, depth);
    if (step === "each") return Array.isArray(value) ? this.#all(value, index + 1, depth) : this.at(value, index + 1, depth);
    if (step === "any") return this.#all(value, index + 1, depth);
    // Both what lies here and whatever lies deeper.
    if (step === "deep") return this.#all(this.at(value, index + 1, depth), index, depth);
    const { name } = step;
    if (Array.isArray(value)) return /^\d+$/.test(name) ? this.#one(value, Number(name), index, depth) : this.#all(value, index, depth);
    const member = own(value, name);
    if (member !== undefined) value[name] = this.at(member, index + 1, depth + 1);
    return value;
  }

  #one(list: Json[], position: number, index: number, depth: number): Json {
    const member = list[position];
    if (member !== undefined) list[position] = this.at(member, index + 1, depth + 1);
    return list;
  }

  #all(value: Json, index: number, depth: number): Json {
    if (Array.isArray(value)) {
      for (const [position, member] of value.entries()) value[position] = this.at(member, index, depth + 1);
    } else if (value !== null && typeof value === "object") {
      for (const [name, member] of Object.entries(value)) value[name] = this.at(member, index, depth + 1);
    }
    return value;
  }

  /** A text that holds JSON, as an envelope does. */
  #within(text: string, index: number, depth: number): string {
    if (!HOLDS_JSON.test(text)) return text;
    let inner: Json;
    try {
      inner = JSON.parse(text);
    } catch {
      return text;
    }
    const before = this.found;
    const masked = this.at(inner, index, depth + 1);
    return this.found === before ? text : (jsonOf(masked) ?? this.#mask(text));
  }

  #mask<Value extends Json>(value: Value): Value | string {
    if (value === null || value === "") return value;
    this.found += 1;
    const text = typeof value === "object" ? (jsonOf(value) ?? "") : String(value);
    const replacement = this.#replace(text);
    for (const scalar of scalarsOf(value)) if (isTelling(scalar) && this.#taken.size < MOST_TELLING) this.#taken.set(scalar, replacement);
    return replacement;
  }
}

/** Undefined where it is nested so deeply that it cannot be written. */
function jsonOf(value: Json): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function scalarsOf(value: Json, depth = 0): string[] {
  if (value === null || typeof value === "boolean" || depth > MOST_DEPTH) return [];
  return typeof value === "object" ? Object.values(value).flatMap((member) => scalarsOf(member, depth + 1)) : [String(value)];
}

/** The document with every taken value replaced wherever it stands in a text or a name, in any case of its letters. */
function withoutTaken(document: Json, taken: ReadonlyMap<string, string>): Json {
  if (taken.size === 0) return document;
  const replacements = new Map([...taken].map(([value, replacement]) => [value.toLowerCase(), replacement]));
  // Long ones first: a part that is gone would leave the rest of the whole.
  const values = [...taken.keys()].sort((left, right) => right.length - left.length);
  const long = values.filter(({ length }) => length > LONG);
  const short = values.slice(long.length);
  const pattern = short.length > 0 ? new RegExp(short.map(escaped).join("|"), "gi") : undefined;
  const clean = (text: string): string => {
    const whole = replacements.get(text.toLowerCase());
    if (whole !== undefined) return whole;
    const rest = long.reduce((left, value) => left.replaceAll(value, replacements.get(value.toLowerCase()) ?? ""), text);
    return pattern ? rest.replace(pattern, (found) => replacements.get(found.toLowerCase()) ?? "") : rest;
  };
  const walk = (value: Json, depth: number): Json => {
    if (typeof value === "string") return clean(value);
    if (typeof value === "number") return replacements.get(String(value)) ?? value;
    if (value === null || typeof value !== "object" || depth > MOST_DEPTH) return typeof value === "boolean" ? value : null;
    if (Array.isArray(value)) return value.map((member) => walk(member, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [clean(name), walk(member, depth + 1)]));
  };
  return walk(document, 0);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
