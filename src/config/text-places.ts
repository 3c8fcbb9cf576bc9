// Where the tables of a TOML text stand, with the comments that belong to them.
import { type PlacedTable, placedTables } from "./toml-places.ts";

/** Where a table stands: `["routes", "prod"]`, `["routes", "prod", "rules", 0]`. */
export type TablePath = readonly (string | number)[];
/** A part of a text. */
export type Range = readonly [from: number, to: number];

/** The table at a path; throws where it is written in another way. */
export function tableAt(text: string, path: TablePath): PlacedTable {
  const isMember = typeof path.at(-1) === "number";
  const found = placedTables(text).find(
    (table) => table.isMember === isMember && table.path.length === path.length && startsWith(table.path, path),
  );
  if (found === undefined) throw new Error("written in another way");
  return found;
}

/** Whether a key lies at a path or below it. */
export const startsWith = (key: TablePath, path: TablePath): boolean => path.every((part, index) => key[index] === part);

/** A text with another one in the place of a part. */
export const replaced = (text: string, [from, to]: Range, by: string): string => text.slice(0, from) + by + text.slice(to);

/** The beginning of the line of a place. */
export const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

/** The end of the line of a place. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** Where the comment begins that stands right above a line, or the line itself. `floor`: what stands before is no comment. */
export function commentStart(text: string, at: number, floor = 0): number {
  let start = lineStart(text, at);
  while (start > floor) {
    const above = lineStart(text, start - 1);
    if (above < floor || !/^\s*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** The end of a line and of the blank ones that follow. */
export function blankEnd(text: string, at: number): number {
  const [blank = ""] = /^(\s*\n)+/.exec(text.slice(lineEnd(text, at))) ?? [];
  return lineEnd(text, at) + blank.length;
}

/**
 * A table with all below it, from the comment right above it to the last line that belongs to it, which may be a comment that stands above
 * nothing else. Throws where its parts do not stand together.
 */
export function blockAt(text: string, path: TablePath): Range {
  const all = placedTables(text);
  const own = all.flatMap((table, index) => (startsWith(table.path, path) ? [index] : []));
  const [first, last] = [all[own[0] ?? -1], all[own.at(-1) ?? -1]];
  if (first === undefined || last === undefined || own.some((place, index) => place !== (own[0] ?? 0) + index))
    throw new Error("written in another way");
  return [commentStart(text, first.at, endBefore(all, first)), commentEnd(text, lineEnd(text, last.end))];
}

/** Where the table above one ends: a line of a text of several lines may look like a comment. */
export const endBefore = (all: readonly PlacedTable[], table: PlacedTable): number => all[all.indexOf(table) - 1]?.end ?? 0;

/** The end of the comment right below a line, where a blank line or nothing follows; else the line's own end. */
function commentEnd(text: string, end: number): number {
  const [comment = ""] = /^(\n[ \t]*#[^\n]*)+(?=\n[ \t]*\r?(\n|$)|\n?$)/.exec(text.slice(end)) ?? [];
  return end + comment.length;
}
