// What a verb reads and writes: the process's own, or a test's.
import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
export type Screen = Writable & { isTTY?: boolean; columns?: number };

/** The world around a command. */
export interface Terminal {
  stdin: Readable & { isTTY?: boolean };
  stdout: Screen;
  stderr: Screen;
  env: Readonly<Record<string, string | undefined>>;
  /** Now, Unix ms. */
  now(): number;
}

/** The one of this process. */
export const processTerminal = (): Terminal => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: Date.now,
});

/** Whether colours are to be written to a stream: only to a terminal, unless the environment says otherwise. */
export function hasColour({ isTTY = false }: Screen, env: Terminal["env"], asked = true): boolean {
  if (!asked) return false;
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isTTY && env.TERM !== "dumb";
}

/** Columns of a stream; undefined where nobody sees a width, and nothing should be cut. */
export function columnsOf({ isTTY = false, columns }: Screen, env: Terminal["env"]): number | undefined {
  const given = Number(env.COLUMNS);
  if (Number.isInteger(given) && given >= 40) return given;
  return isTTY ? columns : undefined;
}
