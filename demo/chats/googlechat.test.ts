// Google Chat: threads by key, repeats by request id, its pace and its refusals, and how a message is drawn.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../src/alert.ts";
import { drawGoogleChat, googlechatText } from "./draw/googlechat.ts";
import { googlechatPings, googlechatProblem } from "./googlechat-form.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
let now = 1_800_000_000_000;
beforeAll(async () => {
  chats = await startChats({ now: () => now });
});
afterAll(() => chats.close());

const post = (url: string, body: unknown, query: Record<string, string> = {}): Promise<Response> => {
  const target = new URL(url);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  return fetch(target, { method: "POST", headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) });
};
interface Created {
  name: string;
  thread: { name: string; threadKey?: string };
}
const created = async (answer: Promise<Response>): Promise<Created> => (await (await answer).json()) as Created;
const refusal = async (answer: Promise<Response>): Promise<unknown> => {
  const { error } = (await (await answer).json()) as { error: { code: number; status: string } };
  return [error.code, error.status];
};
const REPLY = { messageReplyOption: "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD" };

it("puts what has one thread key into one thread, if the option says so", async () => {
  const channel = chats.googlechat("threads");
  const body = { text: "x", thread: { threadKey: "alert-1" } };
  const first = await created(post(channel.url, body, REPLY));
  const second = await created(post(channel.url, body, REPLY));
  const without = await created(post(channel.url, body));
  const other = await created(post(channel.url, { text: "x", thread: { threadKey: "alert-2" } }, REPLY));
  expect(first.name).toMatch(/^spaces\/\w+\/messages\/\w+\.\w+$/);
  expect(second.thread.name).toBe(first.thread.name);
  expect(new Set([first, without, other].map(({ thread }) => thread.name)).size).toBe(3);
  expect(channel.roots()).toHaveLength(3);
  expect(channel.replies(channel.visible()[0]?.id ?? "")).toHaveLength(1);
});

it("returns the first message for a request id that came before, and posts nothing", async () => {
  const channel = chats.googlechat("repeats");
  const first = await created(post(channel.url, { text: "x" }, { requestId: "r1" }));
  const again = await created(post(channel.url, { text: "another" }, { requestId: "r1" }));
  expect(again).toMatchObject({ name: first.name, text: "x" });
  expect(channel.visible()).toHaveLength(1);
  expect(channel.totals.copies).toBe(1);
  await post(channel.url, { text: "x" }, { requestId: "r2" });
  expect(channel.visible()).toHaveLength(2);
});

it("a refused request has used up no id", async () => {
  const channel = chats.googlechat("refused first");
  expect((await post(channel.url, { txt: "x" }, { requestId: "r1" })).status).toBe(400);
  expect((await post(channel.url, { text: "x" }, { requestId: "r1" })).status).toBe(200);
  expect(channel.visible()).toHaveLength(1);
});

it("takes 60 messages a minute and names no delay for the next", async () => {
  const channel = chats.googlechat("pace");
  const statuses = await Promise.all(Array.from({ length: 61 }, async () => (await post(channel.url, { text: "x" })).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(60);
  const refused = await post(channel.url, { text: "x" });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, null]);
  now += 60_000;
  expect((await post(channel.url, { text: "x" })).status).toBe(200);
});

it("guards its address, and can be deleted", async () => {
  const channel = chats.googlechat("guarded");
  expect(await refusal(post(channel.url, { text: "x" }, { key: "other" }))).toEqual([400, "INVALID_ARGUMENT"]);
  expect(await refusal(post(channel.url, { text: "x" }, { token: "other" }))).toEqual([403, "PERMISSION_DENIED"]);
  expect(await refusal(post(channel.url, {}))).toEqual([400, "INVALID_ARGUMENT"]);
  channel.fail({ status: 503 });
  expect(await refusal(post(channel.url, { text: "x" }))).toEqual([503, "UNAVAILABLE"]);
  channel.revoke();
  expect(await refusal(post(channel.url, { text: "x" }))).toEqual([404, "NOT_FOUND"]);
});

const card = (...widgets: Json[]): Json => ({ cardsV2: [{ card: { sections: [{ widgets }] } }] });
const paragraph = (text: string): Json => ({ textParagraph: { text } });
it.each<[Json, RegExp]>([
  [{ text: "x", blocks: [] }, /Unknown name "blocks" at 'message'/],
  [{ text: 1 }, /no string/],
  [{ text: "x".repeat(4_097) }, /4096/],
  [{ text: "x", thread: { threadKey: "k".repeat(4_001) } }, /threadKey/],
  [{ cardsV2: [{ card: { sections: [{ widgets: [] }] } }] }, /at least 1/],
  [card({ banner: {} }), /Unknown name "banner"/],
  [card({ textParagraph: { text: "a" }, divider: {} }), /exactly one/],
  [card(paragraph("a < b")), /markup/],
  [card(paragraph("<script>x</script>")), /markup/],
  [card(paragraph("a & b")), /ampersand/],
  [card({ buttonList: { buttons: [{ text: "x", onClick: { openLink: { url: "javascript:alert(1)" } } }] } }), /no address/],
  [card({ buttonList: { buttons: [{ text: "x", onClick: { action: {} } }] } }), /Unknown name "action"/],
  [card(...Array.from({ length: 101 }, () => paragraph("x"))), /101 widgets/],
  [card(paragraph("é".repeat(16_000))), /32000/],
])("the form refuses %#", (body, problem) => {
  expect(googlechatProblem(body)).toMatch(problem);
});

it("takes the markup that cards read", () => {
  expect(
    googlechatProblem(card(paragraph('<b>a</b> &lt;i&gt; &amp; <font color="#5F6368">b</font><br><a href="https://e.example.com">c</a>'))),
  ).toBeUndefined();
});

it("notifies by the text alone", () => {
  expect(
    googlechatPings({ text: "<users/all> <users/123> @all", cardsV2: [{ card: { sections: [{ widgets: [paragraph("<users/9>")] }] } }] }),
  ).toEqual([
    { kind: "everyone", where: "text" },
    { kind: "user", target: "123", where: "text" },
  ]);
});

describe("the drawing", () => {
  it.each([
    ["*b* _i_ ~s~ snake_case_name", "<b>b</b> <i>i</i> <s>s</s> snake_case_name"],
    ["`*code*`", "<code>*code*</code>"],
    ["<users/all>", '<span class="mention">@all</span>'],
  ])("%s", (text, html) => expect(googlechatText(text)).toBe(html));

  it("stays text whatever a message holds", () => {
    const hostile = `"><img src=x onerror=alert(1)><a href='javascript:alert(1)'>\uE0000\uE001</script>`;
    const onClick = { openLink: { url: "javascript:alert(1)" } };
    const widgets: Json[] = [
      { textParagraph: { text: `${hostile}<font color="red;background:url(x)">` } },
      { decoratedText: { topLabel: hostile, text: hostile, onClick } },
      { buttonList: { buttons: [{ text: hostile, onClick }] } },
    ];
    const header = { title: hostile, subtitle: hostile };
    const html = drawGoogleChat({ text: hostile, cardsV2: [{ card: { header, sections: [{ header: hostile, widgets }] } }] });
    expect(html).toContain("onerror");
    expect(html).not.toMatch(/<img|<script|<\/script|href="javascript|href='|url\(x\)/);
    expect(html.replace(/ (class|href|rel|target|style)="[^"<>]*"/g, "")).not.toMatch(/<[a-z]+ /);
  });
});
