// The relay's watch over itself, over the whole Worker: what is wrong is told once, by somebody who is well, shown wherever people look,
// and its end is told too.
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { Outbox } from "../../src/index.ts";
import { api, json } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { installNet, net } from "./support/net.ts";
import { call, configure, hook, outboxOf, settled, sweepNow, WAIT } from "./support/relay.ts";
import { setSecret } from "./support/secrets.ts";

installNet();
const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const HOUR = 3_600_000;
let number = 0;
const fresh = () => createdFlattened(incident(++number, "watch"));
const relay = (settings: Record<string, string>) =>
  env.DB.batch(
    Object.entries(settings).map(([key, value]) =>
      env.DB.prepare("INSERT INTO relay (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2").bind(key, value),
    ),
  );
const route = (settings: object = {}) =>
  configure({ routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ to: ["ops"] }], silent_after: "2h", ...settings } } });

interface Word {
  destination: string;
  alert: string;
  version: number;
  title: string;
}
/** What inboxes show of the relay itself, oldest first. */
const words = async (): Promise<Word[]> =>
  (await env.DB.prepare("SELECT destination, alert, version, title FROM inbox WHERE alert LIKE 'notice:%' ORDER BY created_at").all<Word>())
    .results;
const conditions = async () => (await env.DB.prepare("SELECT id, told_by FROM conditions ORDER BY id").all()).results;
const healthz = async () => (await call("/healthz")).json();
/** A sweep, and everything that it says is shown. */
const look = async () => {
  await sweepNow();
  for (const name of ["ops", "other"]) await vi.waitFor(async () => expect((await outboxOf(name).status()).counts.pending).toBe(0), WAIT);
};

beforeAll(async () => {
  await relay({ notify: '["ops"]' });
  await configure({ destinations: { ops: { type: "inbox" }, other: { type: "inbox", priority: 90 } } });
  await route();
});
afterEach(() => vi.restoreAllMocks());

describe("a source that falls silent", () => {
  test("is healthy before", async () => {
    expect(await healthz()).toMatchObject({ status: "ok" });
    await look();
    expect(await healthz()).toMatchObject({ status: "ok", routes: 1, destinations: 2, broken: 0 });
    expect(await words()).toEqual([]);
  });

  test("is told once, by whom notify names, also when two sweeps run at once", async () => {
    clock.skip(2 * HOUR);
    await Promise.all([look(), look()]);
    await look();
    expect(await conditions()).toEqual([{ id: "source_silent:prod", told_by: "ops" }]);
    expect(await words()).toMatchObject([{ destination: "ops", version: 1, title: 'Nothing comes from "prod"' }]);
  });

  test("is shown wherever people look", async () => {
    expect(await healthz()).toMatchObject({ status: "degraded", reasons: ["source_silent"] });
    const health = await json<{ status: string; sweep: { overdue: boolean }; checks: { check: string; state: string }[] }>(
      api("GET", "/health"),
    );
    expect(health).toMatchObject({ status: "degraded", sweep: { overdue: false } });
    expect(health.checks[0]).toMatchObject({
      check: "source_silent",
      state: "degraded",
      subject: "prod",
      told_by: "ops",
      text: "Nothing has ever come; silent_after is 2h.",
    });
    expect(health.checks.slice(1).every(({ state }) => state === "ok")).toBe(true);
    const { items } = await json<{ items: { silent_after: string }[] }>(api("GET", "/routes"));
    expect(items).toMatchObject([{ silent_after: "2h" }]);
    const metrics = await (await call("/metrics", { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } })).text();
    expect(metrics).toContain('tocsin_condition{kind="source_silent",subject="prod"} 1\n');
  });

  test("is over when it is heard again, which is told in the same place", async () => {
    expect((await hook(ROUTE, fresh())).status).toBe(202);
    await settled("prod", "ops");
    await look();
    await look();
    expect(await conditions()).toEqual([]);
    expect(await words()).toMatchObject([{ destination: "ops", version: 2, title: '"prod" is heard again' }]);
    expect(await healthz()).toMatchObject({ status: "ok" });
  });
});

describe("a word that nobody can take", () => {
  test("is told at the next sweep, and nothing is told twice", async () => {
    const before = (await words()).length;
    const away = vi.spyOn(Outbox.prototype, "announce").mockRejectedValue(new Error("away"));
    clock.skip(2 * HOUR);
    await look();
    expect(away).toHaveBeenCalled();
    expect(await conditions()).toEqual([{ id: "source_silent:prod", told_by: null }]);
    away.mockRestore();
    await look();
    await look();
    expect(await conditions()).toEqual([{ id: "source_silent:prod", told_by: "ops" }]);
    expect(await words()).toHaveLength(before + 1);
  });

  test("about an end is not lost either", async () => {
    await hook(ROUTE, fresh());
    await settled("prod", "ops");
    const away = vi.spyOn(Outbox.prototype, "announce").mockRejectedValue(new Error("away"));
    await look();
    expect(await conditions()).toEqual([]);
    expect((await words()).at(-1)).toMatchObject({ version: 1 });
    away.mockRestore();
    await look();
    expect((await words()).at(-1)).toMatchObject({ version: 2 });
  });
});

test("a trouble that nobody was told of ends without a word", async () => {
  const before = (await words()).length;
  const away = vi.spyOn(Outbox.prototype, "announce").mockRejectedValue(new Error("away"));
  clock.skip(2 * HOUR);
  await look();
  await hook(ROUTE, fresh());
  await settled("prod", "ops");
  away.mockRestore();
  await look();
  expect(await conditions()).toEqual([]);
  expect(await words()).toHaveLength(before);
});

describe("a destination does not tell of itself", () => {
  test("that messages wait for it", async () => {
    await configure({ destinations: { slow: { type: "webhook", url: "https://slow.example/hook", rate: "1/h" } } });
    await relay({ notify: '["slow", "ops"]' });
    await route({ rules: [{ to: ["slow"] }], silent_after: "7d" });
    net.answer("slow.example", () => new Response("", { status: 200 }));
    for (let one = 0; one < 2; one += 1) await hook(ROUTE, fresh());
    await vi.waitFor(async () => expect((await outboxOf("slow").status()).counts).toMatchObject({ delivered: 1, pending: 1 }), WAIT);
    clock.skip(16 * 60_000);
    await look();
    expect(await conditions()).toEqual([{ id: "backlog_old:slow", told_by: "ops" }]);
    expect(net.callsTo("slow.example")).toHaveLength(1);
  });

  test("that it does not answer, which its outbox has told", async () => {
    await configure({ destinations: { slow: { type: "webhook", url: "https://slow.example/hook" } } });
    net.answer("slow.example", () => new Response("", { status: 429, headers: { "retry-after": "3600" } }));
    await hook(ROUTE, fresh());
    await vi.waitFor(async () => expect((await outboxOf("slow").status()).closedUntil).toBeDefined(), WAIT);
    clock.skip(2 * 60_000);
    await look();
    await vi.waitFor(async () => expect((await words()).at(-1)?.title).toBe('The destination "slow" does not answer'), WAIT);
    await look();
    expect(await conditions()).toContainEqual({ id: "destination_down:slow", told_by: "" });
    expect((await words()).filter(({ title }) => title === 'The destination "slow" does not answer')).toMatchObject([
      { destination: "ops" },
    ]);
  });
});

describe("a destination in trouble of which nobody can be told", () => {
  test("is shown as not told, and told as soon as somebody is well", async () => {
    await configure({ destinations: { far: { type: "webhook", url: "https://far.example/hook" } } });
    await route({ rules: [{ to: ["far"] }], silent_after: "30d" });
    net.answer("far.example", () => new Response("", { status: 429, headers: { "retry-after": "3600" } }));
    const away = vi.spyOn(Outbox.prototype, "announce").mockRejectedValue(new Error("away"));
    await hook(ROUTE, fresh());
    await vi.waitFor(async () => expect((await outboxOf("far").status()).closedUntil).toBeDefined(), WAIT);
    clock.skip(2 * 60_000);
    await look();
    await look();
    expect(await conditions()).toContainEqual({ id: "destination_down:far", told_by: null });
    expect(away).toHaveBeenCalled();
    const { checks } = await json<{ checks: { subject: string; told_by: string | null }[] }>(api("GET", "/health"));
    expect(checks.find(({ subject }) => subject === "far")).toMatchObject({ check: "destination_down", told_by: null });
    away.mockRestore();
    clock.skip(61_000);
    await look();
    await vi.waitFor(async () => expect((await words()).filter(({ title }) => title.includes('"far"'))).toHaveLength(1), WAIT);
    await vi.waitFor(async () => expect((await outboxOf("far").status()).untold).toBe(0), WAIT);
    await look();
    expect(await conditions()).toContainEqual({ id: "destination_down:far", told_by: "" });
    expect((await words()).filter(({ title }) => title.includes('"far"'))).toMatchObject([
      { destination: "ops", title: 'The destination "far" does not answer' },
    ]);
  });
});

test("a key that the source's API refuses, and a secret that ends soon", async () => {
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");
  setSecret("SEKOIA_TOKEN", `${part({ alg: "RS256" })}.${part({ exp: Math.round(Date.now() / 1_000) + 86_400 })}.x`);
  await route({ api: "https://api.sekoia.example", token: "secret:SEKOIA_TOKEN", rules: [{ to: ["ops"] }], silent_after: "30d" });
  net.answer("api.sekoia.example", () => new Response("{}", { status: 401 }));
  await hook(ROUTE, {
    type: "alert",
    action: "created",
    attributes: { uuid: ROUTE },
    metadata: { uuid: "m1", created_at: "2026-11-20T08:00:00Z" },
  });
  await settled("prod");
  await look();
  clock.skip(5 * 60_000);
  await look();
  const found = await conditions();
  expect(found).toContainEqual({ id: "api_refused:prod", told_by: "ops" });
  expect(found).toContainEqual({ id: "secret_expiring:SEKOIA_TOKEN", told_by: "ops" });
  const all = JSON.stringify(await json(api("GET", "/health")));
  expect(all).toContain("refused our key (status 401)");
  expect(all).not.toContain(part({ alg: "RS256" }));
  setSecret("SEKOIA_TOKEN", undefined);
});

test("a sweep that is overdue is told by who asks, since nobody else could", async () => {
  await look();
  clock.skip(16 * 60_000);
  expect(await healthz()).toMatchObject({ status: "degraded", reasons: expect.arrayContaining(["sweep_overdue"]) });
  const { checks } = await json<{ checks: { check: string; state: string }[] }>(api("GET", "/health"));
  expect(checks).toContainEqual(expect.objectContaining({ check: "sweep_overdue", state: "degraded" }));
});

test("a row that is left out shows at once, and is told when it stays", async () => {
  await env.DB.prepare("INSERT INTO routes (name, id, source) VALUES ('bad', 'no uuid', 'sekoia')").run();
  clock.skip(3_000);
  expect(await healthz()).toMatchObject({ status: "degraded", broken: 1, reasons: expect.arrayContaining(["configuration_broken"]) });
  const { checks } = await json<{ checks: { check: string; subject: string }[] }>(api("GET", "/health"));
  expect(checks).toContainEqual(expect.objectContaining({ check: "configuration_broken", subject: "route bad" }));
  await look();
  clock.skip(5 * 60_000);
  await look();
  expect(await conditions()).toContainEqual({ id: "configuration_broken:route bad", told_by: "ops" });
});
