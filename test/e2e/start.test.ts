// `npm start` as people run it, with real child processes:
// - the demo is ready within 10 s, shows its first alert, and ends with its runtime on SIGTERM, status 0;
// - a file is applied once: unchanged, it leaves rows made by hand alone; changed, it is a new revision;
// - rows added, disabled and removed with `wrangler d1 execute` are in effect within 5 s (on a busy machine later);
// - what is wrong with a file, a secrets file, a port or an argument is a sentence, with status 2;
// - the admin token is given, or made and kept with a link for one sign-in;
// - a state folder has one relay at a time, and a killed one leaves nothing that stands in the way.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { runtimes, statOf } from "../../scripts/processes.ts";
import { freePort } from "../support/free-port.ts";
import { unhurried } from "../support/patience.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const BY_HAND_ID = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const OTHER_ID = "6ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const folder = mkdtempSync(join(tmpdir(), "tocsin-start-"));
const running: Run[] = [];

afterEach(async () => {
  for (const run of running.splice(0)) {
    run.child.kill("SIGTERM");
    await run.exit;
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  child: ChildProcess;
  out: string[];
  err: string[];
  /** The address, once it is ready; rejects when it ends before. */
  ready: Promise<string>;
  exit: Promise<number | null>;
}

/** As people start it. */
const startByNpm = (...args: string[]): Run => started("npm", ["start", "--silent", "--", ...args]);
/** The same without npm, which takes a moment each time. */
const start = (...args: string[]): Run => started(process.execPath, ["scripts/start.mjs", ...args]);

function started(command: string, args: string[]): Run {
  // Without a token of the environment that the tests run in.
  const { ADMIN_TOKEN: _, ...env } = process.env;
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err]: [string[], string[]] = [[], []];
  const exit = new Promise<number | null>((done) => child.once("close", done));
  const ready = new Promise<string>((done, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out.push(text);
      const [, url] = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(out.join("")) ?? [];
      if (url !== undefined) done(url);
    });
    void exit.then((status) => reject(new Error(`ended with status ${status} before it was ready:\n${out.join("")}${err.join("")}`)));
  });
  // A run that is meant to fail is asked for its exit only.
  ready.catch(() => {});
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
  const run = { child, out, err, ready, exit };
  running.push(run);
  return run;
}

async function finished(...args: string[]): Promise<{ status: number | null; out: string; err: string }> {
  const run = start(...args);
  const status = await run.exit;
  return { status, out: run.out.join(""), err: run.err.join("") };
}

/** Ends a run and says how it ended and how long that took. */
async function end(run: Run, signal: NodeJS.Signals): Promise<{ status: number | null; ms: number }> {
  const began = performance.now();
  run.child.kill(signal);
  const status = await run.exit;
  return { status, ms: performance.now() - began };
}

/** The runtimes below a process, however deep. */
const runtimesBelow = (pid: number | undefined): number[] => runtimes().filter((one) => ancestors(one).includes(pid ?? -1));
function ancestors(pid: number): number[] {
  const parent = statOf(pid)?.parent;
  return parent === undefined || parent <= 1 ? [] : [parent, ...ancestors(parent)];
}

const toml = (extra = "") => `[destinations.box]
type = "inbox"

[routes.prod]
id = "${ID}"
source = "sekoia"
${extra}
[[routes.prod.rules]]
name = "all"
to = ["box"]
`;

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const tokenIn = (state: string): string => readFileSync(join(state, "admin-token"), "utf8").trim();

const notification = (uuid: string) => JSON.stringify({ type: "alert", action: "created", attributes: { uuid, short_id: "ALaaaaaaaaaa" } });

const post = async (url: string, id: string, uuid = crypto.randomUUID()): Promise<number> =>
  (await fetch(`${url}/hooks/${id}`, { method: "POST", body: notification(uuid) })).status;

async function wrangler(persistTo: string, sql: string): Promise<void> {
  const args = ["node_modules/wrangler/bin/wrangler.js", "d1", "execute", "DB", "--local", "--persist-to", persistTo, "--command", sql];
  const env = { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "ignore", "inherit"] });
  expect(await new Promise((done) => child.once("close", done))).toBe(0);
}

/** Writes into the database of a relay that does not run. */
function byHand(persistTo: string, sql: string): void {
  const [path = ""] = globSync(join(persistTo, "v3/d1/*/*.sqlite")).filter((one) => !one.endsWith("metadata.sqlite"));
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

/** Waits until a route answers so; fails after 5 s, on a busy machine later. */
const within5s = (url: string, id: string, status: number): Promise<void> =>
  expect.poll(() => post(url, id), { timeout: unhurried(5_000) }).toBe(status);

describe("the demo", () => {
  it("is ready within 10 s, shows an alert, and ends with everything on SIGTERM", async () => {
    const began = performance.now();
    const run = startByNpm("--port", "0", "--persist-to", join(folder, "demo"));
    const url = await run.ready;
    expect(performance.now() - began).toBeLessThan(unhurried(10_000));
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: "ok", routes: 2, destinations: 7 });

    const told = run.out.join("");
    const [wall = ""] = /http:\/\/127\.0\.0\.1:\d+\/wall/.exec(told) ?? [];
    expect((await fetch(wall)).status).toBe(200);
    const [link = ""] = /http:\/\/127\.0\.0\.1:\d+\/signin\?code=\w+/.exec(told) ?? [];
    expect(link.startsWith(`${url}/signin?code=`)).toBe(true);
    expect((await fetch(link)).status).toBe(200);
    await expect.poll(() => run.out.join("")).toMatch(/An alert: answered 202 accepted in .* on Slack after \d+ ms/);

    const [runtime = 0, ...more] = runtimesBelow(run.child.pid);
    expect(more).toEqual([]);
    expect(statOf(runtime)?.command).toBe("workerd");
    const { status, ms } = await end(run, "SIGTERM");
    expect(status).toBe(0);
    expect(ms).toBeLessThan(unhurried(4_000));
    expect(statOf(runtime)).toBeUndefined();
  });
});

describe("a configuration file", () => {
  it("is applied once, and again when it changed", async () => {
    const state = join(folder, "once");
    const config = file("once.toml", toml());
    const first = start("--config", config, "--port", "0", "--persist-to", state);
    const url = await first.ready;
    expect(first.out.join("")).toContain("as revision 1.");
    expect(await post(url, ID)).toBe(202);
    expect((await end(first, "SIGINT")).status).toBe(0);
    byHand(state, `INSERT INTO routes (name, id, source) VALUES ('by-hand', '${BY_HAND_ID}', 'sekoia')`);

    const second = start("--config", config, "--port", "0", "--persist-to", state);
    const again = await second.ready;
    expect(second.out.join("")).toContain("is unchanged since revision 1");
    expect(await post(again, BY_HAND_ID)).toBe(202);
    expect((await end(second, "SIGTERM")).status).toBe(0);

    file("once.toml", toml('default_severity = "low"'));
    const third = start("--config", config, "--port", "0", "--persist-to", state);
    const changed = await third.ready;
    expect(third.out.join("")).toContain("as revision 2.");
    expect(third.out.join("")).toMatch(/~ route prod\n {4}\+ default_severity = "low"/);
    expect(third.out.join("")).toMatch(/- route by-hand/);
    expect(await post(changed, BY_HAND_ID)).toBe(404);
    expect(await post(changed, ID)).toBe(202);
  });

  it("leaves a rollback and an edit alone while it is unchanged", async () => {
    const state = join(folder, "kept");
    const config = file("kept.toml", toml());
    const first = start("--config", config, "--port", "0", "--persist-to", state);
    await first.ready;
    await end(first, "SIGTERM");
    file("kept.toml", toml("shards = 2"));
    const second = start("--config", config, "--port", "0", "--persist-to", state);
    const url = await second.ready;
    const call = (path: string, method: string) =>
      fetch(`${url}/api${path}`, { method, headers: { authorization: `Bearer ${tokenIn(state)}` } });
    expect(await (await call("/config/revisions/1/rollback", "POST")).json()).toMatchObject({ applied: true, revision: 3 });
    await end(second, "SIGTERM");

    const third = start("--config", config, "--port", "0", "--persist-to", state);
    await third.ready;
    expect(third.out.join("")).toContain("is unchanged since revision 2; not applied again");
    expect(third.out.join("")).toContain("which is revision 3 (rollback by admin)");
    expect(third.out.join("")).not.toContain("as revision 4");
    await end(third, "SIGTERM");

    // Even where the file says again what was applied before the last one.
    file("kept.toml", toml());
    const fourth = start("--config", config, "--port", "0", "--persist-to", state);
    await fourth.ready;
    expect(fourth.out.join("")).toContain("as revision 4.");
  });

  it("stands beside rows that are written by hand while it serves", async () => {
    const state = join(folder, "live");
    const run = start("--config", file("live.toml", toml()), "--port", "0", "--persist-to", state);
    const url = await run.ready;
    expect(await post(url, BY_HAND_ID)).toBe(404);
    const insert = (name: string, id: string) => `INSERT INTO routes (name, id, source) VALUES ('${name}', '${id}', 'sekoia')`;
    await wrangler(state, `${insert("by-hand", BY_HAND_ID)}; ${insert("other", OTHER_ID)}`);
    for (const id of [BY_HAND_ID, OTHER_ID]) await within5s(url, id, 202);
    await wrangler(state, "UPDATE routes SET enabled = 0 WHERE name = 'by-hand'; DELETE FROM routes WHERE name = 'other'");
    for (const id of [BY_HAND_ID, OTHER_ID]) await within5s(url, id, 404);
    expect(await post(url, ID)).toBe(202);
  });

  it("is refused with every error and its line, status 2", async () => {
    const config = file("wrong.toml", toml().replace('"inbox"', '"inbx"').replace('["box"]', '["bx"]'));
    const { status, out, err } = await finished("--config", config, "--port", "0", "--persist-to", join(folder, "wrong"));
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(`${config}:2: [destinations.box] type:`);
    expect(err).toContain(`${config}:10: [routes.prod] rules[0].to[0]: there is no destination "bx"`);
    expect(existsSync(join(folder, "wrong"))).toBe(false);
  });

  it("may be missing or no TOML: status 2", async () => {
    const missing = await finished("--config", join(folder, "none.toml"));
    expect(missing).toMatchObject({ status: 2, err: expect.stringContaining("there is no such file") });
    const broken = await finished("--config", file("broken.toml", "[relay\n"));
    expect(broken).toMatchObject({ status: 2, err: expect.stringMatching(/broken\.toml:\d+: this is not TOML/) });
  });
});

describe("secrets", () => {
  it("that the configuration names have to be in the file", async () => {
    const config = file("secret.toml", toml('token = "secret:SEKOIA_TOKEN"'));
    const secrets = file("secret.env", "OTHER=x\n");
    const { status, err } = await finished("--config", config, "--secrets", secrets, "--persist-to", join(folder, "secret"));
    expect(status).toBe(2);
    expect(err).toContain(`${config}:7: [routes.prod] token: the secret SEKOIA_TOKEN is not set`);
    const none = await finished("--config", config, "--secrets", join(folder, "none.env"));
    expect(none).toMatchObject({ status: 2, err: expect.stringContaining("none.env: there is no such file") });
  });

  it("hold the admin token; then there is no sign-in link", async () => {
    const config = file("token.toml", toml('token = "secret:SEKOIA_TOKEN"\napi = "http://127.0.0.1:9"'));
    const secrets = file("token.env", "SEKOIA_TOKEN=demo\nADMIN_TOKEN='an-admin-token'\n");
    const run = start("--config", config, "--secrets", secrets, "--port", "0", "--persist-to", join(folder, "token"));
    const url = await run.ready;
    const books = (token: string) => fetch(`${url}/api/books`, { headers: { authorization: `Bearer ${token}` } });
    expect((await books("an-admin-token")).status).toBe(200);
    expect((await books("another")).status).toBe(401);
    expect(run.out.join("")).not.toContain("/signin");
  });

  it("without an admin token, one is made and kept for its owner alone", async () => {
    const state = join(folder, "made");
    const config = file("made.toml", toml());
    const first = start("--config", config, "--port", "0", "--persist-to", state);
    await first.ready;
    const path = join(state, "admin-token");
    const token = readFileSync(path, "utf8").trim();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(first.out.join("") + first.err.join("")).not.toContain(token);
    await end(first, "SIGTERM");
    const second = start("--config", config, "--port", "0", "--persist-to", state);
    const books = await fetch(`${await second.ready}/api/books`, { headers: { authorization: `Bearer ${token}` } });
    expect(books.status).toBe(200);
  });
});

describe("what stands in the way", () => {
  it("a port that is in use is named, status 2", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    const port = String(Object(server.address()).port);
    const own = await finished("--config", file("port.toml", toml()), "--port", port, "--persist-to", join(folder, "port"));
    expect(own).toMatchObject({ status: 2, err: expect.stringContaining(`Port ${port} is in use`) });
    const demo = await finished("--port", port, "--persist-to", join(folder, "port"));
    expect(demo).toMatchObject({ status: 2, err: expect.stringContaining(`Port ${port} is in use`) });
    server.close();
  });

  it("wrong arguments get the help, status 2; --help gets it with status 0", async () => {
    for (const args of [["--prot", "1"], ["--port", "high"], ["--secrets", "x"], ["demo"]])
      expect(await finished(...args)).toMatchObject({ status: 2, out: "", err: expect.stringContaining("Usage:") });
    expect(await finished("--help")).toMatchObject({ status: 0, out: expect.stringContaining("--persist-to DIR") });
  });

  it("a state folder has one relay; after a kill the next start takes over", async () => {
    const args = ["--config", file("one.toml", toml()), "--persist-to", join(folder, "one")];
    const port = String(await freePort());
    const run = start(...args, "--port", port);
    await run.ready;
    const other = await finished(...args, "--port", "0");
    expect(other).toMatchObject({ status: 2, err: expect.stringContaining("Another relay") });

    const [runtime = 0] = runtimesBelow(run.child.pid);
    // The relay itself, so that its runtime is left alone.
    process.kill(statOf(runtime)?.parent ?? 0, "SIGKILL");
    await run.exit;
    expect(statOf(runtime)?.command).toBe("workerd");
    const next = start(...args, "--port", port);
    expect(await post(await next.ready, ID)).toBe(202);
    expect(statOf(runtime)).toBeUndefined();
  });
});
