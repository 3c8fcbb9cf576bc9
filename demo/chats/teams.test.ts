// Teams: 202 for nearly everything, and what becomes of it.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Json } from "../../src/alert.ts";
import { type Chats, startChats } from "./server.ts";
import { teamsProblem } from "./teams-form.ts";

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

const STRANGE: [string, Json, RegExp][] = [
  ["a member that an element has not", card({ body: [{ type: "TextBlock", text: "x", colour: "red" }] }), /colour is not a member/],
  ["a member that came later", card({ body: [{ type: "TextBlock", text: "x", style: "heading" }] }), /came with version 1.5/],
  ["an element that came later", card({ version: "1.1", body: [{ type: "RichTextBlock", inlines: ["x"] }] }), /came with version 1.2/],
  ["a word that is none", card({ body: [{ type: "TextBlock", text: "x", size: "huge" }] }), /size is unknown/],
  ["a number as text", card({ body: [{ type: "FactSet", facts: [{ title: "x", value: 1 }] }] }), /value is no text/],
  ["a button that answers a bot", card({ actions: [{ type: "Action.Submit", title: "x" }] }), /Action.Submit/],
  [
    "a link of a line to no address",
    card({ body: [{ type: "Container", items: [], selectAction: { type: "Action.OpenUrl", url: "x" } }] }),
    /url/,
  ],
  ["a card of another width", card({ msteams: { width: "half" } }), /width/],
  [
    "a mention of somebody without an id",
    card({ msteams: { entities: [{ type: "mention", text: "x", mentioned: { name: "A" } }] } }),
    /id is missing/,
  ],
  [
    "a mention that the text does not hold",
    card({ msteams: { entities: [{ type: "mention", text: "<at>A</at>", mentioned: { id: "a", name: "A" } }] } }),
    /whom the text does not/,
  ],
];
it.each(STRANGE)("the strict form finds %s", (_what, content, problem) => {
  expect(teamsProblem(envelope(content))).toMatch(problem);
  expect(teamsProblem(content, "card")).toMatch(problem);
});

it("the strict form asks for the envelope and counts bytes", () => {
  expect(teamsProblem(card())).toMatch(/'message'/);
  expect(teamsProblem({ type: "message", attachments: [] })).toMatch(/Send_each_adaptive_card/);
  expect(teamsProblem(envelope(card({ fallbackText: "é".repeat(14_400) })))).toMatch(/at most 28672/);
  expect(teamsProblem(envelope(card()))).toBeUndefined();
});
