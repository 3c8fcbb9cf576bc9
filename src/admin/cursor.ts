// Where a list goes on: the sort key of the last item, opaque to whoever sends it back.
import { Buffer } from "node:buffer";

/** The sort key of an item. */
export interface Position {
  /** `created_at`, ISO 8601 UTC with milliseconds. */
  at: string;
  /** Decides between items of the same moment. */
  id: string;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const MOST_CHARACTERS = 1_000;

/** A position as text for an address. */
export const encodeCursor = ({ at, id }: Position): string => Buffer.from(JSON.stringify([at, id])).toString("base64url");

/** The position of a cursor, or undefined when we never made it. */
export function decodeCursor(text: string): Position | undefined {
  if (text.length > MOST_CHARACTERS || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
    const [at, id]: unknown[] = parsed;
    return typeof at === "string" && TIME.test(at) && typeof id === "string" && id !== "" ? { at, id } : undefined;
  } catch {
    return undefined;
  }
}

/** A page of a list as the API answers it. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** Cuts a list that was read one item too far, so that `next` is null exactly at the end. */
export function pageOf<Item>(found: Item[], limit: number, positionOf: (item: Item) => Position): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null };
}

/** Newest first, ties by id: the order of every list. */
export function byNewest(left: Position, right: Position): number {
  if (left.at !== right.at) return left.at < right.at ? 1 : -1;
  return left.id === right.id ? 0 : left.id < right.id ? 1 : -1;
}
