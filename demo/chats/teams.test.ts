// Teams: 202 for nearly everything, and what becomes of it.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Json } from "../../src/alert.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
beforeAll(async () => {
  chats = await startChats();
});
afterAll(() => chats.close());

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const card = (extra: Record<string, Json> = {}): Json => ({
  type: "AdaptiveCard",
  version: "1.4",
  body: [{ type: "TextBlock", text: "x" }],
  ...extra,
});
const envelope = (...cards: Json[]): Json => ({
  type: "message",
  attachments: cards.map((content) => ({ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content })),
});

it("answers 202 with no body and shows each attachment as a message", async () => {
  const channel = chats.teams("two");
  const answer = await post(channel.url, envelope(card(), card()));
  expect([answer.status, await answer.text()]).toEqual([202, ""]);
  expect(channel.visible()).toHaveLength(2);
});

const HIDDEN: [string, unknown, RegExp][] = [
  ["no attachments", { text: "x" }, /attachments/],
  ["another kind of attachment", { attachments: [{ contentType: "text/plain", content: {} }] }, /adaptive/],
  ["no card type", envelope({ version: "1.4" }), /AdaptiveCard/],
  ["a version to come", envelope(card({ version: "2.0" })), /version/],
  ["an unknown element", envelope(card({ body: [{ type: "Banner" }] })), /body\[0\].*Banner/],
  ["a text block without text", envelope(card({ body: [{ type: "Container", items: [{ type: "TextBlock" }] }] })), /items\[0\]\.text/],
  ["a fact without value", envelope(card({ body: [{ type: "FactSet", facts: [{ title: "x" }] }] })), /facts\[0\]/],
  ["an unknown style", envelope(card({ body: [{ type: "Container", style: "red", items: [] }] })), /style/],
  ["a bad link", envelope(card({ actions: [{ type: "Action.OpenUrl", title: "x", url: "javascript:alert(1)" }] })), /url/],
  ["too many bytes", envelope(card({ fallbackText: "x".repeat(24_200) })), /28672/],
];
it.each(HIDDEN)("takes %s with 202 and shows nothing", async (name, body, reason) => {
  const channel = chats.teams(name);
  expect((await post(channel.url, body)).status).toBe(202);
  expect(channel.visible()).toHaveLength(0);
  expect(channel.messages[0]?.hidden).toMatch(reason);
  expect(channel.refusals.list[0]?.words).toMatch(/^accepted, not shown/);
});

it("counts bytes, not characters, with what Teams adds", async () => {
  const channel = chats.teams("bytes");
  const sized = (text: string): Json => envelope(card({ fallbackText: text }));
  const frame = JSON.stringify(sized("")).length;
  const most = Math.floor(28_672 / 1.18);
  await post(channel.url, sized("x".repeat(most - frame)));
  await post(channel.url, sized("é".repeat(Math.ceil((most - frame + 1) / 2))));
  expect(channel.messages.map(({ hidden }) => hidden === undefined)).toEqual([true, false]);
});

it("posts the body itself in a flow that was made so", async () => {
  const channel = chats.teams("bare", { shape: "card" });
  await post(channel.url, card());
  await post(channel.url, envelope(card()));
  expect(channel.messages.map(({ hidden }) => hidden === undefined)).toEqual([true, false]);
});

it("guards its address, and can be deleted", async () => {
  const channel = chats.teams("guarded");
  const code = async (url: string): Promise<unknown> => {
    const answer = await post(url, envelope(card()));
    return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
  };
  expect(await code(channel.url.replace(/&sig=.*/, ""))).toEqual([401, "DirectApiAuthorizationRequired"]);
  expect(await code(channel.url.replace(/sig=.*/, "sig=other"))).toEqual([401, "DirectApiAuthorizationRequired"]);
  expect(await code(channel.url.replace("api-version=1&", ""))).toEqual([400, "MissingApiVersionParameter"]);
  const powerPlatform = channel.url.replace("/workflows/", "/powerautomate/automations/direct/workflows/");
  expect((await post(powerPlatform, envelope(card()))).status).toBe(202);
  expect(channel.visible()).toHaveLength(1);
  channel.revoke();
  expect(await code(channel.url)).toEqual([404, "WorkflowNotFound"]);
});

it("mentions only whom both the text and the entities name", async () => {
  const channel = chats.teams("pings");
  const body: Json = [{ type: "TextBlock", text: 'hello <at>Ann "A"</at> <at>Bob</at>' }];
  const entities: Json = [
    { type: "mention", text: '<at>Ann "A"</at>', mentioned: { id: "ann@example.com", name: "Ann" } },
    { type: "mention", text: "<at>Cy</at>", mentioned: { id: "cy@example.com", name: "Cy" } },
  ];
  await post(channel.url, envelope(card({ body, msteams: { entities } })));
  await post(channel.url, envelope(card({ body })));
  expect(channel.visible().map(({ pings }) => pings.map(({ target }) => target))).toEqual([["ann@example.com"], []]);
});
