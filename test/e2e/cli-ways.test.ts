// The ways in which people and scripts start the command line: npx, npm, an older Node, a pipe that closes, a deployed relay.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cli, startCli } from "../support/cli.ts";
import { startCloudflare } from "../support/cloudflare/api.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tocsin-ways-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const VERSION = `${JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version}\n`;
/** Has a Node say that it is an older one; a process that it starts says again what it is. */
const OLD = `--import=data:text/javascript,${encodeURIComponent('Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } })')}`;

function run(
  program: string,
  args: string[],
  cwd = ROOT,
  env: Record<string, string> = {},
): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.on("data", (data) => out.push(String(data)));
    child.stderr.on("data", (data) => err.push(String(data)));
    child.on("close", (status) => done({ status, out: out.join(""), err: err.join("") }));
  });
}

describe("it starts", () => {
  test("by npx and npm run, with its arguments and exit status", async () => {
    expect(await run("npx", ["tocsin", "--version"])).toMatchObject({ status: 0, out: VERSION });
    expect(await run("npm", ["run", "--silent", "tocsin", "--", "--version"])).toMatchObject({ status: 0, out: VERSION });
    expect(await run("npx", ["tocsin", "boks"])).toMatchObject({ status: 2, err: expect.stringContaining("Did you mean books?") });
    expect(statSync(join(ROOT, "cli/tocsin.mjs")).mode & 0o111).toBe(0o111);
  });

  test("under an older Node by the project's own, with its exit status", async () => {
    const old = (...args: string[]) => run(process.execPath, [OLD, join(ROOT, "cli/tocsin.mjs"), ...args]);
    expect(await old("--version")).toEqual({ status: 0, out: VERSION, err: "" });
    expect(await old("boks")).toMatchObject({ status: 2, out: "" });
  });

  test("says what to do where that Node is missing", async () => {
    const copy = join(folder, "copy", "cli");
    mkdirSync(copy, { recursive: true });
    cpSync(join(ROOT, "cli/tocsin.mjs"), join(copy, "tocsin.mjs"));
    expect(await run(process.execPath, [OLD, join(copy, "tocsin.mjs"), "--version"])).toEqual({
      status: 2,
      out: "",
      err: "This needs Node 22.18 or newer, and this is 20.19.0. `npm ci` brings one along: run it in the project's folder, without --ignore-scripts.\n",
    });
  });
});

describe("the output", () => {
  test("has no colours in a pipe, and has them where they are asked for", async () => {
    const ESC = String.fromCharCode(27);
    expect((await cli(["--help"])).out).not.toContain(ESC);
    expect((await cli(["--help"], { FORCE_COLOR: "1" })).out).toContain(ESC);
    expect((await cli(["--help", "--no-color"], { FORCE_COLOR: "1" })).out).not.toContain(ESC);
    expect((await cli(["--help"], { FORCE_COLOR: "1", NO_COLOR: "1" })).out).not.toContain(ESC);
  });

  test("may be cut off by whoever reads it", async () => {
    const help = startCli(["--help"]);
    help.child.stdout?.destroy();
    expect(await help.ended).toMatchObject({ status: 0, err: "" });
  });
});

test("a relay of `npm start` is found by its state folder, with its own token, as long as it runs", async () => {
  const [state, config] = [join(folder, "own"), join(folder, "own.toml")];
  writeFileSync(config, '[destinations.box]\ntype = "inbox"\n');
  const args = [join(ROOT, "scripts/start.mjs"), "--config", config, "--port", "0", "--persist-to", state];
  const { ADMIN_TOKEN: _, ...env } = process.env;
  const relay = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => relay.on("close", done));
  try {
    let said = "";
    relay.stdout.on("data", (data) => {
      said += String(data);
    });
    await expect.poll(() => said).toMatch(/^ready /m);
    const books = await cli(["books", "--persist-to", state, "--json"]);
    expect([books.status, JSON.parse(books.out)]).toEqual([0, expect.objectContaining({ balanced: true })]);
    // No token had to be made.
    expect(existsSync(join(state, "local-token"))).toBe(false);
    expect(statSync(join(state, "relay.json")).mode & 0o777).toBe(0o600);
  } finally {
    relay.kill("SIGTERM");
    await ended;
  }
  expect(existsSync(join(state, "relay.json"))).toBe(false);
  expect(await cli(["books", "--persist-to", state])).toEqual({
    status: 1,
    out: "",
    err: `No relay runs with the state in ${state}.\nStart it with \`npm start -- --config FILE\`, or say where its state is with --persist-to DIR. One of \`npm run dev\` does not say where it serves: --local --url http://127.0.0.1:8787\n`,
  });
});

test("pictures of it can be made", async () => {
  const made = await run(process.execPath, [join(ROOT, "scripts/screenshots/run.ts"), "--at-once", "--only", "books", "--to", folder]);
  expect(made).toMatchObject({ status: 0, out: `${join(folder, "cli-books.svg")}\n` });
  expect(readFileSync(join(folder, "cli-books.svg"), "utf8")).toContain(">The books balance.</text>");
});

test("a deployed relay is reached with nothing but the Cloudflare login; wrangler is asked once", async () => {
  const cloudflare = await startCloudflare();
  try {
    const deployed = await run(process.execPath, [join(ROOT, "scripts/deploy.ts")], ROOT, cloudflare.env);
    expect(deployed.status, deployed.err).toBe(0);
    const state = join(folder, "remote");
    const remote = (...args: string[]) => cli([...args, "--remote", "--persist-to", state], cloudflare.env);
    expect(await remote("books")).toMatchObject({ status: 2, err: expect.stringContaining("has no [relay] url") });
    expect(statSync(join(state, "remote-token")).mode & 0o777).toBe(0o600);

    const before = cloudflare.calls.length;
    const books = await remote("books", "--url", cloudflare.workerUrl, "--json");
    expect([books.status, JSON.parse(books.out)]).toEqual([0, { balanced: true, routes: [], destinations: [] }]);
    expect(cloudflare.calls.length).toBe(before);

    const list = await remote("tokens", "list", "--url", cloudflare.workerUrl, "--json");
    const roles = (JSON.parse(list.out) as { items: { role: string }[] }).items.map(({ role }) => role);
    expect(roles.sort()).toEqual(["configure", "read"]);

    // Its own configuration says where it is.
    const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
    const sql = `INSERT INTO relay (key, value) VALUES ('url', '${cloudflare.workerUrl}')`;
    const row = await run(process.execPath, [wrangler, "d1", "execute", "DB", "--remote", "--command", sql], ROOT, cloudflare.env);
    expect(row.status, row.err).toBe(0);
    expect(await remote("books")).toMatchObject({ status: 0, err: "", out: expect.stringContaining("The books balance.") });
    expect(existsSync(join(state, "admin-token"))).toBe(false);
    expect(cloudflare.strange).toEqual([]);
  } finally {
    await cloudflare.stop();
  }
});
