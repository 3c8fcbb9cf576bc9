// The admin side over HTTP: search, our own status, a dead delivery and its replay, the log, tests with dry run, metrics, pages.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
interface Delivery {
  id: string;
  alert: string;
  state: string;
  reason: string | null;
  attempts: number;
}
interface Items<Item> {
  items: Item[];
  next: string | null;
}
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    secrets: ({ chats }) => ({ SOC: chats.slack("soc").url, HOOK_KEY: "canary-hook-key" }),
    config: ({ chats }) => ({
      destinations: {
        soc: { type: "slack", url: "secret:SOC", rate: "100/s" },
        war: { type: "discord", url: chats.discord("war").url, rate: "100/s" },
      },
      routes: {
        prod: {
          id: ROUTE,
          source: "sekoia",
          auth: { type: "header", name: "x-key", value: "secret:HOOK_KEY" },
          rules: [{ name: "high", when: "alert.severity_id >= MEDIUM", to: ["soc", "war"] }],
        },
      },
    }),
  });
});
afterAll(() => stack?.stop());

const post = (number: number) => stack.hook(ROUTE, createdFlattened(incident(number, "admin")), { "x-key": "canary-hook-key" });

test("without a token there is no answer but 401, and a page leads to the sign-in", async () => {
  for (const path of ["/api/alerts", "/api/books", "/api/config", "/metrics"]) {
    const answer = await fetch(`${stack.relay.url}${path}`);
    expect(answer.status, path).toBe(401);
    expect(await answer.text()).not.toContain("prod");
  }
  const page = await fetch(`${stack.relay.url}/`, { redirect: "manual" });
  expect([302, 303]).toContain(page.status);
  expect(page.headers.get("location")).toContain("/signin");
});

describe("a dead delivery", () => {
  let dead: Delivery | undefined;

  test("has the chat's own reason", async () => {
    stack.chats.slack("soc").revoke();
    expect((await post(0)).status).toBe(202);
    await stack.settled();
    const { items } = await stack.get<Items<Delivery>>("/api/deliveries?state=dead&destination=soc");
    expect(items).toHaveLength(1);
    [dead] = items;
    expect(dead).toMatchObject({ state: "dead", attempts: 1, kind: "create" });
    expect(dead?.reason).toMatch(/not_found|revoked/);
  });

  test("is replayed once its destination is back; a second replay is refused", async () => {
    stack.chats.slack("soc").calm();
    const path = `/api/deliveries/${dead?.id}/replay`;
    expect((await stack.call(path, { method: "POST" })).status).toBe(200);
    await stack.settled();
    expect(stack.chats.slack("soc").visible()).toHaveLength(1);
    expect((await stack.call(path, { method: "POST" })).status).toBe(409);
    expect((await stack.call("/api/deliveries/soc.prod.none.1/replay", { method: "POST" })).status).toBe(404);
    const books = await stack.books();
    expect(books.destinations.find(({ name }) => name === "soc")).toMatchObject({ planned: 1, delivered: 1, dead: 0 });
  });
});

test("our own status is shown in the chat and told in the story", async () => {
  const { items } = await stack.get<Items<{ id: string }>>("/api/alerts?route=prod&severity=critical,high,medium");
  const id = items[0]?.id;
  const body = JSON.stringify({ status: "resolved", comment: "a drill" });
  const answer = await stack.call(`/api/alerts/${id}/status`, { method: "POST", body, headers: { "content-type": "application/json" } });
  expect(answer.status).toBe(200);
  await stack.settled();
  expect(stack.chats.discord("war").visible()[0]?.raw).toContain("RESOLVED");
  const story = await stack.get<{ alert: { status: string }; trace: { decision: string }[] }>(`/api/alerts/${id}`);
  expect(story.alert.status).toBe("resolved");
  expect(story.trace.map(({ decision }) => decision)).toContain("own_change");
  expect((await stack.call(`/api/alerts/${id}/status`, { method: "POST", body: "{}" })).status).toBe(422);
});

test("lists page with a stable cursor", async () => {
  for (let number = 1; number < 8; number += 1) await post(number);
  await stack.settled();
  const whole = await stack.get<Items<{ id: string }>>("/api/alerts?limit=200");
  const paged: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const page: Items<{ id: string }> = await stack.get(`/api/alerts?limit=3${next ? `&cursor=${encodeURIComponent(next)}` : ""}`);
    paged.push(...page.items.map(({ id }) => id));
    next = page.next;
  }
  expect(paged).toEqual(whole.items.map(({ id }) => id));
});

test("a SIEM with a wrong secret is seen at once in the log", async () => {
  const refused = await stack.hook(ROUTE, createdFlattened(incident(1, "admin")), { "x-key": "canary-wrong" });
  expect(refused.status).toBe(401);
  await expect
    .poll(async () => (await stack.get<Items<{ status: number; reason: string }>>("/api/log?outcome=refused")).items[0])
    .toMatchObject({ status: 401, outcome: "refused", reason: expect.stringContaining("unauthorized"), route: "prod" });
});

test("a test message says that it is one; its dry run shows the bytes without the secret", async () => {
  const shown = stack.chats.slack("soc").visible().length;
  const dry = await stack.call("/api/destinations/soc/test?dry_run=true", { method: "POST" });
  const text = await dry.text();
  expect(dry.status).toBe(200);
  expect(text).toContain("TEST");
  expect(text).not.toContain(new URL(stack.chats.slack("soc").url).pathname);
  expect(stack.chats.slack("soc").visible()).toHaveLength(shown);
  expect((await stack.call("/api/destinations/soc/test", { method: "POST" })).status).toBe(200);
  await stack.chats.slack("soc").waitFor((visible) => visible.length === shown + 1);
  expect(stack.chats.slack("soc").visible().at(-1)?.raw).toContain("TEST");
});

test("routes hide their ids, and metrics count", async () => {
  expect(JSON.stringify(await stack.get("/api/routes"))).not.toContain(ROUTE);
  expect(JSON.stringify(await stack.get("/api/routes?reveal=true"))).toContain(ROUTE);
  const metrics = await (await stack.call("/metrics")).text();
  expect(metrics).toMatch(/tocsin_events_total\{route="prod",outcome="accepted"\} 8/);
});

test("no log line holds a secret or the path of a hook", () => {
  const lines = JSON.stringify(stack.lines);
  expect(lines.length).toBeGreaterThan(1_000);
  for (const secret of ["canary-hook-key", "canary-wrong", ROUTE, "test-admin-token", new URL(stack.chats.slack("soc").url).pathname])
    expect(lines).not.toContain(secret);
});
