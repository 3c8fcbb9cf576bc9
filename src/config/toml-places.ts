// Where each key and each value of a TOML text stands. The text was parsed before and is right, so this only follows its brackets and quotes.
import { parse } from "smol-toml";
import type { Path } from "./problem.ts";

/** Where a key begins, and its value from and to (exclusive); a table with a header of its own has no value. Offsets into the text. */
export interface Spot {
  at: number;
  range?: readonly [from: number, to: number];
}
/** Spots by path (`spotKey`): the first place that names it. */
export type Spots = ReadonlyMap<string, Spot>;

/** A path as `Spots` has it. */
export const spotKey = (path: Path): string => JSON.stringify(path);

/** One `key = value`. `name`: the key; undefined for a dotted one. Offsets into the text. */
export interface PlacedPair {
  name: string | undefined;
  at: number;
  /** The value's. */
  range: readonly [from: number, to: number];
}

/** A table with a header of its own: `[routes.prod]`, or one of a list, `[[routes.prod.rules]]`. Offsets into the text. */
export interface PlacedTable {
  path: Path;
  isMember: boolean;
  at: number;
  /** The end of its header. */
  headEnd: number;
  /** The end of its last value, or of its header. */
  end: number;
  pairs: PlacedPair[];
}

/** All spots of a text that was parsed. */
export const spotsOf = (text: string): Spots => follow(text).spots;

/** The tables with headers, in the order of the text, which was parsed. */
export const placedTables = (text: string): PlacedTable[] => follow(text).tables;

function follow(text: string): { spots: Spots; tables: PlacedTable[] } {
  const spots = new Map<string, Spot>();
  const tables: PlacedTable[] = [];
  /** How many elements each list of tables has so far, by its path. */
  const lists = new Map<string, number>();
  const scanner = new Scanner(text, spots);
  while (scanner.skip()) {
    const table = tables.at(-1);
    if (text[scanner.at] !== "[") {
      const pair = scanner.pair(table?.path ?? []);
      table?.pairs.push(pair);
      if (table) table.end = pair.range[1];
      continue;
    }
    const start = scanner.at;
    const isMember = text.startsWith("[[", start);
    scanner.at += isMember ? 2 : 1;
    const { at, names } = scanner.key();
    scanner.at += isMember ? 2 : 1;
    const path = headerPath(names, isMember, lists);
    tables.push({ path, isMember, at: start, headEnd: scanner.at, end: scanner.at, pairs: [] });
    // A header names its table and the tables above it that have no header of their own.
    for (let length = 1; length <= path.length; length++) scanner.note(path.slice(0, length), at);
  }
  return { spots, tables };
}

/** A header's path: of a list of tables that stands in it, the last table is meant, or a new one where the header begins it. */
function headerPath(names: readonly string[], isList: boolean, lists: Map<string, number>): Path {
  const path: (string | number)[] = [];
  for (const [index, name] of names.entries()) {
    path.push(name);
    const list = spotKey(path);
    const begins = isList && index === names.length - 1;
    const count = (lists.get(list) ?? 0) + (begins ? 1 : 0);
    if (begins) lists.set(list, count);
    if (count > 0) path.push(count - 1);
  }
  return path;
}

class Scanner {
  at: number;
  readonly #text: string;
  readonly #spots: Map<string, Spot>;

  constructor(text: string, spots: Map<string, Spot>) {
    this.#text = text;
    this.#spots = spots;
    this.at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  note(path: Path, at: number): void {
    const key = spotKey(path);
    if (!this.#spots.has(key)) this.#spots.set(key, { at });
  }

  /** Over blanks, ends of lines, comments and commas; false at the end of the text. */
  skip(): boolean {
    this.#over(/[\s,]*(?:#[^\n]*[\s,]*)*/y);
    return this.at < this.#text.length;
  }

  /** A key, up to what follows it. */
  key(): { at: number; names: string[] } {
    this.skip();
    const at = this.at;
    const names: string[] = [];
    do {
      this.#over(/[\s.]*/y);
      const part = this.#token(/"[^"\\]*(?:\\.[^"\\]*)*"|'[^']*'|[\w-]+/y);
      names.push(/^["']/.test(part) ? String(parse(`name = ${part}`).name) : part);
      this.#over(/[ \t]*/y);
    } while (this.#text[this.at] === ".");
    return { at, names };
  }

  /** A key with its value. */
  pair(table: Path): PlacedPair {
    const { at, names } = this.key();
    const path = [...table, ...names];
    for (let length = table.length + 1; length <= path.length; length++) this.note(path.slice(0, length), at);
    this.#over(/[ \t]*=[ \t]*/y);
    const from = this.at;
    this.#value(path);
    const [name, ...others] = names;
    return { name: others.length === 0 ? name : undefined, at, range: [from, this.at] };
  }

  #value(path: Path): void {
    const from = this.at;
    if (this.#text[from] === "[")
      this.#members("]", (index) => {
        const element = [...path, index];
        this.note(element, this.at);
        this.#value(element);
      });
    else if (this.#text[from] === "{") this.#members("}", () => this.pair(path));
    else this.#scalar();
    const spot = this.#spots.get(spotKey(path));
    if (spot) spot.range ??= [from, this.at];
  }

  #members(end: string, member: (index: number) => void): void {
    this.at += 1;
    for (let index = 0; this.skip() && this.#text[this.at] !== end; index++) member(index);
    this.at += 1;
  }

  #scalar(): void {
    // Before the three quotes that end it, a text over several lines may have two of its own.
    this.#token(
      /"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*"""+|'''[^']*(?:'(?!'')[^']*)*'''+|"[^"\\]*(?:\\.[^"\\]*)*"|'[^']*'|[^,\]}#\n]*[^,\]}#\s]/y,
    );
  }

  /** What has to stand here; were it not there, nothing behind it would have a place. */
  #token(pattern: RegExp): string {
    const found = this.#over(pattern);
    if (found === "") this.at = this.#text.length;
    return found;
  }

  /** Moves over what fits here, and answers it. */
  #over(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }
}
