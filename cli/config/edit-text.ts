// Edits of a configuration's text that leave everything else, comments above all, as it is.
import { patch } from "@decimalturn/toml-patch";
import { stringify } from "smol-toml";
import { type AST, parseTOML } from "toml-eslint-parser";
import { canonicalJson } from "../../src/config/canonical.ts";
import { inlineToml, keyText } from "../../src/config/inline.ts";
import { isTable } from "../../src/config/table.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { own } from "../../src/lib/own.ts";
import { Failure } from "../frame/errors.ts";

/** Where a table stands: `["routes", "prod"]`. */
export type TablePath = readonly [section: string, name: string];

/** Adds a table, at the end. */
export const addTable = (text: string, [section, name]: TablePath, table: Record<string, unknown>): string =>
  proved(
    text,
    (document) => {
      document[section] = { ...Object(document[section]), [name]: table };
    },
    () => `${text.trimEnd()}${text.trim() === "" ? "" : "\n\n"}${stringify({ [section]: { [name]: table } }).trimEnd()}\n`,
  );

/** Removes a table with all below it and the comment right above each part. */
export const removeTable = (text: string, path: TablePath): string =>
  proved(
    text,
    (document) => {
      delete tableAt(document, path.slice(0, 1))[path[1]];
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

/** The edit, if it says what it is meant to say; else the same by a library that knows every way to write a table; else nothing. */
function proved(text: string, change: (document: Record<string, unknown>) => void, edit: () => string): string {
  const before = parseConfigText(text);
  if (!before.ok) throw new Failure(`The configuration's text cannot be read: ${before.reason.message}.`);
  const meant = structuredClone(before.value.document);
  change(meant);
  const says = (edited: string): boolean => {
    const after = parseConfigText(edited);
    return after.ok && canonicalJson(after.value.document) === canonicalJson(meant);
  };
  for (const attempt of [edit, () => patch(text, meant)]) {
    const edited = attempted(attempt);
    if (edited !== undefined && says(edited)) return edited;
  }
  throw new Failure("The configuration's text could not be edited without losing its form.", {
    hint: "Write it to a file with `npx tocsin export -o FILE`, edit that, and apply it.",
  });
}

function attempted(edit: () => string): string | undefined {
  try {
    return edit();
  } catch {
    return undefined;
  }
}

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

const tables = (text: string): AST.TOMLTable[] =>
  parseTOML(text, { tomlVersion: "1.1" }).body[0].body.filter((node) => node.type === "TOMLTable");

function tableNode(text: string, path: TablePath): AST.TOMLTable {
  const found = tables(text).find(
    (node) => node.kind === "standard" && node.resolvedKey.length === path.length && startsWith(node.resolvedKey, path),
  );
  if (found === undefined) throw new Error("written in another way");
  return found;
}

const startsWith = (key: readonly (string | number)[], path: readonly string[]): boolean =>
  path.every((part, index) => key[index] === part);

/** A plain key's name; undefined for a dotted one. */
function nameOf({ key: { keys } }: AST.TOMLKeyValue): string | undefined {
  const [only, ...others] = keys;
  if (only === undefined || others.length > 0) return undefined;
  return only.type === "TOMLBare" ? only.name : only.value;
}

const replaced = (text: string, [from, to]: readonly [number, number], by: string): string => text.slice(0, from) + by + text.slice(to);
const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** Where the comment begins that stands right above a line, or the line itself. */
function commentStart(text: string, at: number): number {
  let start = lineStart(text, at);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!/^\s*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** The end of a line and of the blank ones that follow. */
function blankEnd(text: string, at: number): number {
  const [blank = ""] = /^(\s*\n)+/.exec(text.slice(lineEnd(text, at))) ?? [];
  return lineEnd(text, at) + blank.length;
}

function tableAt(document: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  const found = path.reduce<unknown>((value, key) => (isTable(value) ? own(value, key) : undefined), document);
  if (isTable(found)) return found;
  throw new Failure(`There is no ${path.join(".")} in the configuration.`);
}
