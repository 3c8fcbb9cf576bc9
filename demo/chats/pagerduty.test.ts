// The simulated PagerDuty: one incident per key, what is dropped, what is refused, the limit.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type JsonObject, objectOf } from "./json.ts";
import { pagerdutyErrors } from "./pagerduty-form.ts";
import { type Chats, startChats } from "./server.ts";

const ROUTING_KEY = "0123456789abcdef0123456789ABCDEF";
let now = Date.UTC(2026, 10, 20, 12);
let chats: Chats;
beforeAll(async () => {
  chats = await startChats({ now: () => now });
});
afterAll(() => chats.close());

const event = (more: JsonObject = {}): JsonObject => ({
  routing_key: ROUTING_KEY,
  event_action: "trigger",
  dedup_key: "alert-1",
  payload: { summary: "Canary touched", source: "db-2", severity: "critical" },
  ...more,
});
const send = async (url: string, body: JsonObject): Promise<{ status: number; body: JsonObject }> => {
  const response = await fetch(`${url}/v2/enqueue`, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as JsonObject };
};

it("makes one incident of all events with one key, and calls once", async () => {
  const service = chats.pagerduty("one");
  expect(await send(service.url, event())).toEqual({
    status: 202,
    body: { status: "success", message: "Event processed", dedup_key: "alert-1" },
  });
  await send(service.url, event({ payload: { summary: "Canary touched twice", source: "db-2", severity: "critical" } }));
  await send(service.url, event({ event_action: "acknowledge" }));
  await send(service.url, event({ event_action: "resolve" }));
  const [incident] = service.visible();
  expect(service.visible()).toHaveLength(1);
  expect(objectOf(incident?.body)).toMatchObject({
    status: "resolved",
    payload: { summary: "Canary touched twice" },
    log: [{ action: "trigger" }, { action: "trigger" }, { action: "acknowledge" }, { action: "resolve" }],
  });
  expect(incident?.pings).toHaveLength(1);
  expect(JSON.stringify(incident?.body)).not.toContain(ROUTING_KEY);
});

it("opens a new incident for a key whose incident was resolved, and keeps an acknowledged one acknowledged", async () => {
  const service = chats.pagerduty("again");
  await send(service.url, event());
  await send(service.url, event({ event_action: "acknowledge" }));
  await send(service.url, event());
  expect(objectOf(service.visible()[0]?.body).status).toBe("acknowledged");
  await send(service.url, event({ event_action: "resolve" }));
  await send(service.url, event());
  expect(service.visible().map(({ body }) => objectOf(body).status)).toEqual(["resolved", "triggered"]);
});

it("takes and drops what is about no open incident", async () => {
  const service = chats.pagerduty("dropped");
  expect((await send(service.url, event({ event_action: "resolve", dedup_key: "never" }))).status).toBe(202);
  expect(service.messages).toHaveLength(0);
  expect(service.refusals.list.at(-1)?.words).toMatch(/dropped/);
});

it("refuses with a list of errors", async () => {
  const service = chats.pagerduty("strict");
  expect((await send(service.url, event({ routing_key: "short" }))).body).toEqual({
    status: "invalid event",
    message: "Event object is invalid",
    errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
  });
  expect((await fetch(`${service.url}/v2/enqueue`, { method: "POST", body: "{" })).status).toBe(400);
  expect((await fetch(service.url, { method: "POST", body: "{}" })).status).toBe(404);
  service.revoke();
  expect((await send(service.url, event())).body.errors).toEqual(["Invalid routing key"]);
});

it.each<[JsonObject, RegExp]>([
  [{ event_action: "open" }, /event_action/],
  [{ event_action: "resolve", dedup_key: "x".repeat(256) }, /dedup_key.*255/],
  [{ payload: { summary: "", source: "x", severity: "info" } }, /payload.summary/],
  [{ payload: { summary: "x".repeat(1025), source: "x", severity: "info" } }, /1024/],
  [{ payload: { summary: "x", source: "x", severity: "high" } }, /critical, error/],
  [{ payload: { summary: "x", source: "x", severity: "info", timestamp: "today" } }, /ISO 8601/],
  [{ payload: { summary: "x", source: "x", severity: "info", custom_details: "x" } }, /custom_details/],
  [{ links: [{ text: "no address" }] }, /links\[0\]\.href/],
  [{ links: [{ href: "javascript:alert(1)" }] }, /web address/],
])("finds what is wrong with %j", (more, words) => {
  expect(pagerdutyErrors(event(more)).join("\n")).toMatch(words);
  expect(pagerdutyErrors(event())).toEqual([]);
});

it("takes 120 events in any 60 seconds", async () => {
  const service = chats.pagerduty("limit");
  const statuses = await Promise.all(Array.from({ length: 121 }, () => send(service.url, event()).then(({ status }) => status)));
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  now += 60_001;
  expect((await send(service.url, event())).status).toBe(202);
});
