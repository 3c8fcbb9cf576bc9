// What the runbook promises, with the real command line and the real wrangler on one machine:
// - D1 is lost with everything in it: schema, configuration, rebuild; alerts, deliveries and books are as before;
// - a backup into a fresh relay: the next version edits the message that the old relay posted, what comes again is a duplicate,
//   the books are the same, what waited is sent once; a damaged backup changes nothing; an interrupted restore goes on;
// - a busy relay's backup says so.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { announceRelay } from "../../cli/frame/local.ts";
import type { Manifest } from "../../cli/keep/files.ts";
import { createdFlattened, incident, updated } from "../../demo/sekoia-samples.ts";
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import { cli, type Ended } from "../support/cli.ts";
import { type Books, type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const OLD_ROUTE = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const root = mkdtempSync(join(tmpdir(), "tocsin-disaster-"));
const [first, second] = [join(root, "first"), join(root, "second")];
let stack: Stack;
let secrets: Record<string, string>;

const one = (number: number) => incident(number, "disaster");
const tocsin = (folder: string, ...args: string[]): Promise<Ended> => cli([...args, "--persist-to", folder]);
async function done(folder: string, ...args: string[]): Promise<string> {
  const { status, out, err } = await tocsin(folder, ...args);
  expect([status, err], `tocsin ${args.join(" ")}\n${out}`).toEqual([0, expect.any(String)]);
  return out;
}

beforeAll(async () => {
  for (const folder of [first, second]) mkdirSync(folder, { mode: 0o700 });
  stack = await startStack({
    persistTo: first,
    secrets: ({ chats }) => {
      secrets = { WAR: chats.discord("war").url, HOOK: chats.webhook("hook").url };
      return secrets;
    },
    config: () => ({
      relay: { url: "https://relay.example.com" },
      destinations: {
        war: { type: "discord", url: "secret:WAR", rate: "100/s" },
        hook: { type: "webhook", url: "secret:HOOK" },
        box: { type: "inbox" },
      },
      routes: {
        prod: { id: ROUTE, source: "sekoia", shards: 2, rules: [{ name: "all", to: ["war", "box", "hook"] }] },
        old: { id: OLD_ROUTE, source: "sekoia", rules: [{ name: "all", to: ["war"] }] },
      },
    }),
  });
  announceRelay(first, { url: stack.relay.url, pid: process.pid });
  for (let number = 1; number <= 6; number += 1) await stack.hook(ROUTE, createdFlattened(one(number)));
  await stack.hook(ROUTE, createdFlattened(one(1)));
  await stack.hook(OLD_ROUTE, createdFlattened(one(7)));
  await stack.settled();
});
afterAll(async () => {
  await stack?.stop();
  rmSync(root, { recursive: true, force: true });
});

describe("D1 is lost", () => {
  const lists = async () => ({
    alerts: await stack.get<{ items: unknown[] }>("/api/alerts?limit=200"),
    deliveries: await stack.get<{ items: unknown[] }>("/api/deliveries?limit=200"),
    books: await stack.books(),
  });

  test("and comes back from the file and the objects, by three commands", async () => {
    const file = join(root, "tocsin.toml");
    await done(first, "export", "-o", file);
    // The lists learn of a redelivery with the alert's next write, or now.
    await done(first, "rebuild");
    const before = await lists();
    expect(before.alerts.items).toHaveLength(7);
    const db = await stack.relay.db();
    const { results } = await db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'")
      .all<{ name: string }>();
    await db.batch(results.map(({ name }) => db.prepare(`DROP TABLE "${name}"`)));

    expect(await done(first, "migrations", "up")).toMatch(/^Applied to the relay on this machine: 0001_initial\.sql, /);
    expect(await done(first, "apply", file)).toContain("revision 1");
    expect(await done(first, "rebuild")).toMatch(/^6 objects of the relay on this machine wrote 7 alerts and \d+ deliveries\.\n$/);
    expect(await lists()).toEqual(before);
    // Again, and nothing is there twice.
    await done(first, "rebuild", "--json");
    expect(await lists()).toEqual(before);
  });

  test("and objects that the configuration names no more are named by hand", async () => {
    const db = await stack.relay.db();
    await db.batch([
      db.prepare("DELETE FROM routes WHERE name = 'old'"),
      db.prepare("DELETE FROM alerts"),
      db.prepare("DELETE FROM objects"),
    ]);
    const rebuilt = JSON.parse(await done(first, "rebuild", "--json", "--object", "ledger:old:0,ledger:prod:1"));
    expect(rebuilt).toMatchObject({ objects: 2, deliveries: 0 });
    const { items } = await stack.get<{ items: { route: string }[] }>("/api/alerts?limit=200&route=old");
    expect(items).toHaveLength(1);
    await done(first, "rebuild");
    expect((await stack.get<{ items: unknown[] }>("/api/alerts?limit=200")).items).toHaveLength(7);
    const { status, out } = await tocsin(first, "rebuild", "--object", "outbox:../x", "--json");
    expect([status, JSON.parse(out).error]).toEqual([1, expect.stringContaining("must be the name of a ledger or an outbox")]);
  });
});

test("the doctor looks at the relay, and at what is around it", async () => {
  await stack.relay.scheduled();
  const { status, out } = await tocsin(first, "doctor");
  expect([status, out]).toEqual([1, expect.stringMatching(/^ok {4}node +Node 24/)]);
  for (const line of [
    /^ok {4}state_folder {2}/m,
    /^ok {4}relay +The relay at http:\/\/127\.0\.0\.1:\d+ answers\.$/m,
    /^ok {4}clock +The Worker's clock and this one differ by less than a second\.$/m,
    /^ok {4}queue +A message went through the queue in \d+ ms\.$/m,
    /^ok {4}destination:war +Discord answers: the webhook is there\.$/m,
    /^- {5}destination:hook .*no harmless call/m,
  ])
    expect(out).toMatch(line);
  // The tests' own admin token is short.
  const { checks } = JSON.parse((await tocsin(first, "doctor", "--json")).out);
  expect(checks.filter(({ state }: { state: string }) => state === "fail")).toMatchObject([{ id: "admin_token" }]);
});

describe("a backup", () => {
  const folder = join(root, "backup");
  let fresh: Relay;
  let books: Books;
  const api = async <Body>(path: string): Promise<Body> => {
    const answer = await fetch(`${fresh.url}${path}`, { headers: { authorization: "Bearer fresh-admin-token-of-the-second-relay" } });
    return (await answer.json()) as Body;
  };

  beforeAll(async () => {
    fresh = await startRelay({ adminToken: "fresh-admin-token-of-the-second-relay", secrets, persistTo: second });
    announceRelay(second, { url: fresh.url, pid: process.pid });
  });
  afterAll(() => fresh?.stop());

  test("has all of it, in files for nobody else to read, with what proves them", async () => {
    books = await stack.settled();
    const out = await done(first, "backup", folder);
    expect(out).toMatch(new RegExp(`^${folder} has \\d+ rows of the relay on this machine, in 8 files\\.\n$`));
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({ format: 1, quiet: true, secrets: ["HOOK", "WAR"], url: "https://relay.example.com", books });
    expect(manifest.files.map(({ name }) => name).sort()).toEqual(
      [
        "configuration.toml",
        "database.jsonl",
        "ledger.old.0.jsonl",
        "ledger.prod.0.jsonl",
        "ledger.prod.1.jsonl",
        "outbox.box.jsonl",
        "outbox.hook.jsonl",
        "outbox.war.jsonl",
      ].sort(),
    );
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
    expect(statSync(folder).mode & 0o077).toBe(0);
    const all = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("");
    for (const secret of Object.values(secrets)) expect(all).not.toContain(secret);
    expect(await done(first, "restore", folder, "--check")).toContain("is whole: 8 files");
    const again = await tocsin(first, "backup", folder);
    expect([again.status, again.err]).toEqual([2, expect.stringContaining("is there already")]);
    // Whatever fails leaves nothing behind.
    expect(readdirSync(root).filter((name) => name.includes(".part"))).toEqual([]);
  });

  test.each([
    ["a byte that changed", (path: string) => writeFileSync(path, readFileSync(path, "utf8").replace(/[0-8](?=[^0-9]*$)/, "9"))],
    ["a line too many", (path: string) => appendFileSync(path, '{"table":"kept","row":{"key":"x","value":"y"}}\n')],
    ["a file that is gone", (path: string) => rmSync(path)],
  ])("with %s is refused before anything is written", async (_, damage) => {
    const copy = join(root, "damaged");
    cpSync(folder, copy, { recursive: true });
    damage(join(copy, "ledger.prod.0.jsonl"));
    const { status, err } = await tocsin(second, "restore", copy, "--yes");
    expect([status, err]).toEqual([2, expect.stringContaining("The backup is damaged")]);
    expect(await api("/api/books")).toMatchObject({ routes: [], destinations: [] });
    rmSync(copy, { recursive: true });
  });

  test("is not put into a relay that has alerts of its own", async () => {
    const { status, err } = await tocsin(first, "restore", folder, "--yes");
    expect([status, err]).toEqual([1, expect.stringContaining("has content of its own")]);
    expect(await stack.books()).toEqual(books);
  });

  test("asks first, and without anybody to ask does nothing", async () => {
    const { status, err } = await tocsin(second, "restore", folder);
    expect([status, err]).toEqual([
      2,
      expect.stringMatching(/Whatever comes to both is shown twice.*relay\.example\.com.*must be stopped/),
    ]);
    expect(await api("/api/books")).toMatchObject({ routes: [] });
  });

  test("that was interrupted can be thrown away, or goes on", async () => {
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    const half = manifest.files.find(({ object }) => object === "ledger:prod:0");
    const [row = ""] = readFileSync(join(folder, "ledger.prod.0.jsonl"), "utf8").split("\n");
    const stage = () =>
      fetch(`${fresh.url}/api/restore/ledger:prod:0`, {
        method: "POST",
        headers: { authorization: "Bearer fresh-admin-token-of-the-second-relay" },
        body: JSON.stringify({ step: "stage", digest: half?.sha256, rows: [JSON.parse(row)] }),
      });
    expect(await (await stage()).json()).toEqual({ state: "staged" });
    expect(await done(second, "restore", folder, "--discard")).toContain("Nothing of this backup is staged");
    // This one is left as it is: what follows goes on from here.
    expect((await stage()).status).toBe(200);
  });

  test("in a fresh relay is the old one: lists and books are the same", async () => {
    const lists = { alerts: await stack.get("/api/alerts?limit=200"), deliveries: await stack.get("/api/deliveries?limit=200") };
    const inbox = await stack.get("/api/inbox?limit=200");
    const out = await done(second, "restore", folder, "--yes");
    expect(out).toContain("The books are those of the backup.");
    await stack.relay.stop();
    expect(await api("/api/books")).toEqual(books);
    expect({ alerts: await api("/api/alerts?limit=200"), deliveries: await api("/api/deliveries?limit=200") }).toEqual(lists);
    expect(await api("/api/inbox?limit=200")).toEqual(inbox);
    // Once more: nothing is there twice.
    expect(await done(second, "restore", folder, "--yes")).toContain("The books are those of the backup.");
    expect(await api("/api/books")).toEqual(books);
  });

  test("remembers what came: the same event is a duplicate there, and an update edits the old message", async () => {
    const channel = stack.chats.discord("war");
    const [shown, edits] = [channel.visible().length, channel.totals.edits];
    const hook = (body: unknown) => fetch(`${fresh.url}/hooks/${ROUTE}`, { method: "POST", body: JSON.stringify(body) });
    expect(await (await hook(createdFlattened(one(3)))).json()).toMatchObject({ accepted: 0, duplicate: 1 });
    expect(await (await hook(updated(one(3), { similar: 9 }))).json()).toMatchObject({ accepted: 1 });
    await channel.waitFor(() => channel.totals.edits > edits);
    expect(channel.visible()).toHaveLength(shown);
    expect((await api<Books>("/api/books")).balanced).toBe(true);
  });
});
