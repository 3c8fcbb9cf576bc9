// Routes as code with the command line as a process, against a relay that serves, with the real wrangler:
// - a plan tells what changes and what was changed by hand; applied twice, a file changes nothing;
// - of two applies to one state one is refused, and so is one after a row was written by hand since the plan;
// - killed in the middle, an apply leaves the old configuration or the new one, never a mixture;
// - a rollback, an export and an import bring back what was there;
// - routes and destinations are added, switched, rotated and removed by one command each, and comments stay;
// - the same by the admin API, with --url.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { announceRelay } from "../../cli/frame/local.ts";
import { registries } from "../../cli/registries.ts";
import { runWrangler } from "../../cli/wrangler.ts";
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import { changesBetween } from "../../src/config/changes.ts";
import { rowsOf } from "../../src/config/document.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { readState } from "../../src/store/config-state.ts";
import { cli, type Ended, expectGolden } from "../support/cli.ts";
import { unhurried } from "../support/patience.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ADMIN = "canary-admin-token";
const folder = mkdtempSync(join(tmpdir(), "tocsin-config-"));
const state = join(folder, "state");
let relay: Relay;

const TEXT = `# Our relay. Ask Ana before you touch it.
[relay]
url = "https://relay.example.com"

[destinations.board]   # the wall in the corridor
type = "inbox"

[routes.prod]
id = "${ID}"   # since spring
source = "text"

# whatever comes
[[routes.prod.rules]]
name = "all"
to = ["board"]
`;
const NEXT = TEXT.replace('to = ["board"]', `when = "alert.severity_id >= HIGH"\nto = ["board"]`).replace(
  'source = "text"',
  'source = "text"\nshards = 2',
);

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
type Tocsin = (...args: string[]) => Promise<Ended>;
/** By way of wrangler, each call of which takes seconds. */
const local: Tocsin = (...args) => cli([...args, "--persist-to", state]);
/** By the admin API. */
const byApi: Tocsin = (...args) => cli([...args, "--url", relay.url], { TOCSIN_TOKEN: ADMIN });
async function done(tocsin: Tocsin, ...args: string[]): Promise<string> {
  const { status, out, err } = await tocsin(...args);
  expect(status, `${args.join(" ")}\n${out}${err}`).toBe(0);
  return out;
}
const json = async <Value>(tocsin: Tocsin, ...args: string[]): Promise<Value> => JSON.parse(await done(tocsin, ...args, "--json"));
async function byHand(sql: string): Promise<void> {
  await (await relay.db()).prepare(sql).run();
}
const exported = () => done(byApi, "export");
const put = (text: string) =>
  fetch(`${relay.url}/api/config`, { method: "PUT", body: text, headers: { authorization: `Bearer ${ADMIN}`, "if-match": "*" } });
/** Back to the first file. */
const reset = async (): Promise<void> => expect((await put(TEXT)).status).toBe(200);
const post = async (id: string, body: object = { text: `Disk full ${crypto.randomUUID()}` }): Promise<number> =>
  (await fetch(`${relay.url}/hooks/${id}`, { method: "POST", body: JSON.stringify(body) })).status;
/** Waits until a hook answers so. */
const answers = (id: string, status: number, body?: object): Promise<void> => expect.poll(() => post(id, body)).toBe(status);
const idIn = (address: string): string => address.split("/").at(-1) ?? "";

interface Planned {
  revision: number;
  state: string;
  changes: { kind: string; name: string; change: string; keys: object[] }[];
  drift: object[];
}

beforeAll(async () => {
  relay = await startRelay({ persistTo: state, adminToken: ADMIN, secrets: { SET: "canary-set" } });
  announceRelay(state, { url: relay.url, pid: process.pid });
  file("first.toml", TEXT);
  file("next.toml", `${NEXT}\n[destinations.hook]\ntype = "webhook"\nurl = "secret:NOT_SET"\n`);
  file("api.toml", NEXT);
  file("wrong.toml", TEXT.replace('"text"', '"txt"').replace('["board"]', '["bord"]'));
});
afterAll(async () => {
  await relay?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("plan and apply, by way of wrangler", () => {
  it("say what is new, and apply it as one revision; a second time nothing is left to do", async () => {
    const path = join(folder, "first.toml");
    const planned = await local("plan", path, "--exit-code");
    expect([planned.status, planned.err]).toEqual([3, ""]);
    expect(planned.out).not.toContain(ID);
    expect(await done(local, "apply", path)).toMatch(/^Applied as revision 1 of the relay on this machine\./);
    await answers(ID, 202);
    expect(await done(local, "plan", path, "--exit-code")).toContain(`already has ${path} as revision 1`);
    const version = (await readState(await relay.db())).version;
    expect(await json(local, "apply", path)).toMatchObject({ applied: false, revision: 1, changes: [] });
    expect((await readState(await relay.db())).version).toBe(version);
  });

  it("tell every key that changes, and what was changed by hand", async () => {
    await byHand("UPDATE routes SET enabled = 0 WHERE name = 'prod'");
    await answers(ID, 404);
    const out = await done(local, "plan", join(folder, "next.toml"));
    expectGolden("plan", `$ tocsin plan next.toml\n${out.replaceAll(`${folder}/`, "")}`);
    const drift = await local("plan", "--exit-code");
    expect(drift.status).toBe(3);
    expect(drift.out).toContain("+ enabled = false");
    // The file has nothing of it: it is taken back.
    expect(await json(byApi, "apply", join(folder, "first.toml"))).toMatchObject({
      applied: true,
      revision: 2,
      changes: [{ kind: "route", name: "prod", keys: [{ key: "enabled", before: false }] }],
    });
    await answers(ID, 202);
  });

  it("apply one of two to the same state, and nothing after a row was written by hand", async () => {
    const { state: seen } = await json<Planned>(byApi, "plan", join(folder, "first.toml"));
    const paths = ["a", "b"].map((name) => file(`${name}.toml`, `${TEXT}# ${name}\n`));
    const both = await Promise.all(paths.map((path) => local("apply", path, "--expect", seen)));
    expect(both.map(({ status }) => status).sort()).toEqual([0, 1]);
    expect(both.find(({ status }) => status === 1)?.err).toMatch(/applied at the same moment|no longer the one that was planned with/);

    const planned = await json<Planned>(byApi, "plan", join(folder, "next.toml"));
    await byHand("UPDATE routes SET settings = '{\"shards\":3}' WHERE name = 'prod'");
    const late = await local("apply", join(folder, "next.toml"), "--expect", planned.state, "--json");
    expect(late.status).toBe(1);
    expect(JSON.parse(late.out).error).toContain("Nothing was changed.");
    const now = await readState(await relay.db());
    expect(now.revision).toBe(planned.revision);
    expect(now.rows.routes[0]?.settings).toBe('{"shards":3}');
    await reset();
  });

  it("refuse a wrong file with every line, and status 2", async () => {
    const path = join(folder, "wrong.toml");
    const [planned, applied] = await Promise.all([local("plan", path), local("apply", path, "--json")]);
    expect(planned).toMatchObject({ status: 2, out: "" });
    expect(planned.err.trim().split("\n")).toEqual([
      expect.stringContaining(`${path}:10: [routes.prod] source: must be one of`),
      `${path}:15: [routes.prod] rules[0].to[0]: there is no destination "bord"; did you mean "board"?`,
    ]);
    expect(applied.status).toBe(2);
    expect(JSON.parse(applied.out)).toMatchObject({ valid: false, problems: [{ key: "routes.prod.source", line: 10 }, { line: 15 }] });
  });

  it("take 3,000 routes, whose ids change, and take them away again; so does the API", async () => {
    const many = (shift: number): string =>
      Array.from({ length: 3_000 }, (_, index) => {
        const id = `4ad4bd0e-cbd2-4a2b-8a3b-${String((index + shift) % 3_000).padStart(12, "0")}`;
        return `[routes.one-of-many-routes-of-the-estate-${index}]\nid = "${id}"\nsource = "text"\nrules = [{ name = "all", to = ["board"] }]\n`;
      }).join("\n");
    const [first, second] = [file("many.toml", `${TEXT}\n${many(0)}`), file("moved.toml", `${TEXT}\n${many(1)}`)];
    const count = async () => (await readState(await relay.db())).rows.routes.length;
    expect((await json<Planned>(local, "plan", first)).changes).toHaveLength(3_000);
    await done(local, "apply", first);
    expect(await count()).toBe(3_001);
    await answers("4ad4bd0e-cbd2-4a2b-8a3b-000000002999", 202);
    expect((await json<Planned>(byApi, "plan", second)).changes).toHaveLength(3_000);
    await done(byApi, "apply", second);
    expect((await json<Planned>(byApi, "plan", second)).changes).toEqual([]);
    await done(local, "apply", join(folder, "first.toml"));
    expect(await count()).toBe(1);
  });

  it("bring back an earlier revision", async () => {
    await done(byApi, "apply", join(folder, "next.toml"));
    expect(await done(byApi, "rollback", "--dry-run")).toContain('- rules["all"].when = "alert.severity_id >= HIGH"');
    const last = (await readState(await relay.db())).revision;
    expect(await done(local, "rollback", "--yes")).toContain(`Applied as revision ${last + 1} of`);
    expect(await done(local, "revisions", "--limit", "2")).toMatch(/a rollback \(in effect\).*\n.*a file/);
    expect(await exported()).toBe(TEXT);
  });

  it("make another relay the same by an export, which changes nothing where it came from", async () => {
    await byHand("INSERT INTO destinations (name, type, settings) VALUES ('more', 'inbox', '{\"priority\":7}')");
    const path = join(folder, "exported.toml");
    await done(local, "export", "-o", path);
    const before = (await readState(await relay.db())).version;
    expect(await json(local, "apply", path)).toMatchObject({ applied: true, changes: [] });
    expect((await readState(await relay.db())).version).toBe(before);

    const other = ["--persist-to", join(folder, "other")];
    expect((await runWrangler(["d1", "migrations", "apply", "DB", "--local", ...other])).status).toBe(0);
    const imported = await cli(["import", path, "--yes", ...other]);
    expect(imported, imported.err).toMatchObject({ status: 0, out: expect.stringContaining("Applied as revision 1") });
    expect(await cli(["export", ...other])).toMatchObject({ status: 0, out: readFileSync(path, "utf8") });
    await reset();
  });

  it("add a route, rotate its address and keep every comment", async () => {
    const told = await done(local, "routes", "add", "--source", "sekoia", "--to", "board");
    const [, address = ""] = /Address {2}(\S+)/.exec(told) ?? [];
    await answers(idIn(address), 202, { type: "alert", action: "created", attributes: { uuid: crypto.randomUUID() } });
    // What follows is the source's own page.
    const [head = "", steps = ""] = told.split(/(?<=On the vendor's side\n)/);
    expectGolden(
      "routes-add",
      `$ tocsin routes add --source sekoia --to board\n${head.replaceAll(idIn(address), "ROUTE-ID").replace(/revision \d+/, "revision N")}`,
    );
    expect(steps).toMatch(new RegExp(`notification rule[\\s\\S]*${address}`));
    const began = Date.now();
    const { address: fresh, until } = await json<{ address: string; until: string }>(local, "routes", "rotate", "prod", "--keep", "1h");
    expect(Date.parse(until)).toBeGreaterThanOrEqual(began + 3_600_000);
    await answers(idIn(fresh), 202);
    expect(await post(ID)).toBe(202);
    expect(await exported()).toMatch(/^# Our relay\.[\s\S]*# since spring[\s\S]*# whatever comes/);
    // Its end comes nearer.
    const end = Date.now() + 4_000;
    await byHand(`UPDATE routes SET settings = replace(settings, '${until}', '${new Date(end).toISOString()}') WHERE name = 'prod'`);
    for (let last = 202; last !== 404; ) {
      const asked = Date.now();
      last = await post(ID);
      if (last === 404) expect(Date.now()).toBeGreaterThanOrEqual(end);
      else expect([last, asked < end + unhurried(5_000)]).toEqual([202, true]);
    }
    expect(await post(idIn(fresh))).toBe(202);
    await reset();
  });
});

describe("by the admin API", () => {
  beforeEach(reset);

  it("a plan holds until somebody writes a row, and what is wrong has its line", async () => {
    const next = join(folder, "api.toml");
    const planned = await json<Planned>(byApi, "plan", next);
    expect(planned.changes).toMatchObject([{ name: "prod", change: "changed" }]);
    await byHand("UPDATE routes SET enabled = 0");
    expect(await byApi("apply", next, "--expect", planned.state)).toMatchObject({
      status: 1,
      err: expect.stringContaining("Nothing was changed."),
    });
    expect(await json(byApi, "apply", next)).toMatchObject({ applied: true });
    expect(await exported()).toBe(NEXT);
    const wrong = await byApi("apply", join(folder, "wrong.toml"), "--json");
    expect(wrong.status).toBe(2);
    expect(JSON.parse(wrong.out)).toMatchObject({ problems: [{ key: "routes.prod.source", line: 10 }, { line: 15 }] });
  });

  it("revisions are listed and shown, and one of them is brought back", async () => {
    await done(byApi, "apply", join(folder, "api.toml"));
    const listed = await json<{ items: { revision: number; origin: string; current: boolean; author: string }[] }>(byApi, "revisions");
    const [last, before] = listed.items;
    expect(last).toMatchObject({ current: true, origin: "file", author: "admin" });
    expect(await done(byApi, "revisions", String(last?.revision))).toBe(NEXT);
    expect(await byApi("rollback")).toMatchObject({ status: 2, err: expect.stringContaining("There is nobody to ask.") });
    await done(byApi, "rollback", "--yes");
    expect(await exported()).toBe(await done(byApi, "revisions", String(before?.revision)));
    expect(await exported()).toBe(TEXT);
    expect(await byApi("rollback", "999")).toMatchObject({ status: 2, err: expect.stringContaining("There is no revision 999.") });
  });

  it("routes are added, switched, rotated and removed, and the file is as it was", async () => {
    const { address, name } = await json<{ address: string; name: string }>(byApi, "routes", "add", "--source", "text", "--to", "board");
    expect(address).toMatch(/^https:\/\/relay\.example\.com\/hooks\/[0-9a-f-]{36}$/);
    await answers(idIn(address), 202);
    expect(await done(byApi, "routes", "show", name)).toContain(address);
    await done(byApi, "routes", "disable", name);
    await answers(idIn(address), 404);
    await done(byApi, "routes", "enable", name);
    await answers(idIn(address), 202);
    const { until } = await json<{ until: string }>(byApi, "routes", "rotate", name);
    expect(Date.parse(until)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    const listed = await json<{ routes: object[] }>(byApi, "routes", "list");
    expect(listed.routes).toMatchObject([{ name: "prod" }, { name, former: [until] }]);
    await done(byApi, "routes", "rotate", name, "--keep", "0s");
    await done(byApi, "routes", "remove", name, "--yes");
    await answers(idIn(address), 404);
    expect(await exported()).toBe(TEXT);
    expect(await byApi("routes", "add", "--source", "sekoa")).toMatchObject({
      status: 2,
      err: expect.stringContaining('did you mean "sekoia"?'),
    });
    expect(await byApi("routes", "disable", "none")).toMatchObject({ status: 2, err: expect.stringContaining("There is no route none.") });
  });

  it("destinations are added and removed; what a rule names stays", async () => {
    const wrong = await byApi("destinations", "add", "--type", "slack", "--name", "soc");
    expect(wrong.status).toBe(2);
    expect(wrong.err).toMatch(/\[destinations\.soc\] url: is missing[\s\S]*--set url=secret:SOC_SLACK_URL/);
    const added = await done(byApi, "destinations", "add", "--type", "slack", "--name", "soc", "--set", "url=secret:SOC_URL");
    expect(added).toContain("It needs the secret SOC_URL. Write SOC_URL=VALUE into the file given with --secrets (npm start)");
    expect(await done(byApi, "destinations", "list")).toMatch(/board\s+inbox[\s\S]*soc\s+slack/);
    const named = await byApi("destinations", "remove", "board", "--yes");
    expect(named).toMatchObject({ status: 2, err: expect.stringContaining('there is no destination "board"') });
    await done(byApi, "destinations", "remove", "soc", "--yes");
    expect(await exported()).toBe(TEXT);
  });

  it("files are imported together, and added to what is there", async () => {
    const lab = `# Bea's\n[routes.lab]\nid = "${ID.replace("4ad4", "9ad4")}"\nsource = "text"\n`;
    const extra = file("extra.toml", lab);
    expect(await json(byApi, "import", extra, "--add", "--yes")).toMatchObject({
      changes: [{ kind: "route", name: "lab", change: "added" }],
    });
    expect(await exported()).toBe(`${TEXT.trim()}\n\n${lab}`);
    expect(await byApi("import", extra, "--add", "--yes")).toMatchObject({
      status: 2,
      err: expect.stringContaining("routes.lab stands in the configuration and in"),
    });
    const asJson = file("all.json", JSON.stringify({ text: TEXT }));
    expect(await json(byApi, "import", asJson, "--dry-run")).toMatchObject({ changes: [{ name: "lab", change: "removed" }] });
  });

  it("missing secrets are told, and a plain one is in no export and in no edit", async () => {
    const hook = (name: string, url: string) => `[destinations.${name}]\ntype = "webhook"\nurl = "${url}"\n`;
    const path = file("secrets.toml", `${TEXT}\n${hook("a", "secret:SET")}${hook("b", "secret:NOT_SET")}`);
    await done(byApi, "apply", path);
    const { status, out } = await byApi("secrets", "check", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      items: [
        { name: "NOT_SET", used: ["destinations.b.url"], set: false },
        { name: "SET", used: ["destinations.a.url"], set: true },
      ],
      missing: ["NOT_SET"],
    });
    expect(await done(byApi, "secrets", "check", "--secrets", file("secrets.env", "SET=canary-a\nNOT_SET=canary-b\n"))).toContain(
      "All of them are set",
    );
    const half = await local("apply", path, "--secrets", file("half.env", "SET=canary-a\n"));
    expect(half).toMatchObject({ status: 2, err: expect.stringContaining("the secret NOT_SET is not set") });
    expect(await byApi("secrets", "put", "X")).toMatchObject({ status: 2, err: expect.stringContaining("say --remote") });

    await done(byApi, "apply", file("plain.toml", `${TEXT}\n${hook("a", "http://127.0.0.1:9/canary-plain")}`));
    expect(await exported()).not.toContain("canary-plain");
    expect(await byApi("routes", "disable", "prod")).toMatchObject({ status: 2, err: expect.stringContaining("plain secrets") });
    await done(local, "routes", "disable", "prod");
    expect((await readState(await relay.db())).last?.source).toContain("canary-plain");
  });
});

describe("killed in the middle", () => {
  /** Many routes, so that writing them takes a while. */
  const many = (prefix: string) =>
    `${TEXT}${Array.from({ length: 400 }, (_, index) => `[routes.${prefix}${index}]\nid = "${crypto.randomUUID()}"\nsource = "text"\nrules = [{ to = ["board"] }]\n`).join("")}`;

  async function expectWhole(): Promise<number> {
    const { rows, last } = await readState(await relay.db());
    const read = parseConfigText(last?.source ?? "");
    expect(read.ok && changesBetween(rowsOf(read.value.document), rows, registries)).toEqual([]);
    return last?.revision ?? 0;
  }

  it("an apply by wrangler leaves the old or the new configuration", async () => {
    const began = performance.now();
    await done(local, "apply", file("many.toml", many("m")));
    const whole = performance.now() - began;
    const revisions = new Set([await expectWhole()]);
    for (const part of [0.6, 0.8, 0.95]) {
      const child = spawn(
        process.execPath,
        [join(ROOT, "cli", "tocsin.mjs"), "apply", file("kill.toml", many(`k${part * 100}-`)), "--persist-to", state],
        {
          cwd: ROOT,
          detached: true,
          stdio: "ignore",
        },
      );
      await sleep(whole * part);
      killGroup(child);
      revisions.add(await expectWhole());
    }
    expect(revisions.size).toBeGreaterThan(0);
    await reset();
  });

  it("an apply by the API leaves the old or the new configuration", async () => {
    const began = performance.now();
    expect((await put(many("w"))).status).toBe(200);
    const whole = performance.now() - began;
    for (const part of [0.3, 0.6, 0.8, 0.95]) {
      const answer = put(many(`x${part * 100}-`)).catch(() => undefined);
      await sleep(whole * part);
      await relay.killRuntime();
      await answer;
      await expectWhole();
    }
    await reset();
  });
});

/** The command, its wrangler and the runtime below that. */
function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-Number(pid), "SIGKILL");
  } catch (error) {
    // It has ended already.
    expect(Object(error).code).toBe("ESRCH");
  }
}
