// Secrets stay secret (promise 11), for the whole relay as it runs: every secret, every address of a chat and every route's path is a
// canary; chats and APIs repeat what they are told, whole and in disguise; and then everything that was stored, queued, logged,
// answered, exported, measured and printed is searched for them. `test/worker/secrets.test.ts` does the same for the flow alone.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { announceRelay } from "../../cli/frame/local.ts";
import { makeSignInCode } from "../../scripts/admin-access.ts";
import { bundleWorker } from "../../scripts/bundle.ts";
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import { Canaries } from "../support/canary/canaries.ts";
import { describedOperations, type Examples, operations } from "../support/canary/visit-api.ts";
import { visitPages } from "../support/canary/visit-pages.ts";
import { bytesOf, filesBelow, NOT_RUN, runLine, secretsMade, verbs } from "../support/canary/visit-verbs.ts";
import { headersIn, type Place, sightings, Visits } from "../support/canary/visits.ts";
import { type CanaryWorld, canaryWorld } from "../support/canary/world.ts";
import { allVerbs } from "../support/command-line.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tocsin-canary-"));
const folders = { state: join(folder, "state"), own: join(folder, "own"), wrangler: join(folder, "wrangler") };
const canaries = new Canaries();
const ADMIN = canaries.secret("ADMIN_TOKEN");

let world: CanaryWorld;
let relay: Relay;
let visits: Visits;
/** Lines of the log, and messages that the consumer took off the queue. */
const logged: Place[] = [];
const queued: Place[] = [];

beforeAll(async () => {
  // Wrangler keeps a log of its own, unless it is told not to.
  process.env.WRANGLER_LOG_PATH = folders.wrangler;
  world = await canaryWorld(canaries);
  relay = await startRelay({
    adminToken: ADMIN,
    secrets: world.secrets,
    persistTo: folders.state,
    bundle: await bundleWorker(ROOT, "test/support/canary/queue-witness.ts"),
    onOutput: ({ text }) => {
      (text.includes('"test.queued"') ? queued : logged).push({ where: "output", text });
      if (process.env.DEBUG) process.stderr.write(`${text}\n`);
    },
  });
  announceRelay(folders.state, { url: relay.url, pid: process.pid });
  visits = new Visits(relay, ADMIN, canaries, world);
});
afterAll(async () => {
  await relay?.stop();
  for (const parrot of world?.parrots ?? []) parrot.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Books {
  routes: { processing: number }[];
  destinations: { name: string; delivered: number; dead: number; pending: number }[];
}
interface Items {
  items: { id: string; name: string; kind: string }[];
}
const examples = async (): Promise<Examples> => {
  const alerts = await visits.json<Items>("/api/alerts?route=by-header");
  const dead = await visits.json<Items>("/api/deliveries?state=dead&destination=slack-refuses");
  return { alert: alerts.items[0]?.id ?? "", delivery: dead.items[0]?.id ?? "" };
};

describe("traffic with canaries", () => {
  it("has a configuration", async () => {
    const { headers } = await visits.call("GET", "/api/config");
    const applied = await visits.call("PUT", "/api/config", { body: world.config, headers: { "if-match": headers.get("etag") ?? "" } });
    expect(applied.status, applied.text).toBe(200);
    await expect.poll(async () => (await visits.json<Items>("/api/routes")).items.length).toBeGreaterThan(0);
  });

  it("is answered as it deserves", async () => {
    for (const { route, path, status, body, headers } of world.posts) {
      const answer = await fetch(`${relay.url}/hooks/${path}`, { method: "POST", body, headers });
      const text = await answer.text();
      visits.keep(`hook ${route} ${answer.status}`, `${headersIn(answer)}\n${text}`);
      expect(`${route}: ${answer.status}`, text).toBe(`${route}: ${status}`);
    }
    const goesOn = ({ name, how }: CanaryWorld["destinations"][number]) => how === "fails" || how === "cuts" || name === "digests";
    const passing = new Set(world.destinations.filter(goesOn).map(({ name }) => name));
    const unfinished = async () => {
      const { routes, destinations } = await visits.json<Books>("/api/books");
      const waiting = destinations.filter(({ name, pending }) => pending > 0 && !passing.has(name));
      return [...routes.filter(({ processing }) => processing > 0), ...waiting];
    };
    // Some fifty chats, of which some let their callers wait.
    await expect.poll(unfinished, { timeout: 3 * PATIENCE_MS, interval: 200 }).toEqual([]);
  });

  it("reaches every destination, in the way that its chat answers", async () => {
    const { destinations } = await visits.json<Books>("/api/books");
    const wrong = world.destinations.filter(({ name, how }) => {
      const counts = destinations.find((one) => one.name === name);
      return how === "takes" ? !counts?.delivered : how === "fails" || how === "cuts" ? !counts?.pending : !counts?.dead;
    });
    expect(wrong).toEqual([]);
    const kinds = async () => (await visits.json<Items>("/api/deliveries?destination=digests&limit=200")).items.map(({ kind }) => kind);
    await expect.poll(kinds, { interval: 200 }).toContain("digest");
  });

  it("has sent every secret where it belongs, or the search would prove nothing", () => {
    const heard = canaries.find(world.parrots.flatMap((parrot) => parrot.heard).join("\n")).map(({ canary }) => canary);
    expect(Object.keys(world.secrets).filter((name) => !world.incoming.includes(name) && !heard.includes(name))).toEqual([]);
  });
});

describe("somebody with a message", () => {
  it("uses its links, whose seals are secrets from then on", async () => {
    const heard = world.parrots.flatMap((parrot) => parrot.heard).join("\n");
    const links = new Map(
      Array.from(heard.matchAll(/\/act\/[a-z0-9_.-]+\/(?:acknowledge|silence)\/[a-z0-9_-]+\/\w+\/([\w-]{43})\b/g), ([path, seal = ""]) => [
        seal,
        path,
      ]),
    );
    expect(links.size).toBeGreaterThan(20);
    for (const [seal, path] of [...links].slice(0, 20)) {
      canaries.watch("a link's seal", seal);
      const page = await fetch(`${relay.url}${path}`);
      visits.keep("a link's page", await page.text());
      const done = await fetch(`${relay.url}${path}`, { method: "POST", body: new URLSearchParams({ span: "1h" }), redirect: "manual" });
      expect([page.status, done.status]).toEqual([200, 303]);
    }
  });
});

describe("the owner", () => {
  let cookie = "";

  it("signs in, wrongly and by every way", async () => {
    const wrong = canaries.secret("a wrong token");
    const code = await makeSignInCode(await relay.db());
    canaries.watch("a code to sign in", code);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const statuses: number[] = [];
    for (const form of [`token=${wrong}`, `code=${wrong}`, `code=${code}`, `token=${ADMIN}`]) {
      const answer = await visits.call("POST", "/signin", { body: form, headers });
      statuses.push(answer.status);
      cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    }
    expect(statuses).toEqual([401, 401, 303, 303]);
    expect((await visits.call("GET", "/api/books", { token: wrong })).status).toBe(401);
    canaries.watch("a session", cookie.slice(cookie.indexOf(".") + 1));
  });

  it("calls every operation of the API", async () => {
    const calls = operations(visits, await examples());
    // A new one has to be added to test/support/canary/visit-api.ts.
    expect((await describedOperations(visits)).sort()).toEqual(Object.keys(calls).sort());
    for (const call of Object.values(calls)) await call();
    for (const path of ["/metrics", "/healthz", "/nowhere"]) await visits.call("GET", path);
  });

  it("looks at every page, and presses every kind of button", async () => {
    const seen = await visitPages(visits, cookie);
    expect(seen.filter((address) => address.startsWith("POST")).length).toBeGreaterThan(3);
  });

  it("runs every verb of the command line", async () => {
    const lines = verbs(visits, await examples(), folders);
    // A new one has to be added to test/support/canary/visit-verbs.ts.
    expect(allVerbs().sort()).toEqual([...Object.keys(lines), ...Object.keys(NOT_RUN)].sort());
    await secretsMade(visits, folders);
    const wrong: string[] = [];
    for (const line of Object.values(lines).flat()) wrong.push(...(await runLine(visits, line)));
    expect(wrong).toEqual([]);
    // Where the configuration is: the file, and the revisions.
    for (const path of filesBelow(join(folders.own, "backup")))
      visits.keep(path, bytesOf(path), /(configuration\.toml|database\.jsonl)$/.test(path));
    if (existsSync(folders.wrangler)) for (const path of filesBelow(folders.wrangler)) visits.keep(path, bytesOf(path));
  });
});

describe("no canary is found", () => {
  it("in the answers of hooks and API, in metrics, pages and outputs", () => {
    expect(visits.answered.length).toBeGreaterThan(200);
    expect(sightings(canaries, visits.answered)).toEqual([]);
  });

  it("in what tells the configuration, but for the paths", () => {
    expect(sightings(canaries, visits.exported, ["path"]).length).toBeGreaterThan(0);
    expect(sightings(canaries, visits.exported, ["secret"])).toEqual([]);
  });

  it("in a line of the log", () => {
    expect(logged.length).toBeGreaterThan(100);
    expect(sightings(canaries, logged)).toEqual([]);
  });

  it("in a message on the queue", () => {
    expect(queued.length).toBeGreaterThan(100);
    expect(sightings(canaries, queued)).toEqual([]);
  });

  it("in a row of D1, but for the paths in the configuration", async () => {
    const db = await relay.db();
    const { results: tables } = await db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '_cf%'")
      .all<{ name: string }>();
    const rows: Place[] = [];
    for (const { name } of tables)
      for (const row of (await db.prepare(`SELECT * FROM "${name}"`).all()).results)
        rows.push({ where: `D1 ${name}`, text: JSON.stringify(row) });
    expect(rows.length).toBeGreaterThan(100);
    const isConfiguration = ({ where }: Place) => where === "D1 routes" || where === "D1 revisions";
    expect(sightings(canaries, rows, ["secret"])).toEqual([]);
    expect(
      sightings(
        canaries,
        rows.filter((row) => !isConfiguration(row)),
      ),
    ).toEqual([]);
  });

  it("on the disk, in no row and no free page of any object", async () => {
    await relay.stop();
    const files = filesBelow(join(folders.state, "v3"));
    const objects = files.filter((path) => path.endsWith(".sqlite") && !path.includes("/d1/"));
    expect(objects.length).toBeGreaterThan(40);
    const bytes = files.map((path): Place => ({ where: path, text: bytesOf(path) }));
    // The database has the configuration; its rows were looked at one by one.
    expect(
      sightings(
        canaries,
        bytes.filter(({ where }) => !where.includes("/d1/")),
        ["path"],
        8,
      ),
    ).toEqual([]);
    expect(sightings(canaries, bytes, ["secret"], 8)).toEqual([]);
    // A value may go over several pages, with others in between.
    expect(sightings(canaries, objects.flatMap(rowsOf))).toEqual([]);
  });
});

function rowsOf(path: string): Place[] {
  const db = new DatabaseSync(path, { readOnly: true, readBigInts: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  const rows = tables.flatMap(({ name }) =>
    db
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .map((row): Place => ({ where: `${path} ${name}`, text: Object.values(row).map(String).join("\n") })),
  );
  db.close();
  return rows;
}
