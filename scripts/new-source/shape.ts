// What a payload looks like, from samples of it: which members there are, of which kinds, however deep.
import type { Json } from "../../src/alert.ts";
import { isObject } from "../../src/sources/read.ts";

/** One place in the payload, over all samples of it. */
export interface Shape {
  kinds: Set<"text" | "number" | "flag" | "object" | "list">;
  /** Texts, numbers and flags as they came, the first few. */
  values: (string | number | boolean)[];
  members: Map<string, Shape>;
  /** The members of lists, as one. */
  items?: Shape;
}

const MOST_VALUES = 5;
/** Beyond these, a schema says more than anybody reads; what is left out is still kept in the payload. */
const MOST_DEPTH = 8;
const MOST_MEMBERS = 300;

/** The shape of all values together. */
export function shapeOf(values: readonly Json[]): Shape {
  const room = { members: MOST_MEMBERS };
  const shape = emptyShape();
  for (const value of values) join(shape, value, 0, room);
  return shape;
}

const emptyShape = (): Shape => ({ kinds: new Set(), values: [], members: new Map() });

function join(shape: Shape, value: Json, depth: number, room: { members: number }): void {
  // Nothing is told by an empty text, as by null.
  if (value === null || value === "" || depth > MOST_DEPTH) return;
  if (Array.isArray(value)) {
    shape.kinds.add("list");
    shape.items ??= emptyShape();
    for (const item of value) join(shape.items, item, depth + 1, room);
  } else if (isObject(value)) {
    shape.kinds.add("object");
    for (const [key, member] of Object.entries(value)) joinMember(shape, key, member, depth, room);
  } else {
    shape.kinds.add(typeof value === "string" ? "text" : typeof value === "number" ? "number" : "flag");
    if (shape.values.length < MOST_VALUES) shape.values.push(value);
  }
}

function joinMember(shape: Shape, key: string, member: Json, depth: number, room: { members: number }): void {
  // As a member of a literal it would set the prototype in place of a field.
  if (key === "__proto__") return;
  let known = shape.members.get(key);
  if (known === undefined) {
    if (room.members === 0) return;
    room.members -= 1;
    known = emptyShape();
    shape.members.set(key, known);
  }
  join(known, member, depth + 1, room);
}

/** What the generated schema reads a place as. */
export type Reading = "line" | "text" | "number" | "flag" | "lines" | "fields" | "entries";

/** The building block of `src/sources/lenient.ts` for a shape. Of several kinds, the one that keeps most wins. */
export function readingOf(shape: Shape, name: string): Reading {
  const { kinds, items } = shape;
  if (kinds.has("object") && shape.members.size > 0) return "fields";
  if (kinds.has("list")) return items?.kinds.has("object") && items.members.size > 0 ? "entries" : "lines";
  if (kinds.has("text")) return shape.values.some(isLong) || /descr|message|detail|body|reason|note/.test(name) ? "text" : "line";
  // A number that names something has to keep its digits: beyond 2^53 it arrives as text.
  if (kinds.has("number")) return /(?:^|_)(?:u?u?id|guid|key|code|number|serial)s?$/.test(name) ? "line" : "number";
  return kinds.has("flag") ? "flag" : "line";
}

const isLong = (value: string | number | boolean): boolean => typeof value === "string" && (value.length > 120 || /\n/.test(value));
