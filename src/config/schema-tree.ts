// Looks into a zod schema: which keys a table may have, and which fields are secrets. It follows the wrappers
// (optional, default, union, pipe ...), so adapters may write their schemas as they like.
import * as z from "zod";
import type { Path } from "./problem.ts";

type Schema = z.core.$ZodType;

/** The keys that may stand in the table at `path`. */
export function keysAt(schema: Schema, path: Path): string[] {
  const tables = path.reduce<Schema[]>((schemas, key) => schemas.flatMap((one) => childrenOf(one, key)), forms(schema)).flatMap(forms);
  const keys = tables.flatMap((one) =>
    shapeEntries(one)
      .filter(([, field]) => !isNever(field))
      .map(([key]) => key),
  );
  return [...new Set(keys)];
}

/** Every text in `value` that stands in a field made with `secret()`, with its path. */
export function secretTexts(schema: Schema, value: unknown, path: Path = []): { path: Path; text: string }[] {
  if (typeof value === "string") return isSecret(schema) ? [{ path, text: value }] : [];
  const found = membersOf(value).flatMap(([key, member]) =>
    forms(schema).flatMap((form) => childrenOf(form, key).flatMap((child) => secretTexts(child, member, [...path, key]))),
  );
  return found.filter((one, index) => found.findIndex((other) => String(other.path) === String(one.path)) === index);
}

/** Every text in `value` that stands where the schema has no place for it: nobody can tell what it is. */
export function strayTexts(schema: Schema, value: unknown): { path: Path; text: string }[] {
  return strays(forms(schema), value, []);
}

/** Every text in a value, with its path. */
export function textsIn(value: unknown, path: Path = []): { path: Path; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  return membersOf(value).flatMap(([key, member]) => textsIn(member, [...path, key]));
}

function strays(schemas: Schema[], value: unknown, path: Path): { path: Path; text: string }[] {
  // A field that is read by a function may hold anything.
  if (schemas.some((one) => OPEN.has((one as z.core.$ZodTypes)._zod.def.type))) return [];
  return membersOf(value).flatMap(([key, member]) => {
    const children = schemas.flatMap((one) => childrenOf(one, key)).flatMap(forms);
    return children.length === 0 ? textsIn(member, [...path, key]) : strays(children, member, [...path, key]);
  });
}

const OPEN: ReadonlySet<string> = new Set(["unknown", "any", "custom", "transform"]);

function membersOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return [...value.entries()];
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** Whether a field is a secret in any of its forms. */
function isSecret(schema: Schema): boolean {
  const meta: unknown = z.globalRegistry.get(schema)?.secret;
  if (meta === true) return true;
  const inner = innerOf(schema);
  return inner.some(isSecret);
}

/** A schema without its wrappers: more than one for a union. */
function forms(schema: Schema): Schema[] {
  const inner = innerOf(schema);
  return inner.length === 0 ? [schema] : inner.flatMap(forms);
}

function innerOf(schema: Schema): Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "catch":
    case "readonly":
      return [def.innerType];
    case "pipe":
      return [def.in, def.out];
    case "union":
      return [...def.options];
    case "intersection":
      return [def.left, def.right];
    case "lazy":
      return [def.getter()];
    default:
      return [];
  }
}

function childrenOf(schema: Schema, key: string | number): Schema[] {
  return forms(schema).flatMap((form) => {
    const { def } = (form as z.core.$ZodTypes)._zod;
    if (def.type === "array") return [def.element];
    if (def.type === "record") return [def.valueType];
    return shapeEntries(form).flatMap(([name, field]) => (name === key ? [field] : []));
  });
}

function shapeEntries(schema: Schema): [string, Schema][] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === "object" ? Object.entries(def.shape) : [];
}

const isNever = (schema: Schema): boolean => forms(schema).some((form) => (form as z.core.$ZodTypes)._zod.def.type === "never");
