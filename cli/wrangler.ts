// Runs SQL on the relay's D1 database with the wrangler of this project.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fail, ok, type Result } from "../src/outcome.ts";
import { conflictIn } from "../src/store/config-rows.ts";

/** Which database: this machine's (in `persistTo`), or the deployed one. */
export interface Target {
  remote: boolean;
  persistTo?: string;
}

/** Rows of one statement. */
export type Rows = Record<string, unknown>[];

/** Why wrangler did not do it. */
export type WranglerFailure =
  | { kind: "no_tables" | "old_tables" }
  /** `applied`, `edited`: somebody was faster. `twice`: two rows have the same, which `what` names. */
  | { kind: "conflict"; what: "applied" | "edited" }
  | { kind: "twice"; what: string }
  | { kind: "failed"; output: string };

const ROOT = join(import.meta.dirname, "..");
const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");

/** Reads with one statement or several, separated by semicolons. Answers the rows of each. */
export async function query(target: Target, sql: string): Promise<Result<Rows[], WranglerFailure>> {
  const run = await wrangler(["d1", "execute", "DB", ...place(target), "--json", "--command", sql]);
  return run.ok ? ok(resultsOf(run.value)) : run;
}

/** Runs a script as one transaction. */
export async function execute(target: Target, script: string): Promise<Result<void, WranglerFailure>> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-"));
  try {
    const file = join(folder, "apply.sql");
    // The script holds the whole configuration.
    writeFileSync(file, script, { mode: 0o600 });
    const run = await wrangler(["d1", "execute", "DB", ...place(target), "--yes", "--json", "--file", file]);
    return run.ok ? ok(undefined) : run;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const place = ({ remote, persistTo }: Target): string[] =>
  remote ? ["--remote"] : ["--local", ...(persistTo ? ["--persist-to", resolve(persistTo)] : [])];

async function wrangler(args: string[]): Promise<Result<string, WranglerFailure>> {
  let { status, output, stdout } = await runWrangler(args);
  // A local relay that writes holds its database for a moment; nothing of ours was done then.
  for (let wait = 200; isLocked(status, output) && wait <= 1_600; wait *= 2) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    ({ status, output, stdout } = await runWrangler(args));
  }
  if (status === 0) return ok(stdout);
  if (/no such table/i.test(output)) return fail({ kind: "no_tables" });
  if (/no such column|has no column named/i.test(output)) return fail({ kind: "old_tables" });
  const conflict = conflictIn(output);
  if (conflict !== undefined) return fail({ kind: "conflict", what: conflict });
  // Two writers at once on one local database: the other one's apply is under way.
  if (isLocked(status, output)) return fail({ kind: "conflict", what: "applied" });
  const [, what] = /UNIQUE constraint failed: ([\w.]+)/i.exec(output) ?? [];
  return fail(what === undefined ? { kind: "failed", output: output.trim() } : { kind: "twice", what });
}

const isLocked = (status: number | null, output: string): boolean => status !== 0 && /database is locked|SQLITE_BUSY/i.test(output);

/** Runs the project's wrangler; `input` is what it reads. `output` is both of its streams. */
export function runWrangler(args: readonly string[], input = ""): Promise<{ status: number | null; stdout: string; output: string }> {
  return new Promise((done, reject) => {
    // A log file of wrangler's own would have what it prints, for everybody on this machine to read: the rows, with the ids of routes.
    const quiet = { WRANGLER_WRITE_LOGS: "false", WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
    const env = { ...process.env, ...quiet, FORCE_COLOR: "0" };
    const child = spawn(process.execPath, [WRANGLER, ...args], { cwd: ROOT, env, stdio: ["pipe", "pipe", "pipe"] });
    const [stdout, output]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout.push(text);
      output.push(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
    child.on("error", reject);
    child.on("close", (status) => done({ status, stdout: stdout.join(""), output: output.join("") }));
    // It may have ended without reading.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** Wrangler may print a line or two before its JSON. */
function resultsOf(stdout: string): Rows[] {
  const parsed: unknown = JSON.parse(stdout.slice(Math.max(0, stdout.search(/^\[/m))));
  return (Array.isArray(parsed) ? parsed : []).map((one: unknown) => {
    const results: unknown = Object(one).results;
    return Array.isArray(results) ? (results as Rows) : [];
  });
}

/** A failure as a sentence that says what to do. */
export function explainFailure(failure: WranglerFailure, target: Target): string {
  switch (failure.kind) {
    case "no_tables":
      return `The database has no tables yet: run \`npx wrangler d1 migrations apply DB ${place(target).join(" ")}\` first.`;
    case "old_tables":
      return `The database is older than this version: run \`npx wrangler d1 migrations apply DB ${place(target).join(" ")}\` first.`;
    case "conflict":
      return failure.what === "applied"
        ? "Another configuration was applied at the same moment. Nothing was changed; look at it with `npx tocsin revisions` and apply again."
        : "Rows were changed by hand at the same moment. Nothing was changed; look at them with `npx tocsin plan` and apply again.";
    case "twice":
      return `Nothing was changed: two rows have the same ${failure.what}.`;
    case "failed":
      return `wrangler could not do it; nothing was changed.\n${failure.output}`;
  }
}
