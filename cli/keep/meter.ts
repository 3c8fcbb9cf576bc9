// How far something is: one line that is written again and again, at a terminal only.
import { clearLine, cursorTo } from "node:readline";
import { faint, painted } from "../frame/paint.ts";
import type { Run } from "../frame/run.ts";
import { columnsOf, hasColour } from "../frame/terminal.ts";

/** The line of one run. End it before anything else is said. */
export class Meter {
  readonly #run: Pick<Run, "out" | "terminal">;
  #shown = false;

  constructor(run: Pick<Run, "out" | "terminal">) {
    this.#run = run;
  }

  /** Shows how far it is. */
  say(text: string): void {
    const { stderr, env } = this.#run.terminal;
    if (!stderr.isTTY || this.#run.out.isJson) return;
    this.end();
    stderr.write(painted(faint(text.slice(0, (columnsOf(stderr, env) ?? 80) - 1)), hasColour(stderr, env)));
    this.#shown = true;
  }

  /** Takes the line away. */
  end(): void {
    if (!this.#shown) return;
    cursorTo(this.#run.terminal.stderr, 0);
    clearLine(this.#run.terminal.stderr, 0);
    this.#shown = false;
  }
}
