// Mattermost: what the server refuses, rewrites and splits, whom a post notifies, and how it is drawn.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../src/alert.ts";
import { drawMattermost, mattermostMarkdown } from "./draw/mattermost.ts";
import { mattermostPings, mattermostProblem, mattermostRewritten } from "./mattermost-form.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
let now = 1_800_000_000_000;
beforeAll(async () => {
  chats = await startChats({ now: () => now });
});
afterAll(() => chats.close());

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const refusal = async (answer: Response): Promise<unknown> => [answer.status, ((await answer.json()) as { id: string }).id];

it("takes a text or an attachment, and answers ok", async () => {
  const channel = chats.mattermost("soc");
  const answer = await post(channel.url, { text: "hello" });
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([200, "text/plain", "ok"]);
  expect((await post(channel.url, { attachments: [{ fallback: "f", text: "t" }] })).status).toBe(200);
  expect(channel.visible()).toHaveLength(2);
});

it("stands below any path", async () => {
  const { pathname } = new URL(chats.mattermost("deep").url);
  expect((await post(`${chats.origin}/team/chat${pathname}`, { text: "x" })).status).toBe(200);
  expect(chats.mattermost("deep").visible()).toHaveLength(1);
});

it.each<[string, unknown, string]>([
  ["no JSON", "{", "model.incoming_hook.parse_data.app_error"],
  ["a number as text", { text: 1 }, "model.incoming_hook.parse_data.app_error"],
  ["a word among the attachments", { attachments: ["x"] }, "model.incoming_hook.parse_data.app_error"],
  ["nothing to show", { username: "x" }, "web.incoming_webhook.text.app_error"],
  ["a priority without its word", { text: "x", priority: { requested_ack: true } }, "api.context.invalid_param.app_error"],
  ["too much", { attachments: [{ text: "x".repeat(760_000) }] }, "web.incoming_webhook.split_props_length.app_error"],
])("refuses %s", async (_what, body, id) => {
  expect(await refusal(await post(chats.mattermost("refusing").url, body))).toEqual([400, id]);
});

it("says 400 for a deleted webhook, 501 where webhooks are off, 403 where its maker may not post", async () => {
  const deleted = chats.mattermost("deleted");
  deleted.revoke();
  expect(await refusal(await post(deleted.url, { text: "x" }))).toEqual([400, "web.incoming_webhook.invalid.app_error"]);
  expect(await refusal(await post(chats.mattermost("off", { off: true }).url, { text: "x" }))).toEqual([
    501,
    "web.incoming_webhook.disabled.app_error",
  ]);
  expect(await refusal(await post(chats.mattermost("closed", { closed: true }).url, { text: "x" }))).toEqual([
    403,
    "web.incoming_webhook.permissions.app_error",
  ]);
});

it("limits where it is asked to, and says how long to wait", async () => {
  const { url } = chats.mattermost("slow", { rate: { perSecond: 0.5, burst: 1 } });
  expect((await post(url, { text: "x" })).status).toBe(200);
  const answer = await post(url, { text: "x" });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "2"]);
  now += 2_000;
  expect((await post(url, { text: "x" })).status).toBe(200);
});

it("splits a long text over several posts, the attachments at the last", async () => {
  const channel = chats.mattermost("long");
  await post(channel.url, { text: "é".repeat(16_384), attachments: [{ fallback: "f", text: "t" }] });
  expect(channel.visible().map(({ body }) => [String((body as { text: string }).text).length, "attachments" in (body as object)])).toEqual([
    [16_383, false],
    [1, true],
  ]);
});

it("keeps Slack's forms as the server rewrites them, code included", () => {
  const kept = mattermostRewritten({
    text: "<!channel> `<https://a.example|b>`",
    attachments: [{ text: "`x <a | b> y`", fields: [{ value: "<@abc>" }] }],
  });
  expect(kept.text).toBe("@channel `[b](https://a.example)`");
  expect(kept.attachments).toEqual([{ text: "`x [ b](a ) y`", fields: [{ value: "@user-abc" }] }]);
});

it.each<[string, Json, string[]]>([
  ["in a text", { text: "hi @channel, @here and (@all) \\@jdoe" }, ["channel", "here", "everyone", "jdoe"]],
  [
    "in an attachment",
    { attachments: [{ pretext: "@a", text: "x.@b", fields: [{ value: "@c:" }], title: "@d", footer: "@e" }] },
    ["a", "b", "c"],
  ],
  ["nowhere in code", { text: "`@channel` ``a ` @all``\n```\n@here\n```" }, []],
  ["nowhere in look-alikes and addresses", { text: "＠channel jdoe@example.com" }, []],
])("notifies %s", (_where, body, names) => {
  expect(mattermostPings(body as { text: string }).map(({ kind, target }) => target ?? kind)).toEqual(names);
});

it.each<[Json, RegExp]>([
  [{ text: "x", colour: 1 }, /colour is not a parameter/],
  [{ text: "x".repeat(16_384) }, /would be split/],
  [{ attachments: [{ text: "x" }] }, /fallback is required/],
  [{ attachments: [{ fallback: "f", color: "red" }] }, /color/],
  [{ attachments: [{ fallback: "f", ts: 1 }] }, /ts is not shown/],
  [{ attachments: [{ fallback: "f", title: "t", title_link: "javascript:alert(1)" }] }, /title_link/],
  [{ attachments: [{ fallback: "f", footer: "x".repeat(301) }] }, /footer/],
  [{ attachments: [{ fallback: "f", fields: [{ title: "t", value: "" }] }] }, /fields\[0\]/],
  [{ attachments: [{ fallback: "f", text: "&".repeat(1_300) }] }, /older servers/],
  [{ text: "x", priority: { priority: "high" } }, /priority/],
  [{ text: "x", silent: true, priority: { priority: "urgent", persistent_notifications: true } }, /persistent and silent/],
])("the strict form finds what would be shown otherwise: %j", (body, problem) => {
  expect(mattermostProblem(body)).toMatch(problem);
});

describe("the drawing", () => {
  it.each([
    ["**b** _i_ ~~s~~", "<b>b</b> <i>i</i> <s>s</s>"],
    ["\\*not\\* \\[x\\](y)", "*not* [x](y)"],
    ["`a *b*`", "<code>a *b*</code>"],
    ["x\n```\nls\n```\ny", "x<pre>ls</pre>y"],
    ["@channel", '<span class="mention">@channel</span>'],
  ])("%s", (text, html) => expect(mattermostMarkdown(text)).toBe(html));

  it("stays text whatever a message holds", () => {
    const hostile = `"><img src=x onerror=alert(1)><a href='javascript:alert(1)'>\uE0000\uE001</script>`;
    const attachment = { color: "red;background:url(x)", title: hostile, title_link: hostile, text: hostile, footer: hostile };
    const html = drawMattermost({
      text: hostile,
      priority: { priority: hostile },
      attachments: [{ ...attachment, fields: [{ title: hostile, value: hostile }] }],
    });
    expect(html).toContain("onerror");
    expect(html).not.toMatch(/<img|<script|<\/script|href="javascript|href='|url\(x\)/);
    expect(html.replace(/ (class|href|rel|target|style)="[^"<>]*"/g, "")).not.toMatch(/<[a-z]+ /);
  });
});
