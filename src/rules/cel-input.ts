// Alert to CEL values, guided by the shapes. Only the fields that a condition names are converted, so that a rule over
// two fields does not pay for the observables.
import { type CelInput, celMap } from "@bufbuild/cel";
import type { Json } from "../alert.ts";
import type { RecordShape, Shape } from "./shape.ts";

/**
 * A record as a CEL map of the fields `only` (all without it). An absent field reads as empty, and `has()` says false,
 * as CEL defines it for messages: `alert.tenant == "acme"` is false, not an error, where there is no tenant.
 */
export function recordInput(shape: RecordShape, value: object, only: Iterable<string> = Object.keys(shape.fields)): CelInput {
  const values = new Map<string, CelInput>();
  const absent = new Set<string>();
  for (const name of only) {
    const field = shape.fields[name];
    if (field === undefined) continue;
    const found: unknown = Reflect.get(value, name);
    if (found === undefined || found === null) absent.add(name);
    values.set(name, shapedInput(field, found ?? undefined));
  }
  const map = celMap(values);
  map.has = (key) => typeof key === "string" && values.has(key) && !absent.has(key);
  return map;
}

function shapedInput(shape: Shape, value: unknown): CelInput {
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
      return Array.isArray(value) ? value.map((member) => shapedInput(shape.of, member)) : [];
    case "record":
      return recordInput(shape, typeof value === "object" && value !== null ? value : {});
    case "table":
      return tableInput(value, (member) => shapedInput(shape.of, member));
    case "any":
    case "time":
    case "span":
    case "absent":
      return jsonInput(value as Json | undefined);
  }
}

/** JSON as CEL sees it: every number is a double, whether it happens to be whole or not, so that a rule behaves the same for 7 and 7.5. */
export function jsonInput(value: Json | undefined): CelInput {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(jsonInput);
  if (typeof value === "object") return tableInput(value, (member) => jsonInput(member as Json));
  return value;
}

function tableInput(value: unknown, convert: (member: unknown) => CelInput): CelInput {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return new Map(entries.map(([key, member]) => [key, convert(member)]));
}
