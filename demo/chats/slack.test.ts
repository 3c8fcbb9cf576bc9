// Slack's limits, words and mentions.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Json } from "../../src/alert.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
beforeAll(async () => {
  chats = await startChats();
});
afterAll(() => chats.close());

const send = async (body: unknown, name = "soc"): Promise<[number, string]> => {
  const raw = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(chats.slack(name).url, { method: "POST", headers: { "content-type": "application/json" }, body: raw });
  return [answer.status, await answer.text()];
};
const plain = (length: number): Json => ({ type: "plain_text", text: "x".repeat(length) });
const section = (length: number): Json => ({ type: "section", text: plain(length) });
const button = (extra: Record<string, Json> = {}): Json => ({
  type: "button",
  text: plain(10),
  url: "https://siem.example.com/1",
  ...extra,
});
const leaves = (...elements: Json[]): Json => ({ type: "rich_text_section", elements });
const rich = (...elements: Json[]): Json => ({ type: "rich_text", elements });
const markdown = (length: number): Json => ({ type: "markdown", text: "x".repeat(length) });
const table = (rows: number, cells: number): Json => ({
  type: "table",
  rows: Array.from({ length: rows }, () => Array.from({ length: cells }, () => ({ type: "raw_text", text: "x" }))),
});

const TAKEN: [string, Json][] = [
  ["a text", { text: "hello" }],
  ["50 blocks", { blocks: Array.from({ length: 50 }, () => section(10)) }],
  ["a header of 150", { blocks: [{ type: "header", text: plain(150) }] }],
  ["a section of 3,000", { blocks: [section(3000)] }],
  ["10 fields of 1,300", { blocks: [{ type: "section", fields: Array.from({ length: 10 }, () => plain(1300)) }] }],
  ["13,200 in all", { blocks: [section(3000), section(3000), section(3000), section(3000), section(1200)] }],
  ["a coloured attachment", { text: "t", attachments: [{ color: "#B71C1C", blocks: [section(10), { type: "divider" }] }] }],
  [
    "rich text",
    { blocks: [{ type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: "x" }] }] }] },
  ],
  [
    "every block that needs nobody to answer",
    {
      blocks: [
        { type: "context", elements: [plain(5), { type: "image", image_url: "https://e.example.com/a.png", alt_text: "a" }] },
        { type: "image", image_url: "https://e.example.com/a.png", alt_text: "a", title: plain(5) },
        { type: "section", text: { type: "mrkdwn", text: "x", verbatim: true }, accessory: button(), expand: true },
        rich({ type: "rich_text_list", style: "ordered", indent: 1, elements: [leaves({ type: "link", url: "https://e.example.com" })] }),
        rich(leaves({ type: "text", text: "x", style: { bold: true, code: true } }, { type: "emoji", name: "wave" })),
        { type: "markdown", text: "**x**" },
        { type: "table", rows: [[{ type: "raw_text", text: "a" }, rich(leaves({ type: "text", text: "b" }))]], column_settings: [{}] },
      ],
    },
  ],
  ["25 buttons", { blocks: [{ type: "actions", elements: Array.from({ length: 25 }, () => button()) }] }],
];
it.each(TAKEN)("takes %s", async (_, body) => {
  expect(await send(body)).toEqual([200, "ok"]);
});

const REFUSED: [string, Json, string][] = [
  ["no text at all", {}, "no_text"],
  ["an empty text", { text: "" }, "no_text"],
  ["not JSON", "{", "invalid_payload"],
  ["a list", "[]", "invalid_payload"],
  ["blocks that are no list", { text: "x", blocks: {} }, "invalid_payload"],
  ["51 blocks", { blocks: Array.from({ length: 51 }, () => section(10)) }, "invalid_blocks"],
  ["a header of 151", { blocks: [{ type: "header", text: plain(151) }] }, "invalid_blocks"],
  ["a header in mrkdwn", { blocks: [{ type: "header", text: { type: "mrkdwn", text: "x" } }] }, "invalid_blocks"],
  ["a section of 3,001", { blocks: [section(3001)] }, "invalid_blocks"],
  ["an empty section", { blocks: [section(0)] }, "invalid_blocks"],
  ["11 fields", { blocks: [{ type: "section", fields: Array.from({ length: 11 }, () => plain(1)) }] }, "invalid_blocks"],
  ["a field of 2,001", { blocks: [{ type: "section", fields: [plain(2001)] }] }, "invalid_blocks"],
  ["11 context elements", { blocks: [{ type: "context", elements: Array.from({ length: 11 }, () => plain(1)) }] }, "invalid_blocks"],
  ["26 buttons", { blocks: [{ type: "actions", elements: Array.from({ length: 26 }, () => button()) }] }, "invalid_blocks"],
  ["a button text of 76", { blocks: [{ type: "actions", elements: [button({ text: plain(76) })] }] }, "invalid_blocks"],
  ["a button without scheme", { blocks: [{ type: "actions", elements: [button({ url: "siem.example.com" })] }] }, "invalid_blocks"],
  [
    "a button address of 3,001",
    { blocks: [{ type: "actions", elements: [button({ url: `https://e.example.com/${"x".repeat(2979)}` })] }] },
    "invalid_blocks",
  ],
  ["a member that no block has", { blocks: [{ type: "divider", color: "red" }] }, "invalid_blocks"],
  ["emoji in mrkdwn", { blocks: [{ type: "section", text: { type: "mrkdwn", text: "x", emoji: true } }] }, "invalid_blocks"],
  ["a section of nothing", { blocks: [{ type: "section" }] }, "invalid_blocks"],
  ["an empty list of fields", { blocks: [{ type: "section", fields: [] }] }, "invalid_blocks"],
  ["a block id of 256", { blocks: [{ type: "divider", block_id: "x".repeat(256) }] }, "invalid_blocks"],
  ["a list without style", { blocks: [rich({ type: "rich_text_list", elements: [leaves()] })] }, "invalid_blocks"],
  [
    "an emoji in preformatted text",
    { blocks: [rich({ type: "rich_text_preformatted", elements: [{ type: "emoji", name: "x" }] })] },
    "invalid_blocks",
  ],
  ["an empty leaf", { blocks: [rich(leaves({ type: "text", text: "" }))] }, "invalid_blocks"],
  ["an unknown style", { blocks: [rich(leaves({ type: "text", text: "x", style: { blink: true } }))] }, "invalid_blocks"],
  ["an image without words", { blocks: [{ type: "image", image_url: "https://e.example.com/a.png" }] }, "invalid_blocks"],
  ["an input", { blocks: [{ type: "input", label: plain(1), element: { type: "plain_text_input" } }] }, "invalid_blocks"],
  ["12,001 of markdown in two blocks", { blocks: [markdown(6000), markdown(6001)] }, "invalid_blocks"],
  ["101 rows", { blocks: [table(101, 1)] }, "invalid_blocks"],
  ["21 cells", { blocks: [table(1, 21)] }, "invalid_blocks"],
  ["two tables", { blocks: [table(1, 1), table(1, 1)] }, "invalid_blocks"],
  ["an attachment of no known colour", { attachments: [{ color: "red", fallback: "x" }] }, "invalid_attachments"],
  ["an unknown block", { blocks: [{ type: "banner" }] }, "invalid_blocks"],
  [
    "one block id twice",
    {
      blocks: [
        { type: "divider", block_id: "a" },
        { type: "divider", block_id: "a" },
      ],
    },
    "invalid_blocks",
  ],
  ["an attachment with a bad block", { text: "t", attachments: [{ blocks: [section(3001)] }] }, "invalid_attachments"],
  ["101 attachments", { attachments: Array.from({ length: 101 }, () => ({ text: "x" })) }, "too_many_attachments"],
  ["13,201 in all", { blocks: [section(3000), section(3000), section(3000), section(3000), section(1201)] }, "msg_blocks_too_long"],
];
it.each(REFUSED)("refuses %s", async (_, body, word) => {
  const shown = chats.slack("soc").visible().length;
  expect(await send(body)).toEqual([400, word]);
  expect(chats.slack("soc").visible()).toHaveLength(shown);
});

it("cuts a text above 40,000 instead of refusing it", async () => {
  await send({ text: "x".repeat(40_001) }, "long");
  expect(chats.slack("long").visible()[0]?.body).toEqual({ text: "x".repeat(40_000) });
});

it("answers 429 and a deleted address as Slack does", async () => {
  const channel = chats.slack("limited", { rate: { perSecond: 1, burst: 2 } });
  expect((await send({ text: "1" }, "limited"))[0]).toBe(200);
  expect((await send({ text: "2" }, "limited"))[0]).toBe(200);
  const answer = await fetch(channel.url, { method: "POST", body: '{"text":"3"}' });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(await answer.json()).toEqual({ retry_after: 1, ok: false, error: "rate_limited" });
  channel.revoke();
  expect(await send({ text: "4" }, "limited")).toEqual([404, "no_service"]);
});

it("records whom a message would notify, and nobody where the text is escaped or literal", async () => {
  const channel = chats.slack("pings");
  await send(
    {
      text: "<!here> &lt;!channel&gt; @channel",
      blocks: [
        { type: "section", text: { type: "mrkdwn", text: "<@U012AB|ann> and <!subteam^S1|@soc>" } },
        { type: "section", text: { type: "plain_text", text: "<!channel>" } },
        { type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: "<!everyone>" }] }] },
        { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "broadcast", range: "everyone" }] }] },
      ],
      attachments: [{ fallback: "x", blocks: [{ type: "context", elements: [{ type: "mrkdwn", text: "<!channel|x>" }] }] }],
    },
    "pings",
  );
  expect(channel.visible()[0]?.pings).toEqual([
    { kind: "here", where: "text" },
    { kind: "user", target: "U012AB", where: "blocks[0].text.text" },
    { kind: "group", target: "S1", where: "blocks[0].text.text" },
    { kind: "everyone", where: "blocks[3].elements[0].elements[0]" },
    { kind: "channel", where: "attachments[0].blocks[0].elements[0].text" },
  ]);
  await send({ text: "@channel", link_names: true }, "pings");
  expect(channel.visible()[1]?.pings).toEqual([{ kind: "channel", where: "text" }]);
});

it("puts an answer into the thread that it names", async () => {
  const channel = chats.slack("thread");
  await send({ text: "head" }, "thread");
  const [head] = channel.visible();
  await send({ text: "answer", thread_ts: head?.id ?? "" }, "thread");
  expect(channel.replies(head?.id ?? "").map(({ body }) => body)).toMatchObject([{ text: "answer" }]);
});
