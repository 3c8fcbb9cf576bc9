// TOML with places: text to tables, with the line and column of every key, so that an error can name its place.
import { type AST, getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { sha256 } from "../lib/keys.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { type Path, type Problem, pathText, sentence } from "./problem.ts";

/** A place in a text; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A configuration's text, read. What the tables mean is not judged here. */
export interface ConfigFile {
  text: string;
  /** SHA-256 of the text. */
  hash: string;
  /** The tables as a plain object. */
  document: Record<string, unknown>;
  /** Where a path stands, or the nearest table or key above it. */
  locate(path: Path): Place;
  /** Where in the text the value of a path is written, from and to (exclusive); undefined where it has no place of its own. */
  rangeOf(path: Path): readonly [from: number, to: number] | undefined;
}

/** Why a text could not be read: no place when there is no such file. */
export interface UnreadableFile extends Partial<Place> {
  message: string;
}

/** A problem with its place, as it is told to programs: `routes.prod.rules[0].when`. */
export interface PlacedProblem extends Place {
  key: string;
  message: string;
}

/** Text to tables. */
export function parseConfigText(text: string): Result<ConfigFile, UnreadableFile> {
  try {
    const ast = parseTOML(text);
    const notes = notesOf(ast.body[0]);
    const bad = [...notes].find(([key]) => key.includes(NO_KEY));
    if (bad !== undefined) return fail({ message: "__proto__ is not a key that may stand here", line: bad[1].line, column: bad[1].column });
    const file = { text, hash: sha256(text), document: getStaticTOMLValue(ast) };
    return ok({ ...file, locate: (path) => locate(notes, path), rangeOf: (path) => notes.get(keyOf(path))?.range });
  } catch (error) {
    if (error instanceof SyntaxError) return fail(syntaxError(text, error));
    if (error instanceof RangeError) return fail({ message: "this is not a configuration: lists or tables are nested too deeply", ...TOP });
    throw error;
  }
}

/** Problems with their places, in the order of the text. */
export function placed(problems: readonly Problem[], locate: ConfigFile["locate"]): (Place & { problem: Problem })[] {
  return problems
    .map((problem) => ({ problem, ...locate(problem.path) }))
    .sort((left, right) => left.line - right.line || left.column - right.column);
}

/** The same for programs: the key in words, and the sentence. */
export const placedProblems = (problems: readonly Problem[], locate: ConfigFile["locate"]): PlacedProblem[] =>
  placed(problems, locate).map(({ problem, line, column }) => ({ key: pathText(problem.path), line, column, message: sentence(problem) }));

/** In JavaScript it would not be a key of its own. */
const NO_KEY = '"__proto__"';

const SYNTAX: Record<string, string | undefined> = {
  "Defining a key multiple times is invalid": "this key or table is already there; keep one of the two",
  "Unspecified values are invalid": "the value is missing",
  "Must be a newline": "something follows the value on this line; begin a new line, or put text into quotes",
  "Unexpected character": "this character is not expected here; text stands in quotes",
};

function syntaxError(text: string, error: SyntaxError): UnreadableFile {
  const { message, index } = error as SyntaxError & { index: number };
  // What is missing or not closed is noticed behind the line; the place is where the line still has something.
  const isLate = message === "Unspecified values are invalid" || /^unterminated/i.test(message);
  const until = isLate ? text.slice(0, index).trimEnd() : text.slice(0, index);
  const lines = until.split("\n");
  const said = SYNTAX[message] ?? message.charAt(0).toLowerCase() + message.slice(1);
  return { message: `this is not TOML: ${said}`, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

interface Note extends Place {
  range?: readonly [number, number];
}
type Notes = Map<string, Note>;
const TOP: Place = { line: 1, column: 1 };
const keyOf = (path: Path): string => JSON.stringify(path);

function locate(notes: Notes, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const found = notes.get(keyOf(path.slice(0, length)));
    if (found !== undefined) return { line: found.line, column: found.column };
  }
  return TOP;
}

function notesOf(top: AST.TOMLTopLevelTable): Notes {
  const notes: Notes = new Map();
  for (const node of top.body) {
    if (node.type === "TOMLKeyValue") keyValue(node, [], notes);
    else {
      header(node, notes);
      for (const member of node.body) keyValue(member, node.resolvedKey, notes);
    }
  }
  return notes;
}

/** A header names its table and the tables above it that have no header of their own. */
function header(node: AST.TOMLTable, notes: Notes): void {
  for (let length = 1; length <= node.resolvedKey.length; length++) note(notes, node.resolvedKey.slice(0, length), node.key);
}

function keyValue(node: AST.TOMLKeyValue, table: Path, notes: Notes): void {
  const path = [...table, ...getStaticTOMLValue(node.key)];
  for (let length = table.length + 1; length <= path.length; length++) note(notes, path.slice(0, length), node.key);
  content(node.value, path, notes);
}

function content(node: AST.TOMLContentNode, path: Path, notes: Notes): void {
  const own = notes.get(keyOf(path));
  if (own !== undefined) own.range ??= node.range;
  if (node.type === "TOMLInlineTable") for (const member of node.body) keyValue(member, path, notes);
  if (node.type !== "TOMLArray") return;
  for (const [index, element] of node.elements.entries()) {
    note(notes, [...path, index], element);
    content(element, [...path, index], notes);
  }
}

function note(notes: Notes, path: Path, { loc }: AST.HasLocs): void {
  const key = keyOf(path);
  if (!notes.has(key)) notes.set(key, { line: loc.start.line, column: loc.start.column + 1 });
}
