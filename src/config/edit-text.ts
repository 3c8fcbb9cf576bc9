// Edits of a configuration's text that leave everything else, comments above all, as it is.
import { stringify } from "smol-toml";
import { own } from "../lib/own.ts";
import { ok } from "../outcome.ts";
import { inlineToml, keyText } from "./inline.ts";
import { type Edited, Missing, type OtherHand, proved } from "./proved-edit.ts";
import { isTable } from "./table.ts";
import { blankEnd, commentStart, endBefore, lineEnd, lineStart, replaced, startsWith, type TablePath, tableAt } from "./text-places.ts";
import { parseConfigText } from "./toml.ts";
import { type PlacedTable, placedTables } from "./toml-places.ts";
import { valueToml } from "./value-text.ts";

/** Adds a table, at the end. */
export const addTable = (
  text: string,
  [section, name]: readonly [section: string, name: string],
  table: Record<string, unknown>,
  other?: OtherHand,
): Edited =>
  proved(
    text,
    (document) => {
      document[section] = { ...Object(document[section]), [name]: table };
    },
    [
      () => `${text.trimEnd()}${text.trim() === "" ? "" : "\n\n"}${stringify({ [section]: { [name]: table } }).trimEnd()}\n`,
      other,
      rewriting([section]),
    ],
  );

/** Removes a table, or a member of a list of tables, with all below it and the comment right above each part. */
export const removeTable = (text: string, path: TablePath, other?: OtherHand): Edited =>
  proved(
    text,
    (document) => {
      const parent = valueAt(document, path.slice(0, -1));
      const key = path.at(-1) ?? "";
      if (!Array.isArray(parent)) delete Object(parent)[key];
      else if (parent.length > 1) parent.splice(Number(key), 1);
      // A list of tables that has none is no longer there.
      else delete Object(valueAt(document, path.slice(0, -2)))[path.at(-2) ?? ""];
    },
    [() => withoutTables(text, (table) => startsWith(table.path, path)), other, rewriting(path.slice(0, -1))],
  );

/** Sets keys of a table, or takes them out where the value is undefined. New ones stand below the table's first key. */
export function setKeys(text: string, path: TablePath, values: Record<string, unknown>, other?: OtherHand): Edited {
  let edited: Edited = ok(text);
  for (const [key, value] of Object.entries(values)) if (edited.ok) edited = setKey(edited.value, path, key, value, other);
  return edited;
}

const setKey = (text: string, path: TablePath, key: string, value: unknown, other?: OtherHand): Edited =>
  proved(
    text,
    (document) => {
      const table = valueAt(document, path);
      if (!isTable(table)) throw new Missing(path.join("."));
      if (value === undefined) delete table[key];
      else table[key] = value;
    },
    [() => (value === undefined ? withoutKey(text, path, key) : withKey(text, path, key, value)), other, rewriting([...path, key])],
  );

function withKey(text: string, path: TablePath, key: string, value: unknown): string {
  const known = tableAt(text, path).pairs.find(({ name }) => name === key);
  if (known !== undefined) return replaced(text, known.range, valueToml(value));
  // A table of its own becomes a value of one line.
  const plain = withoutTables(text, (table) => startsWith(table.path, [...path, key]));
  const table = tableAt(plain, path);
  const at = lineEnd(plain, table.pairs[0]?.range[1] ?? table.headEnd);
  return replaced(plain, [at, at], `\n${keyText(key)} = ${valueToml(value)}`);
}

function withoutKey(text: string, path: TablePath, key: string): string {
  const known = tableAt(text, path).pairs.find(({ name }) => name === key);
  if (known === undefined) return withoutTables(text, (table) => startsWith(table.path, [...path, key]));
  return replaced(text, [lineStart(text, known.at), lineEnd(text, known.range[1]) + 1], "");
}

function withoutTables(text: string, goes: (table: PlacedTable) => boolean): string {
  const all = placedTables(text);
  const gone = all.filter(goes);
  if (gone.length === 0) return text;
  return gone
    .toReversed()
    .reduce((rest, table) => replaced(rest, [commentStart(rest, table.at, endBefore(all, table)), blankEnd(rest, table.end)], ""), text)
    .replace(/\n+$/, "\n");
}

/** What stands in one line, or in brackets over several, written anew: the nearest value at a path or above it. */
export const rewriting =
  (path: TablePath): OtherHand =>
  (text, meant) => {
    const file = parseConfigText(text);
    for (let length = path.length; file.ok && length > 0; length--) {
      const above = path.slice(0, length);
      const range = file.value.rangeOf(above);
      const value = valueAt(meant, above);
      if (range)
        return value === undefined ? withoutKey(text, above.slice(0, -1), String(above.at(-1))) : replaced(text, range, inlineToml(value));
    }
    throw new Error("written in another way");
  };

/** The value at a path. */
export const valueAt = (document: Record<string, unknown>, path: TablePath): unknown =>
  path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isTable(value) ? own(value, String(key)) : undefined;
  }, document);
