// What a verb says: for people, lines and tables; with --json exactly one value, or one a line where it goes on and on.

import { faint, type Paint, painted } from "./paint.ts";
import { type Column, tableLines } from "./table.ts";
import { columnsOf, hasColour, type Terminal } from "./terminal.ts";

/** How the output is to be. */
export interface OutputOptions {
  json: boolean;
  /** False: never a colour. */
  color: boolean;
}

/** Writes to a terminal, a pipe or a file. Nothing is cut but at a terminal. */
export class Output {
  readonly isJson: boolean;
  /** Columns of the terminal; undefined in a pipe. */
  readonly width: number | undefined;
  readonly now: () => number;
  readonly #terminal: Terminal;
  readonly #colour: { out: boolean; err: boolean };

  constructor(terminal: Terminal, { json, color }: OutputOptions) {
    const { stdout, stderr, env } = terminal;
    this.isJson = json;
    this.width = columnsOf(stdout, env);
    this.now = terminal.now;
    this.#terminal = terminal;
    this.#colour = { out: hasColour(stdout, env, color && !json), err: hasColour(stderr, env, color) };
  }

  /** The one value of `--json`. Indented: it is read by people as well. */
  json(value: unknown): void {
    this.#terminal.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** One value of a stream of them. */
  jsonLine(value: unknown): void {
    this.#terminal.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A line for people. */
  line(paint: Paint = ""): void {
    this.#terminal.stdout.write(`${painted(paint, this.#colour.out)}\n`);
  }

  /** Lines for people. */
  lines(paints: readonly Paint[]): void {
    for (const paint of paints) this.line(paint);
  }

  /** A table for people. */
  table(columns: readonly Column[], rows: readonly (readonly Paint[])[], indent = 0): void {
    this.lines(tableLines(columns, rows, this.width, indent));
  }

  /** What a person wants to know besides the answer; beside the output, so that a pipe holds the answer alone. */
  note(text: string): void {
    if (!this.isJson) this.#terminal.stderr.write(`${painted(faint(text), this.#colour.err)}\n`);
  }

  /** A note while something takes its time: at a terminal only. */
  progress(text: string): void {
    if (this.#terminal.stderr.isTTY) this.note(text);
  }
}
