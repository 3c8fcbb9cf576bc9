// Secrets stay secret (promise 11). Canaries are set as Worker secrets, vendors and chats repeat them in every way they can,
// and then everything that is kept, sent, logged or answered is searched for them.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { ntopngHostAlert } from "../../demo/ntopng-samples.ts";
import { createdThin, incident } from "../../demo/sekoia-samples.ts";
import { ntopngFlow } from "../support/flows.ts";
import { installNet, net } from "./support/net.ts";
import { call, configure, hook, ledgerOf, outboxOf, sweepNow, WAIT } from "./support/relay.ts";
import { everyRow } from "./support/rows.ts";
import { setSecret } from "./support/secrets.ts";

installNet();

const ROUTE = "c0ffee00-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const SENSOR = "c0ffee00-cbd2-4a2b-8a3b-6d7c6e2f9a12";
const CANARIES: Record<string, string> = {
  ROUTE_KEY: "canary-route-key-91",
  API_TOKEN: "canary-api-token-92",
  BODY_SECRET: "canary-body-secret-93",
  SLACK_URL: "https://slack.example/services/T0/B0/canary-slack-94",
  DISCORD_URL: "https://discord.example/api/webhooks/95/canary-discord-95",
  HOOK_URL: "https://hook.example/canary-hook-96",
  HOOK_KEY: `whsec_${btoa("canary-signing-key-97-canary-xx!")}`,
  HOOK_HEADER: "canary-header-98",
  ORACLE_KEY: "canary-oracle-key-99",
};
/** What must be found nowhere: the secrets, their telling parts, and the paths of the routes. */
const TELLING = [...Object.values(CANARIES), "canary-slack-94", "canary-discord-95", "canary-hook-96", ROUTE, SENSOR];

const lines: string[] = [];
const queued: string[] = [];
const answers: string[] = [];

/** Whatever a vendor or a chat can do to have a secret written down. */
const repeating = (status: number) => (request: { url: URL; headers: Headers; body: string }) =>
  new Response(`cannot POST ${request.url.pathname}: ${request.url.href} with ${JSON.stringify([...request.headers])}`, { status });

beforeAll(async () => {
  for (const [name, value] of Object.entries(CANARIES)) setSecret(name, value);
  for (const level of ["log", "warn", "error", "info", "debug"] as const)
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      lines.push(parts.map(String).join(" "));
    });
  const prototype = Object.getPrototypeOf(env.DELIVERIES);
  const send = prototype.sendBatch;
  vi.spyOn(prototype, "sendBatch").mockImplementation(function (this: Queue, messages) {
    queued.push(JSON.stringify(messages));
    return send.call(this, messages);
  });
  await configure({
    destinations: {
      // Tells what becomes of the others, without a call.
      box: { type: "inbox", priority: 100 },
      slack: { type: "slack", url: "secret:SLACK_URL", rate: "1000/s" },
      discord: { type: "discord", url: "secret:DISCORD_URL", rate: "1000/s" },
      hook: {
        type: "webhook",
        url: "secret:HOOK_URL",
        secret: "secret:HOOK_KEY",
        headers: { "x-key": "secret:HOOK_HEADER" },
        rate: "1000/s",
      },
      broken: { type: "webhook", url: "secret:HOOK_URL", rate: "1000/s" },
    },
    enrichers: { virustotal: { type: "virustotal", token: "secret:ORACLE_KEY", api: "https://oracle.example" } },
    routes: {
      prod: {
        id: ROUTE,
        source: "sekoia",
        api: "https://api.example",
        token: "secret:API_TOKEN",
        auth: { type: "header", name: "x-key", value: "secret:ROUTE_KEY" },
        rules: [{ to: ["slack", "discord", "hook", "broken"] }],
      },
      sensor: {
        id: SENSOR,
        source: "ntopng",
        shared_secret: "secret:BODY_SECRET",
        enrich: ["virustotal"],
        rules: [{ to: ["slack", "hook"] }],
      },
    },
  });
});

async function everyAnswer(): Promise<string[]> {
  const bearer = { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } };
  const paths = [
    "alerts",
    "deliveries",
    "books",
    "log?route=prod",
    "log?route=sensor",
    "routes",
    "destinations",
    "enrichers",
    "openapi.json",
  ].map((path) => `/api/${path}`);
  const texts = await Promise.all(
    [...paths, "/metrics", "/healthz"].map(async (path) => `${path} ${await (await call(path, bearer)).text()}`),
  );
  const { items }: { items: { id: string }[] } = await (await call("/api/alerts", bearer)).json();
  const stories = await Promise.all(items.map(async ({ id }) => `story ${await (await call(`/api/alerts/${id}`, bearer)).text()}`));
  return [...texts, ...stories];
}

/** Fails with the places, not with the secrets. */
function expectNone(what: string, texts: string[], telling = TELLING): void {
  expect(texts.length, what).toBeGreaterThan(0);
  const places = texts.flatMap((text) =>
    telling.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${text.slice(0, 120)}`),
  );
  expect(places, what).toEqual([]);
}

describe("secrets and the paths of routes", () => {
  test("are sent where they belong", async () => {
    net.answer("api.example", repeating(403));
    net.answer("slack.example", repeating(500));
    net.answer("discord.example", repeating(401));
    net.answer("oracle.example", repeating(401));
    net.answer("hook.example", ({ url, headers }) => {
      if (headers.get("x-key") === null) throw new TypeError(`cannot reach ${url.href}`);
      return repeating(400)({ url, headers, body: "" });
    });
    const one = createdThin(incident(1, "secrets"));
    const key = { "x-key": CANARIES.ROUTE_KEY ?? "" };
    const sensor = ntopngHostAlert(CANARIES.BODY_SECRET ?? "", Date.now());
    const flow = { ...ntopngFlow({ port: 40_001, to: "203.0.113.7" }), sharedsecret: CANARIES.BODY_SECRET };
    for (const answer of [
      await hook(ROUTE, one, key),
      await hook(ROUTE, one),
      await hook(ROUTE, `{"token":"${CANARIES.API_TOKEN}"`, key),
      await hook(ROUTE, { note: CANARIES.API_TOKEN }, key),
      await hook(SENSOR, sensor),
      await hook(SENSOR, { ...sensor, alerts: { not: "a list" } }),
      await hook(SENSOR, ntopngHostAlert("wrong", Date.now())),
      await hook(SENSOR, flow),
    ]) {
      answers.push(`${answer.status} ${await answer.text()}`);
    }
    expect(answers.map((answer) => answer.slice(0, 3))).toEqual(["202", "401", "400", "422", "202", "422", "401", "202"]);
    await vi.waitFor(async () => {
      expect((await outboxOf("discord").status()).counts).toMatchObject({ dead: 1 });
      expect((await outboxOf("hook").status()).counts).toMatchObject({ dead: 3 });
      expect((await outboxOf("broken").status()).failures).toBeGreaterThan(0);
      expect((await outboxOf("slack").deliveriesOf((await outboxOf("slack").pending(1))[0]?.alert ?? ""))[0]?.log.length).toBeGreaterThan(
        0,
      );
      expect((await ledgerOf("sensor").books()).counts.refused).toBe(2);
    }, WAIT);
    const sent = net.calls.map(({ url, headers }) => `${url.href} ${JSON.stringify([...headers])}`).join("\n");
    for (const secret of [
      "canary-slack-94",
      "canary-discord-95",
      "canary-hook-96",
      CANARIES.API_TOKEN,
      CANARIES.HOOK_HEADER,
      CANARIES.ORACLE_KEY,
    ])
      expect(sent).toContain(secret);
  });

  test("are in no row of an object and no row of D1, but for the paths in the configuration", async () => {
    await sweepNow();
    const rows = await everyRow();
    expect(rows.length).toBeGreaterThan(10);
    const configuration = (row: string) => row.startsWith("D1 routes ");
    expectNone(
      "rows",
      rows.filter((row) => !configuration(row)),
    );
    expectNone("configuration", rows.filter(configuration), Object.values(CANARIES));
  });

  test("are in no message on the queue", () => expectNone("queue", queued));

  test("are in no line of the log", () => expectNone("log", lines));

  test("are in no answer of a hook, the API or the metrics", async () => {
    expectNone("hooks", answers);
    expectNone("API", await everyAnswer());
  });
});
