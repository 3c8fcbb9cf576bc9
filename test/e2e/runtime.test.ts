// The relay on its runtime, as `npm start` and the tests use it:
// - migrations are applied once, each whole or not at all, and wrangler agrees about which;
// - the runtime is killed and comes back on the same address with what was stored;
// - two relays in one process are told apart.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { applyMigrations } from "../../scripts/migrate.ts";
import { statOf } from "../../scripts/processes.ts";
import { type OutputLine, startRelay } from "../../scripts/runtime.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tocsin-runtime-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function wrangler(...args: string[]): Promise<string> {
  const env = { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  const child = spawn(process.execPath, ["node_modules/wrangler/bin/wrangler.js", ...args], { cwd: ROOT, env });
  const out: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => out.push(String(data)));
  return new Promise((done) => child.once("close", () => done(out.join(""))));
}

it("applies migrations in a form that wrangler knows", async () => {
  const persistTo = join(folder, "migrations");
  const relay = await startRelay({ persistTo });
  try {
    const listed = await wrangler("d1", "migrations", "list", "DB", "--local", "--persist-to", persistTo);
    expect(listed).toContain("No migrations to apply");
    expect(await applyMigrations(await relay.db(), join(ROOT, "migrations"))).toEqual([]);
  } finally {
    await relay.stop();
  }
});

it("applies a migration whole or not at all", async () => {
  const relay = await startRelay();
  const directory = join(folder, "broken");
  mkdirSync(directory);
  writeFileSync(
    join(directory, "0002_broken.sql"),
    "CREATE TABLE half (a);\nINSERT INTO half VALUES (1);\nINSERT INTO nowhere VALUES (1);\n",
  );
  try {
    await expect(applyMigrations(await relay.db(), directory)).rejects.toThrow(/nowhere/);
    const db = await relay.db();
    await expect(db.prepare("SELECT * FROM half").all()).rejects.toThrow(/half/);
    const { results } = await db.prepare("SELECT name FROM d1_migrations WHERE name = '0002_broken.sql'").all();
    expect(results).toEqual([]);
  } finally {
    await relay.stop();
  }
});

it("comes back on the same address when its runtime is killed, and leaves none at the end", async () => {
  const output: OutputLine[] = [];
  const relay = await startRelay({ persistTo: join(folder, "killed"), onOutput: (line) => output.push(line) });
  const other = await startRelay();
  try {
    const [pid, pidOfOther] = [relay.runtimePid(), other.runtimePid()];
    expect(pid).not.toBe(pidOfOther);
    await (await relay.db()).prepare("INSERT INTO relay VALUES ('url', 'http://127.0.0.1:1')").run();
    await relay.killRuntime();
    expect(relay.restarts()).toBe(1);
    expect(relay.runtimePid()).not.toBe(pid);
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
    expect(await (await relay.db()).prepare("SELECT value FROM relay").first("value")).toBe("http://127.0.0.1:1");
    expect(output).toContainEqual(expect.objectContaining({ level: "warn", text: expect.stringContaining("crashed") }));
    expect([other.runtimePid(), other.restarts()]).toEqual([pidOfOther, 0]);
    await relay.scheduled();
  } finally {
    const pids = [relay.runtimePid(), other.runtimePid()];
    await Promise.all([relay.stop(), other.stop()]);
    expect(pids.map((pid) => statOf(pid ?? 0))).toEqual([undefined, undefined]);
  }
});
