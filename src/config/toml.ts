// TOML with places: text to tables, with the line and column of every key, so that an error can name its place.
import { parse, TomlDate, TomlError, type TomlTable } from "smol-toml";
import { sha256 } from "../lib/keys.ts";
import { type Place, placesIn } from "../lib/place.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { type Path, type Problem, pathText, sentence } from "./problem.ts";
import { isTable } from "./table.ts";
import { type Spots, spotKey, spotsOf } from "./toml-places.ts";

export type { Place } from "../lib/place.ts";

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

/** Lists in lists, and tables in tables, as deep as no configuration is. */
const MOST_DEPTH = 100;

/** Text to tables. */
export function parseConfigText(text: string): Result<ConfigFile, UnreadableFile> {
  let parsed: TomlTable;
  try {
    parsed = parse(text, { maxDepth: MOST_DEPTH });
  } catch (error) {
    if (error instanceof TomlError) return fail(syntaxError(text, error));
    throw error;
  }
  const spots = spotsOf(text);
  const placeAt = placesIn(text);
  const bad = [...spots].find(([key]) => key.includes(NO_KEY));
  if (bad !== undefined) return fail({ message: "__proto__ is not a key that may stand here", ...placeAt(bad[1].at) });
  const rangeOf = (path: Path) => spots.get(spotKey(path))?.range;
  const document = plain(parsed, [], (path) => text.slice(...(rangeOf(path) ?? [0, 0]))) as Record<string, unknown>;
  return ok({ text, hash: sha256(text), document, locate: (path) => placeAt(nearest(spots, path)), rangeOf });
}

/** Tables and moments as the rest of the program knows them; `written`: what stands in the text. */
function plain(value: unknown, path: Path, written: (path: Path) => string): unknown {
  // Without a zone it is no moment: which one it would be depends on the machine that reads it. It stays text, as it was written.
  if (value instanceof TomlDate) return value.isLocal() ? written(path) : new Date(value.getTime());
  if (Array.isArray(value)) return value.map((one, index) => plain(one, [...path, index], written));
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, [...path, key], written)]));
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

const TWICE = "this key or table is already there; keep one of the two";
const MISSING = "the value is missing";
const UNEXPECTED = "this character is not expected here; text stands in quotes";
const UNCLOSED = "the quotes are not closed";
const OPEN = "the bracket is not closed";
/** The parser's words in ours, for whoever writes the file. */
const SYNTAX: Record<string, string | undefined> = {
  "trying to redefine an already defined table or value": TWICE,
  "trying to redefine an already defined value": TWICE,
  "each key-value declaration must be followed by an end-of-line":
    "something follows the value on this line; begin a new line, or put text into quotes",
  "invalid value": UNEXPECTED,
  "illegal character in key": UNEXPECTED,
  "unfinished string": UNCLOSED,
  "unfinished table": OPEN,
  "unfinished array": OPEN,
  "expected comma or end of structure": "a comma or the closing bracket is missing",
  "document contains excessively nested structures. aborting.": "lists or tables are nested too deeply",
};
/** The same where nothing follows any more on the line. */
const AT_THE_END: Record<string, string | undefined> = {
  "invalid value": MISSING,
  "illegal character in key": 'something is missing: "=" with a value, or the closing bracket',
  "incomplete key-value: cannot find end of key": 'something is missing: "=" with a value, or the closing bracket',
  "control characters are not allowed in strings": UNCLOSED,
};

function syntaxError(text: string, error: TomlError): UnreadableFile {
  const said = /^Invalid TOML document: (.*)/.exec(error.message)?.[1] ?? error.message;
  const at = offsetOf(text, error);
  const ended = /^[,\]}]|^\s*(#|$)/m.test(text.slice(at).split("\n", 1)[0] ?? "") ? AT_THE_END[said] : undefined;
  // What is missing is noticed behind the line; the place is where the line still has something.
  const place = placesIn(text)(ended === undefined ? at : text.slice(0, at).trimEnd().length);
  return { message: `this is not TOML: ${ended ?? SYNTAX[said] ?? said}`, ...place };
}

const offsetOf = (text: string, { line, column }: Place): number =>
  text
    .split("\n")
    .slice(0, line - 1)
    .reduce((sum, one) => sum + one.length + 1, column - 1);

/** Where a path stands, or the nearest table or key above it; else where the text begins. */
function nearest(spots: Spots, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const found = spots.get(spotKey(path.slice(0, length)));
    if (found !== undefined) return found.at;
  }
  return 0;
}
