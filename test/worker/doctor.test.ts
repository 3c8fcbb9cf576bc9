// The doctor over the whole Worker: what is well, what is wrong and says what to do, and nothing that is shown in a chat.
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as z from "zod";
import type { doctorReport } from "../../src/admin/answers/doctor.ts";
import { SCHEMA } from "../../src/release.ts";
import { clock } from "./support/clock.ts";
import { installNet, net } from "./support/net.ts";
import { call, configure, hook, outboxOf, settled, sweepNow } from "./support/relay.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const PLAIN = ID.replace("4ad", "5ad");
const DISCORD = "https://discord.com/api/webhooks/1234567890/the-secret-token-of-the-hook";
type Report = z.output<typeof doctorReport>;

installNet();

const ask = async (): Promise<Report> => {
  const answer = await call("/api/doctor", { method: "POST", headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return answer.json();
};
const found = (report: Report, id: string) => report.checks.find((check) => check.id === id);
const json = (value: unknown, status = 200): Response => Response.json(value, { status });

beforeEach(async () => {
  await env.DB.batch(["routes", "destinations", "relay"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  await env.DB.prepare("INSERT INTO relay (key, value) VALUES ('url', 'https://relay.example.com')").run();
  await configure({
    destinations: { box: { type: "inbox" }, war: { type: "discord", url: DISCORD }, ops: { type: "slack", url: "secret:NOT_SET" } },
    routes: {
      prod: { id: ID, source: "sekoia", api: "https://api.sekoia.example", token: "the-key-of-the-api", rules: [{ to: ["box"] }] },
      plain: { id: PLAIN, source: "generic", mapping: { id: "id", title: "title" }, rules: [] },
    },
  });
  net.answer("api.sekoia.example", () => json({ items: [], total: 0 }));
  net.answer("discord.com", () => json({ id: "1234567890", channel_id: "1", type: 1 }));
});
afterEach(() => vi.restoreAllMocks());

describe("the doctor", () => {
  test("finds what is well, by calls that show nothing", async () => {
    await sweepNow();
    const report = await ask();
    for (const id of ["bindings", "runtime", "schema", "objects", "books", "queue", "sweep", "configuration", "relay_url"])
      expect(found(report, id), id).toMatchObject({ state: "ok" });
    expect(found(report, "source:prod")).toMatchObject({ state: "ok", found: "SEKOIA.IO answers, and takes our key." });
    expect(found(report, "source:plain")).toMatchObject({ state: "skip" });
    expect(found(report, "destination:war")).toMatchObject({ state: "ok", found: "Discord answers: the webhook is there." });
    expect(found(report, "destination:box")).toMatchObject({ state: "skip", todo: expect.stringContaining("destinations test box") });
    expect(net.calls.map(({ method, url }) => `${method} ${url.host}${url.pathname}`).sort()).toEqual([
      "GET api.sekoia.example/v1/sic/alerts",
      "GET discord.com/api/v10/webhooks/1234567890/the-secret-token-of-the-hook",
    ]);
    expect(report).toMatchObject({ local: true, schema: expect.stringMatching(/^\d{4}_/), secrets: ["NOT_SET"] });
    expect(Math.abs(Date.parse(report.now) - Date.now())).toBeLessThan(60_000);
  });

  test("says what is missing, where, and what to do, without a secret", async () => {
    const report = await ask();
    expect(found(report, "secrets")).toMatchObject({ state: "fail", found: "Not set: NOT_SET (destination ops)." });
    expect(found(report, "destination:ops")).toMatchObject({ state: "fail", found: expect.stringContaining("NOT_SET is not set") });
    expect(found(report, "plain_secrets")).toMatchObject({
      state: "warn",
      found: expect.stringContaining("[destinations.war], [routes.prod]"),
    });
    // The tests' own is short.
    expect(found(report, "admin_token")).toMatchObject({ state: "fail", todo: expect.stringContaining("openssl rand") });
    for (const { state, todo, id } of report.checks) if (state === "fail") expect(todo, id).toBeTruthy();
    for (const secret of ["the-secret-token", "the-key-of-the-api", env.ADMIN_TOKEN, ID])
      expect(JSON.stringify(report)).not.toContain(secret);
  });

  test.each([
    [401, "fail", "refused our key (status 401)"],
    [403, "fail", "refused our key (status 403)"],
    [429, "warn", "asked us to slow down"],
    [500, "fail", "did not answer (status 500)"],
  ] as const)("tells an API that answers %i", async (status, state, words) => {
    net.answer("api.sekoia.example", () => json({}, status));
    expect(found(await ask(), "source:prod")).toMatchObject({ state, found: expect.stringContaining(words) });
    clock.skip(61_000);
  });

  test.each([
    ["a webhook that was deleted", () => json({ message: "Unknown Webhook", code: 10015 }, 404), "fail", "was deleted"],
    ["one that asks to wait", () => json({ retry_after: 3 }, 429), "warn", "rate_limited"],
    ["one that echoes its address", () => new Response(DISCORD, { status: 500 }), "warn", "server_error"],
  ] as const)("tells %s", async (_, host, state, words) => {
    net.answer("discord.com", host);
    const report = await ask();
    expect(found(report, "destination:war")).toMatchObject({ state, found: expect.stringContaining(words) });
    expect(JSON.stringify(report)).not.toContain("the-secret-token");
  });

  test("tells a destination that cannot be reached", async () => {
    net.answer("discord.com", () => {
      throw new TypeError(`connection to ${DISCORD} refused`);
    });
    const check = found(await ask(), "destination:war");
    expect(check).toMatchObject({ state: "fail", found: "Discord did not answer: no connection." });
  });

  test("tells a broken row, an older schema, and a newer one", async () => {
    await env.DB.prepare("UPDATE destinations SET settings = '{\"url\":1}' WHERE name = 'ops'").run();
    await env.DB.prepare("UPDATE d1_migrations SET name = '9999_later.sql' WHERE name = (SELECT MAX(name) FROM d1_migrations)").run();
    clock.skip(2_001);
    const later = await ask();
    expect(found(later, "configuration")).toMatchObject({ state: "fail", found: expect.stringContaining("destination ops") });
    expect(found(later, "schema")).toMatchObject({ state: "warn", found: expect.stringContaining("newer") });
    await env.DB.prepare("UPDATE d1_migrations SET name = '0002_a.sql' WHERE name = '9999_later.sql'").run();
    expect(found(await ask(), "schema")).toMatchObject({ state: "fail", todo: expect.stringContaining("migrations up") });
    await env.DB.prepare("UPDATE d1_migrations SET name = ? WHERE name = '0002_a.sql'").bind(SCHEMA).run();
  });

  test("tells a restore that was interrupted", async () => {
    const box = outboxOf("box");
    await box.stage("a".repeat(64), []);
    expect(found(await ask(), "objects")).toMatchObject({
      state: "fail",
      found: expect.stringContaining("outbox:box"),
      todo: expect.stringContaining("--discard"),
    });
    await box.discard();
    expect(found(await ask(), "objects")).toMatchObject({ state: "ok" });
  });

  test("tells a queue that brings nothing", async () => {
    vi.spyOn(Object.getPrototypeOf(env.DELIVERIES), "send").mockImplementation(async () => {
      clock.skip(10_000);
      return {};
    });
    expect(found(await ask(), "queue")).toMatchObject({ state: "fail", found: expect.stringContaining("did not come through") });
  });

  test("tells a sweep that is overdue", async () => {
    await sweepNow();
    clock.skip(16 * 60_000);
    expect(found(await ask(), "sweep")).toMatchObject({ state: "fail", found: expect.stringContaining("overdue") });
  });

  // Last, since the box is told of it: an object with content takes no backup.
  test("tells a chat that refuses messages, though it answers a harmless call, and what was given up", async () => {
    net.answer("discord.com", ({ method }) =>
      method === "GET" ? json({ id: "1234567890", channel_id: "1", type: 1 }) : json({ message: "Unknown Webhook", code: 10015 }, 404),
    );
    await configure({
      routes: { plain: { id: PLAIN, source: "generic", mapping: { id: "id", title: "title" }, rules: [{ to: ["war"] }] } },
    });
    expect((await hook(PLAIN, { id: "1", title: "an alert" })).status).toBe(202);
    await settled("plain", "war");
    await sweepNow();
    const report = await ask();
    expect(found(report, "destination:war")).toMatchObject({
      state: "fail",
      found: expect.stringMatching(/^Discord has refused our messages since [-\d]+ [:\d]+ UTC: \w+\.$/),
      todo: expect.stringContaining("npx tocsin replay --destination war"),
    });
    expect(found(report, "watch:dead_letters:war")).toMatchObject({
      state: "warn",
      found: expect.stringContaining('Messages to "war" were given up. 1 message'),
      todo: expect.stringContaining("replay"),
    });
    expect(
      report.checks.filter(({ id }) => id.startsWith("watch:destination_")),
      "told by its own check",
    ).toEqual([]);
  });
});
