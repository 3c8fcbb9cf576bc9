// Reads a configuration file: text to tables, with the line and column of every key, so that an error can name its place.
import { readFileSync } from "node:fs";
import { type AST, getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { type Path, type Problem, pathText, sentence } from "../src/config/problem.ts";
import { sha256 } from "../src/lib/keys.ts";
import { fail, ok, type Result } from "../src/outcome.ts";

/** A place in a file; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A configuration file as it stands. */
export interface ConfigFile {
  text: string;
  /** SHA-256 of the text. */
  hash: string;
  /** The tables as a plain object. */
  document: Record<string, unknown>;
  /** Where a path stands, or the nearest table or key above it. */
  locate(path: Path): Place;
}

/** Why a file could not be read: no place when there is no such file. */
export interface UnreadableFile extends Partial<Place> {
  message: string;
}

/** Reads and parses a file; what the tables mean is not judged here. */
export function readConfigFile(path: string): Result<ConfigFile, UnreadableFile> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code: unknown = Object(error).code;
    return fail({ message: code === "ENOENT" ? "there is no such file" : `the file cannot be read (${String(code)})` });
  }
  return parseConfigText(text);
}

/** As `readConfigFile`, for text that is already there. */
export function parseConfigText(text: string): Result<ConfigFile, UnreadableFile> {
  try {
    const ast = parseTOML(text);
    const places = placesOf(ast.body[0]);
    return ok({ text, hash: sha256(text), document: getStaticTOMLValue(ast), locate: (path) => locate(places, path) });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail(syntaxError(text, error));
  }
}

/** Problems as lines, in the order of the file: `FILE:LINE: [routes.prod] rules[0].when: ...`. */
export function formatProblems(file: string, problems: readonly Problem[], place: ConfigFile["locate"]): string[] {
  return problems
    .map((problem) => ({ problem, at: place(problem.path) }))
    .sort((left, right) => left.at.line - right.at.line || left.at.column - right.at.column)
    .map(({ problem, at }) => `${file}:${at.line}: ${where(problem.path)}${sentence(problem)}`);
}

/** One line for a file that is not TOML or not there. */
export const formatUnreadable = (file: string, { message, line }: UnreadableFile): string =>
  line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`;

/** Tables are named as they are written; the keys in them follow. */
function where(path: Path): string {
  const depth = path[0] === "relay" ? 1 : 2;
  const [table, keys] = [path.slice(0, depth), path.slice(depth)];
  if (path.length < depth) return `[${path.join(".")}] `;
  return `[${table.map((key) => (/^[\w-]+$/.test(String(key)) ? key : JSON.stringify(key))).join(".")}] ${keys.length > 0 ? `${pathText(keys)}: ` : ""}`;
}

const SYNTAX: Record<string, string | undefined> = {
  "Defining a key multiple times is invalid": "this key or table is already there; keep one of the two",
  "Unspecified values are invalid": "the value is missing",
  "Must be a newline": "something follows the value on this line; begin a new line, or put text into quotes",
  "Unexpected character": "this character is not expected here; text stands in quotes",
};

function syntaxError(text: string, error: SyntaxError): UnreadableFile {
  const { message, index } = error as SyntaxError & { index: number };
  // A missing value is noticed at the line end; the place is where the line still has something.
  const before = text.slice(0, index).trimEnd();
  const until = message === "Unspecified values are invalid" ? before : text.slice(0, index);
  const lines = until.split("\n");
  const said = SYNTAX[message] ?? message.charAt(0).toLowerCase() + message.slice(1);
  return { message: `this is not TOML: ${said}`, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

type Places = Map<string, Place>;
const keyOf = (path: Path): string => JSON.stringify(path);

function locate(places: Places, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const found = places.get(keyOf(path.slice(0, length)));
    if (found !== undefined) return found;
  }
  return { line: 1, column: 1 };
}

function placesOf(top: AST.TOMLTopLevelTable): Places {
  const places: Places = new Map();
  for (const node of top.body) {
    if (node.type === "TOMLKeyValue") keyValue(node, [], places);
    else {
      header(node, places);
      for (const member of node.body) keyValue(member, node.resolvedKey, places);
    }
  }
  return places;
}

/** A header names its table and the tables above it that have no header of their own. */
function header(node: AST.TOMLTable, places: Places): void {
  for (let length = 1; length <= node.resolvedKey.length; length++) note(places, node.resolvedKey.slice(0, length), node.key);
}

function keyValue(node: AST.TOMLKeyValue, table: Path, places: Places): void {
  const path = [...table, ...getStaticTOMLValue(node.key)];
  for (let length = table.length + 1; length <= path.length; length++) note(places, path.slice(0, length), node.key);
  content(node.value, path, places);
}

function content(node: AST.TOMLContentNode, path: Path, places: Places): void {
  if (node.type === "TOMLInlineTable") for (const member of node.body) keyValue(member, path, places);
  if (node.type !== "TOMLArray") return;
  for (const [index, element] of node.elements.entries()) {
    note(places, [...path, index], element);
    content(element, [...path, index], places);
  }
}

function note(places: Places, path: Path, { loc }: AST.HasLocs): void {
  const key = keyOf(path);
  if (!places.has(key)) places.set(key, { line: loc.start.line, column: loc.start.column + 1 });
}
