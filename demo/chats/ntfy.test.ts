// The simulated ntfy: what a phone shows, replacement, limits, errors.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type JsonObject, objectOf } from "./json.ts";
import { ntfyProblem } from "./ntfy-form.ts";
import { type Chats, startChats } from "./server.ts";

let now = Date.UTC(2026, 10, 20, 12);
let chats: Chats;
beforeAll(async () => {
  chats = await startChats({ now: () => now });
});
afterAll(() => chats.close());

const message = (more: JsonObject = {}): JsonObject => ({
  topic: "soc-x7Kq",
  title: "[HIGH] Port scan",
  message: "from 192.0.2.7",
  priority: 4,
  ...more,
});
const send = async (url: string, body: JsonObject, headers: Record<string, string> = {}): Promise<{ status: number; body: JsonObject }> => {
  const response = await fetch(`${url}/`, { method: "POST", body: JSON.stringify(body), headers });
  return { status: response.status, body: (await response.json()) as JsonObject };
};

it("shows a message and tells whom it woke", async () => {
  const phone = chats.ntfy("phone");
  expect(await send(phone.url, message())).toMatchObject({ status: 200, body: { event: "message", topic: "soc-x7Kq", priority: 4 } });
  await send(phone.url, message({ priority: 2, message: "" }));
  const [loud, quiet] = phone.visible();
  expect(loud?.pings).toEqual([{ kind: "channel", where: "priority 4" }]);
  expect(quiet?.pings).toEqual([]);
  expect(objectOf(quiet?.body).message).toBe("triggered");
});

it("replaces the notification of the same sequence, silently; an old server does not know of it", async () => {
  const phone = chats.ntfy("new");
  expect((await send(phone.url, message({ sequence_id: "a-1" }))).body.sequence_id).toBe("a-1");
  await send(phone.url, message({ sequence_id: "a-1", title: "[CRITICAL] Port scan" }));
  expect(phone.visible()).toMatchObject([{ body: { title: "[CRITICAL] Port scan" }, pings: [{ where: "priority 4" }] }]);
  const old = chats.ntfy("old", { old: true });
  expect((await send(old.url, message({ sequence_id: "a.1" }))).body).not.toHaveProperty("sequence_id");
  await send(old.url, message({ sequence_id: "a.1" }));
  expect(old.visible()).toHaveLength(2);
});

it("makes a file of a message that is too long, or refuses it", async () => {
  const long = message({ message: "é".repeat(2_049) });
  const phone = chats.ntfy("long");
  await send(phone.url, long);
  expect(objectOf(phone.visible()[0]?.body).attachment).toMatchObject({ name: "attachment.txt", size: 4_098 });
  expect(await send(chats.ntfy("strict", { attachments: false }).url, long)).toMatchObject({ status: 400, body: { code: 40014 } });
});

it("wants its token where the topic is protected", async () => {
  const { url } = chats.ntfy("closed", { token: "tk_right" });
  expect(await send(url, message())).toMatchObject({ status: 403, body: { code: 40301, http: 403 } });
  expect(await send(url, message(), { authorization: "Bearer tk_wrong" })).toMatchObject({ status: 401, body: { code: 40101 } });
  expect(await send(url, message(), { authorization: "Bearer tk_right" })).toMatchObject({ status: 200 });
});

it("takes 60 requests at once, then one in 5 seconds", async () => {
  const { url } = chats.ntfy("busy");
  const statuses = await Promise.all(Array.from({ length: 61 }, () => send(url, message()).then(({ status }) => status)));
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  now += 5_000;
  expect((await send(url, message())).status).toBe(200);
  expect(await send(url, message())).toMatchObject({ status: 429, body: { code: 42901 } });
});

it.each<[JsonObject, number]>([
  [{ topic: "no topic" }, 40009],
  [{ topic: "docs" }, 40010],
  [{ priority: 6 }, 40007],
  [{ title: "x".repeat(1_025) }, 40000],
  [{ tags: ["x".repeat(513)] }, 40000],
  [{ sequence_id: "a.b" }, 40049],
  [{ tags: "high" }, 40017],
  [{ actions: [{ action: "view", label: "x" }] }, 40018],
  [{ actions: Array(4).fill({ action: "view", label: "x", url: "https://e.example.com/" }) }, 40018],
])("refuses %j", (more, code) => expect(ntfyProblem(message(more), { sequences: true })?.code).toBe(code));

it("knows no other address than its root", async () => {
  const { url } = chats.ntfy("root");
  expect((await fetch(`${url}/soc`, { method: "POST", body: "x" })).status).toBe(404);
});
