// Alert to values of a condition, guided by the shapes. A field is converted when a condition asks for it, so that a rule over two fields
// does not pay for the observables.
import type { Json } from "../alert.ts";
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

  constructor(shape: RecordShape, value: object) {
    super();
    this.#shape = shape;
    this.#value = value;
  }

  override get(name: string): Value | undefined {
    const known = super.get(name);
    if (known !== undefined) return known;
    const shape = Object.hasOwn(this.#shape.fields, name) ? this.#shape.fields[name] : undefined;
    if (shape === undefined) return undefined;
    const made = shapedValue(shape, Reflect.get(this.#value, name) ?? undefined);
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
    return JSON.stringify(this.#value) === JSON.stringify(other.#value);
  }
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

function shapedValue(shape: Shape, value: unknown): Value {
  switch (shape.kind) {
    case "text":
      return typeof value === "string" ? value : "";
    case "int":
      return typeof value === "number" ? BigInt(Math.trunc(value)) : 0n;
    case "double":
      return typeof value === "number" ? value : 0;
    case "flag":
      return value === true;
    case "list":
      return Array.isArray(value) ? value.map((member) => shapedValue(shape.of, member)) : [];
    case "record":
      return new Fields(shape, typeof value === "object" && value !== null ? value : {});
    case "table":
      return table(value, (member) => shapedValue(shape.of, member));
    case "any":
    case "time":
    case "span":
    case "absent":
      return jsonValue(value as Json | undefined);
  }
}

/** JSON as a condition sees it: every number is a double, whether it happens to be whole or not, so that a rule behaves the same for 7 and 7.5. */
export function jsonValue(value: Json | undefined): Value {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(jsonValue);
  if (typeof value === "object") return table(value, (member) => jsonValue(member as Json));
  return value;
}

function table(value: unknown, convert: (member: unknown) => Value): Map<string, Value> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return new Map(entries.map(([key, member]) => [key, convert(member)]));
}
