// Edits of a configuration's text that leave everything else, comments above all, as it is.
import { stringify } from "smol-toml";
import type { AST } from "toml-eslint-parser";
import { inlineToml, keyText } from "../../src/config/inline.ts";
import { isTable } from "../../src/config/table.ts";
import { own } from "../../src/lib/own.ts";
import { Failure } from "../frame/errors.ts";
import { proved } from "./proved-edit.ts";
import {
  blankEnd,
  commentStart,
  lineEnd,
  lineStart,
  nameOf,
  replaced,
  startsWith,
  type TablePath,
  tableNode,
  tables,
} from "./text-places.ts";

/** Adds a table, at the end. */
export const addTable = (text: string, [section, name]: readonly [section: string, name: string], table: Record<string, unknown>): string =>
  proved(
    text,
    (document) => {
      document[section] = { ...Object(document[section]), [name]: table };
    },
    () => `${text.trimEnd()}${text.trim() === "" ? "" : "\n\n"}${stringify({ [section]: { [name]: table } }).trimEnd()}\n`,
  );

/** Removes a table, or a member of a list of tables, with all below it and the comment right above each part. */
export const removeTable = (text: string, path: TablePath): string =>
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
    () => withoutTables(text, (node) => startsWith(node.resolvedKey, path)),
  );

/** Sets keys of a table, or takes them out where the value is undefined. New ones stand below the table's first key. */
export const setKeys = (text: string, path: TablePath, values: Record<string, unknown>): string =>
  Object.entries(values).reduce(
    (rest, [key, value]) =>
      proved(
        rest,
        (document) => {
          const table = tableAt(document, path);
          if (value === undefined) delete table[key];
          else table[key] = value;
        },
        () => (value === undefined ? withoutKey(rest, path, key) : withKey(rest, path, key, value)),
      ),
    text,
  );

function withKey(text: string, path: TablePath, key: string, value: unknown): string {
  const table = tableNode(text, path);
  const own = table.body.find((member) => nameOf(member) === key);
  if (own !== undefined) return replaced(text, own.value.range, inlineToml(value));
  const [first] = table.body;
  const at = lineEnd(text, (first ?? table).range[1]);
  return replaced(text, [at, at], `\n${keyText(key)} = ${inlineToml(value)}`);
}

function withoutKey(text: string, path: TablePath, key: string): string {
  const own = tableNode(text, path).body.find((member) => nameOf(member) === key);
  if (own === undefined) return withoutTables(text, (node) => startsWith(node.resolvedKey, [...path, key]));
  return replaced(text, [lineStart(text, own.range[0]), lineEnd(text, own.range[1]) + 1], "");
}

function withoutTables(text: string, goes: (node: AST.TOMLTable) => boolean): string {
  const nodes = tables(text).filter(goes);
  return nodes
    .toReversed()
    .reduce((rest, { range: [from, to] }) => replaced(rest, [commentStart(rest, from), blankEnd(rest, to)], ""), text)
    .replace(/\n+$/, "\n");
}

const valueAt = (document: Record<string, unknown>, path: TablePath): unknown =>
  path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isTable(value) ? own(value, String(key)) : undefined;
  }, document);

function tableAt(document: Record<string, unknown>, path: TablePath): Record<string, unknown> {
  const found = valueAt(document, path);
  if (isTable(found)) return found;
  throw new Failure(`There is no ${path.join(".")} in the configuration.`);
}
