// The Standard Webhooks receiver: signatures against an independent implementation, repeats, refusals.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Chats, startChats } from "./server.ts";

const secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const former = "whsec_HxsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQAfHh0=";
const at = new Date("2025-01-14T15:01:07Z");
const raw = '{"type":"alert.created","data":{"title":"Encoded PowerShell"}}';

let chats: Chats;
beforeAll(async () => {
  chats = await startChats({ now: () => at.getTime() });
});
afterAll(() => chats.close());

const send = (url: string, id: string, { signedWith = secret, time = at, body = raw } = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
      "webhook-signature": `v1a,unknown ${new Webhook(signedWith).sign(id, time, raw)}`,
    },
    body,
  });

it("takes what is signed with one of its secrets", async () => {
  const channel = chats.webhook("signed", { secret: [secret, former] });
  expect((await send(channel.url, "msg_1")).status).toBe(200);
  expect((await send(channel.url, "msg_2", { signedWith: former })).status).toBe(200);
  expect(channel.visible().map(({ verified }) => verified)).toEqual([true, true]);
});

it("refuses a changed body, an old timestamp, a foreign key and a missing signature", async () => {
  const channel = chats.webhook("strict", { secret });
  expect((await send(channel.url, "a", { body: `${raw} ` })).status).toBe(401);
  expect((await send(channel.url, "b", { time: new Date(at.getTime() - 301_000) })).status).toBe(401);
  expect((await send(channel.url, "c", { signedWith: former })).status).toBe(401);
  expect((await fetch(channel.url, { method: "POST", body: raw })).status).toBe(401);
  expect(channel.messages).toHaveLength(0);
});

it("shows a repeat once and counts it", async () => {
  const channel = chats.webhook("repeats", { secret });
  for (let turn = 0; turn < 3; turn += 1) expect((await send(channel.url, "msg_1")).status).toBe(200);
  expect(channel.visible().map(({ copies }) => copies)).toEqual([3]);
  expect(channel.totals).toMatchObject({ requests: 3, messages: 1, copies: 2 });
});

it("checks nothing without a secret, wants JSON, and says 410 once it is gone", async () => {
  const channel = chats.webhook("open");
  expect((await fetch(channel.url, { method: "POST", body: "{}" })).status).toBe(200);
  expect(channel.visible()[0]?.verified).toBeUndefined();
  expect((await fetch(channel.url, { method: "POST", body: "{" })).status).toBe(400);
  channel.revoke();
  expect((await fetch(channel.url, { method: "POST", body: "{}" })).status).toBe(410);
});

it("does not start with a secret that is none", () => {
  expect(() => chats.webhook("weak", { secret: "whsec_c2hvcnQ=" })).toThrow("24 to 64 bytes");
});
