// Alert to values of a condition, guided by the shapes. A field is converted when a condition asks for it, so that a rule over two fields
// does not pay for the observables, and is kept for the next rule.
import type { Json } from "../alert.ts";
import { spendOnText } from "./limits.ts";
import { type Seen, Whole } from "./seen.ts";
import type { RecordShape, Shape } from "./shape.ts";
import type { Time } from "./time.ts";

/** What a condition can hold: whole numbers as `bigint`, decimal ones as `number`. */
export type Value = null | string | boolean | number | bigint | Time | Value[] | Map<string, Value>;

/**
 * A record of declared fields. An absent one reads as empty, and `has()` says that it is absent: `alert.tenant == "acme"` is false, not an
 * error, where there is no tenant.
 */
export class Fields extends Map<string, Value> {
  readonly #shape: RecordShape;
  readonly #value: object;
  readonly #seen: Seen;

  constructor(shape: RecordShape, value: object, seen: Seen) {
    super();
    this.#shape = shape;
    this.#value = value;
    this.#seen = seen;
  }

  override get(name: string): Value | undefined {
    const made = super.get(name) ?? this.#make(name);
    // Whoever reads a long text does something with it, and may do so for each member of a list.
    if (typeof made === "string" && made.length > LONG && !spendOnText(made)) return "";
    return made;
  }

  #make(name: string): Value | undefined {
    const shape = Object.hasOwn(this.#shape.fields, name) ? this.#shape.fields[name] : undefined;
    if (shape === undefined) return undefined;
    const made = shapedValue(shape, Reflect.get(this.#value, name) ?? undefined, this.#seen.field(name));
    super.set(name, made);
    return made;
  }

  override has(name: string): boolean {
    return Object.hasOwn(this.#shape.fields, name) && isPresent(Reflect.get(this.#value, name));
  }

  override keys(): MapIterator<string> {
    return new Map(Object.keys(this.#shape.fields).map((name) => [name, name])).keys();
  }

  /** Whether two records were made of the same fields. */
  same(other: Fields): boolean {
    const [own, others] = [JSON.stringify(this.#value), JSON.stringify(other.#value)];
    return spendOnText(own + others) && own === others;
  }
}

const LONG = 1_024;

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

function shapedValue(shape: Shape, value: unknown, seen: Seen): Value {
  switch (shape.kind) {
    case "text":
      return typeof value === "string" ? seen.text(value) : "";
    case "int":
      return typeof value === "number" ? BigInt(Math.trunc(value)) : 0n;
    case "double":
      return typeof value === "number" ? value : 0;
    case "flag":
      return value === true;
    case "list":
      if (!Array.isArray(value)) return [];
      return seen.once(value, () => seen.members(value).map((member) => shapedValue(shape.of, member, seen)));
    case "record":
      return new Fields(shape, typeof value === "object" && value !== null ? value : {}, seen);
    case "table":
      if (typeof value !== "object" || value === null) return new Map();
      return new Map(seen.members(Object.entries(value)).map(([key, member]) => [key, shapedValue(shape.of, member, seen)]));
    case "any":
    case "lists":
    case "time":
    case "span":
    case "absent":
      return seen.once(Object(value), () => converted(value as Json | undefined, seen, { values: 0 }));
  }
}

/** JSON as an expression sees it: every number is a double, whether it happens to be whole or not, so that a rule behaves the same for 7 and 7.5. */
export const jsonValue = (value: Json | undefined): Value => converted(value, new Whole(""), { values: 0 });

function converted(value: Json | undefined, seen: Seen, so: { values: number }): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return seen.text(value);
  if (typeof value !== "object") return value;
  const isSeen = () => seen.isWithin(so.values++);
  if (Array.isArray(value))
    return seen
      .members(value)
      .filter(isSeen)
      .map((member) => converted(member, seen, so));
  const entries = seen.members(Object.entries(value)).filter(isSeen);
  return new Map(entries.map(([key, member]) => [key, converted(member, seen, so)]));
}
