// A deployed relay in the runtime itself, watched by a tail consumer, which sees what Workers Logs sees: each invocation with its address
// and the lines that were written in it. The address of a hook is a credential, so no line is written where it stands.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleWorker } from "../../scripts/bundle.ts";
import { applyMigrations } from "../../scripts/migrate.ts";
import { readWranglerConfig, workerConfig } from "../../scripts/wrangler-config.ts";
import { sealOf } from "../../src/lib/link-seal.ts";
import { type Act, actPath } from "../../src/lib/signed-link.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";

/** One invocation as a tail consumer is told of it. */
interface Traced {
  event: { request?: { url: string }; rpcMethod?: string } | null;
  logs: { level: string; message: [Record<string, unknown>] }[];
}

/** Keeps what it is told, and tells it who asks. */
const TAIL = `
  const traced = [];
  export default {
    tail: (items) => void traced.push(...items.map(({ event, logs }) => ({
      event: event && { rpcMethod: event.rpcMethod, request: event.request && { url: event.request.getUnredacted().url } }, logs }))),
    fetch: () => Response.json(traced),
  };`;

let miniflare: Miniflare;
let relay: string;

beforeAll(async () => {
  const wrangler = readWranglerConfig(ROOT);
  const bundle = await bundleWorker(ROOT, wrangler.main);
  const { compatibilityDate, compatibilityFlags } = workerConfig(wrangler, bundle, {});
  miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    handleStructuredLogs: () => {},
    workers: [
      {
        config: { ...workerConfig(wrangler, bundle, { LOCAL: "0", ADMIN_TOKEN: "t" }), tailConsumers: [{ worker: "tail" }] },
        dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
      },
      {
        config: {
          name: "tail",
          compatibilityDate,
          compatibilityFlags,
          manifest: { mainModule: "index.js", modules: { "index.js": { type: "esm", contents: TAIL } } },
          env: {},
        },
        dev: {},
      },
    ],
  });
  await miniflare.ready;
  const db = await miniflare.getD1Database("DB", wrangler.name);
  await applyMigrations(db, join(ROOT, "migrations"));
  await db.batch([
    db.prepare("INSERT INTO destinations (name, type) VALUES ('box', 'inbox')"),
    db.prepare("INSERT INTO routes (name, id, source, rules) VALUES ('prod', ?, 'sekoia', '[]')").bind(ROUTE),
    db.prepare("INSERT INTO routes (name, id, source) VALUES ('bad', 'no uuid', 'sekoia')"),
  ]);
  relay = (await miniflare.unsafeGetDirectURL(wrangler.name)).origin;
});
afterAll(() => miniflare?.dispose());

const traced = async (): Promise<Traced[]> =>
  (await miniflare.getWorker("tail")).fetch("http://tail/").then((answer) => answer.json() as never);
const lines = (items: Traced[]) => items.flatMap(({ logs }) => logs.map(({ message: [line] }) => line));

test("what is said of a request to a hook is logged, and not beside its address", async () => {
  const post = (body: string) => fetch(`${relay}/hooks/${ROUTE}`, { method: "POST", body });
  expect((await post("no JSON")).status).toBe(400);
  expect((await post('{"type":"alert"')).status).toBe(400);
  const told = async (name: string) => lines(await traced()).filter(({ event }) => event === name);
  await expect.poll(async () => (await told("intake.refused")).length).toBe(2);
  // The configuration is read while a hook is answered, and has something to say.
  await expect.poll(() => told("config.broken")).toContainEqual(expect.objectContaining({ name: "bad" }));
  const toHooks = (items: Traced[]) => items.filter(({ event }) => event?.request?.url.includes(ROUTE));
  await expect.poll(async () => toHooks(await traced()).length).toBe(2);
  const items = await traced();
  expect(lines(items)).toContainEqual(expect.objectContaining({ event: "intake.refused", route: "prod", status: 400, reason: "not_json" }));
  expect(lines(toHooks(items))).toEqual([]);
  const said = items.filter(({ logs }) => logs.length > 0);
  expect(JSON.stringify(said)).not.toContain(ROUTE);
  expect(new Set(said.map(({ event }) => event?.rpcMethod))).toContain("print");
});

test("nor is a line written where the address of a message's link stands", async () => {
  const body = JSON.stringify({
    type: "alert",
    action: "created",
    attributes: { uuid: randomUUID(), short_id: "AL1" },
    metadata: { version: 2 },
  });
  const answer = await fetch(`${relay}/hooks/${ROUTE}`, { method: "POST", body });
  const { results } = (await answer.json()) as { results: { alert: string }[] };
  const act: Act = { alert: results[0]?.alert ?? "", verb: "acknowledge", destination: "box", expiresAt: Date.now() + 60_000 };
  const seal = await sealOf(act, "t");
  expect((await fetch(`${relay}${actPath(act, seal)}`, { method: "POST", redirect: "manual" })).status).toBe(303);
  const told = async () => lines(await traced()).filter(({ event }) => event === "admin.changed");
  await expect.poll(told).toContainEqual(expect.objectContaining({ action: "alert.status_set", via: "link" }));
  const here = async () => (await traced()).filter(({ event }) => event?.request?.url.includes(seal));
  await expect.poll(async () => (await here()).length).toBe(1);
  expect(lines(await here())).toEqual([]);
  expect(JSON.stringify((await traced()).filter(({ logs }) => logs.length > 0))).not.toContain(seal);
});
