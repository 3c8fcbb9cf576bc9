// The command line as a process, and its output as a golden text.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const FOLDER = join(ROOT, "test", "e2e", "cli");

/** How a command ended. */
export interface Ended {
  status: number | null;
  out: string;
  err: string;
}

/** A command that runs, with what it has written so far. */
export interface Running {
  child: ChildProcess;
  out(): string;
  err(): string;
  ended: Promise<Ended>;
}

/** The environment of a command: nothing of whoever runs the tests. */
function environment(env: Record<string, string>): NodeJS.ProcessEnv {
  const { TOCSIN_URL: _, TOCSIN_TOKEN: __, NO_COLOR: ___, FORCE_COLOR: ____, COLUMNS: _____, ADMIN_TOKEN: ______, ...rest } = process.env;
  return { ...rest, WRANGLER_SEND_METRICS: "false", ...env };
}

/** Starts `tocsin` with these arguments. `node`: the Node that reads the wrapper. */
export function startCli(args: readonly string[], env: Record<string, string> = {}, node = process.execPath): Running {
  const child = spawn(node, [join(ROOT, "cli", "tocsin.mjs"), ...args], {
    cwd: ROOT,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
  const ended = new Promise<Ended>((done) => child.on("close", (status) => done({ status, out: out.join(""), err: err.join("") })));
  return { child, out: () => out.join(""), err: () => err.join(""), ended };
}

/** Runs `tocsin` to its end. */
export const cli = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> => startCli(args, env).ended;

/** Compares an output with its golden text; what differs from run to run is masked without moving columns. */
export function expectGolden(name: string, text: string, { loose = false } = {}): void {
  const path = join(FOLDER, `${name}.txt`);
  // Where the width of a column depends on who runs the test.
  const made = loose ? masked(text).replace(/(?<=\S) {2,}/g, "  ") : masked(text);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, made);
  }
  expect(made).toBe(existsSync(path) ? readFileSync(path, "utf8") : "");
}

/** Times, spans, ids that are made anew, ports and who runs the tests. */
function masked(text: string): string {
  return (
    text
      .replace(
        /\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d(\.\d{3}Z)?/g,
        (_, between: string, ms = "") => `yyyy-mm-dd${between}hh:mm:ss${ms ? ".mmmZ" : ""}`,
      )
      .replace(/\b\d\d:\d\d:\d\d\b/g, "hh:mm:ss")
      // A decision has a time of its own where it came in another second than what it is about: chance.
      .replace(/^ {2}hh:mm:ss(?= {2}(matched|not matched|routed|unmatched|enriched|thin)\b)/gm, " ".repeat(10))
      .replace(/ ?\b\d+[smh] ago/g, " Ns ago")
      .replace(/\b\d+ ms\b/g, "N ms")
      .replace(/\bstate (\d+)\.[0-9a-z]+/g, "state $1.…")
      .replace(/\bin \d+[smh]\b/g, "in Nm")
      .replace(/\bev_[0-9a-f]{24}/g, "ev_…")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
      .replace(/\bcli-[a-z0-9-]+-[0-9a-f]{6}\b/g, "cli-somebody")
      .replace(/(?<=\s)[\w.-]+@[\w.-]+/g, "somebody@somewhere")
  );
}
