// Runs SQL on the relay's D1 database with the wrangler of this project.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fail, ok, type Result } from "../src/outcome.ts";

/** Which database: this machine's (in `persistTo`), or the deployed one. */
export interface Target {
  remote: boolean;
  persistTo?: string;
}

/** Rows of one statement. */
export type Rows = Record<string, unknown>[];

/** Why wrangler did not do it. */
export type WranglerFailure = { kind: "no_tables" } | { kind: "conflict"; what: string } | { kind: "failed"; output: string };

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
  const { status, output, stdout } = await run(args);
  if (status === 0) return ok(stdout);
  if (/no such table/i.test(output)) return fail({ kind: "no_tables" });
  const [, what] = /UNIQUE constraint failed: ([\w.]+)/i.exec(output) ?? [];
  // Two writers at once on one local database: the other one's apply is under way.
  if (/database is locked|SQLITE_BUSY/i.test(output)) return fail({ kind: "conflict", what: "revisions.revision" });
  return fail(what === undefined ? { kind: "failed", output: output.trim() } : { kind: "conflict", what });
}

function run(args: string[]): Promise<{ status: number | null; stdout: string; output: string }> {
  return new Promise((done, reject) => {
    const env = { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0" };
    const child = spawn(process.execPath, [WRANGLER, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, output]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout.push(text);
      output.push(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
    child.on("error", reject);
    child.on("close", (status) => done({ status, stdout: stdout.join(""), output: output.join("") }));
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
    case "conflict":
      return failure.what === "revisions.revision"
        ? "Another configuration was applied at the same moment. Nothing was changed; look at it with `npm run routes -- list` and apply again."
        : `Nothing was changed: two rows have the same ${failure.what}.`;
    case "failed":
      return `wrangler could not do it; nothing was changed.\n${failure.output}`;
  }
}
