// The simulated Bot API: forms, entities, replies, topics, moves, limits, and what Telegram links by itself.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../src/alert.ts";
import type { Channel } from "./channel.ts";
import { type Chats, startChats } from "./server.ts";
import type { TelegramSettings } from "./telegram.ts";
import { type Entity, foundEntities } from "./telegram-entities.ts";
import { telegramLosses } from "./telegram-form.ts";

let chats: Chats;
let now = Date.UTC(2025, 0, 1);
beforeAll(async () => {
  chats = await startChats({ now: () => now });
});
afterAll(() => chats.close());

interface Answered {
  status: number;
  headers: Headers;
  body: { ok: boolean; description?: string; result?: Record<string, Json>; parameters?: Record<string, number> };
}

const call = async ({ destination }: Channel, method: string, body: Record<string, Json>, token = destination.token): Promise<Answered> => {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ chat_id: destination.chat_id, ...body }),
  };
  const answer = await fetch(`${destination.api}/bot${token}/${method}`, init);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answered["body"] };
};
const send = (channel: Channel, body: Record<string, Json>) => call(channel, "sendMessage", body);
const refusal = async (channel: Channel, body: Record<string, Json>) => (await send(channel, body)).body.description;
const open = (name: string, settings?: TelegramSettings): Channel => chats.telegram(name, settings);
const idOf = ({ body }: Answered): number => Number(body.result?.message_id);
const x = (length: number): string => "x".repeat(length);
const bold = (offset: number, length: number): Json => ({ type: "bold", offset, length });

describe("a form", () => {
  it("is taken up to 4,096 UTF-16 units, and answered with the message", async () => {
    const { status, body } = await send(open("form"), { text: `${x(4094)}💩`, entities: [bold(4094, 2)] });
    expect([status, body.ok]).toEqual([200, true]);
    expect(body.result).toMatchObject({ message_id: 1, chat: { type: "supergroup", title: "form" }, entities: [bold(4094, 2)] });
    expect((await send(open("form"), { text: `${x(4096)}\n  ` })).status).toBe(200);
  });

  const REFUSED: [string, Record<string, Json>, RegExp][] = [
    ["4,097 units", { text: x(4097) }, /^Bad Request: message is too long$/],
    ["no text", { text: " \n " }, /message text is empty/],
    ["half a pair", { text: "a\ud83d" }, /encoded in UTF-8/],
    ["an entity behind the end", { text: "abc", entities: [bold(3, 1)] }, /begins after the end of the text at UTF-16 offset 3/],
    ["an entity over the end", { text: "abc", entities: [bold(1, 3)] }, /ends after the end of the text at UTF-16 offset 4/],
    [
      "an entity in the middle of a character",
      { text: "a💩b", entities: [bold(2, 2)] },
      /begins in a middle of a UTF-16 symbol at byte offset/,
    ],
    ["an entity that ends there", { text: "a💩b", entities: [bold(0, 2)] }, /ends in a middle/],
    ["an entity of no type", { text: "abc", entities: [{ type: "loud", offset: 0, length: 1 }] }, /MessageEntity/],
    ["a mention of nobody", { text: "abc", entities: [{ type: "text_mention", offset: 0, length: 1 }] }, /"user"/],
    ["a button to nowhere", button("http://siem/x"), /inline keyboard button URL 'http:\/\/siem\/x' is invalid: Wrong HTTP URL/],
    ["a button of another kind", button("ftp://siem.example.com"), /Unsupported URL protocol/],
  ];
  it.each(REFUSED)("with %s is refused", async (_, body, words) => {
    const { status, body: answer } = await send(open("form"), body);
    expect([status, answer.ok]).toEqual([400, false]);
    expect(answer.description).toMatch(words);
  });
  function button(url: string): Record<string, Json> {
    return { text: "x", reply_markup: { inline_keyboard: [[{ text: "Open", url }]] } };
  }

  const LOST: [string, Record<string, Json>, RegExp][] = [
    ["a parameter that is none", { text: "a", disable_web_page_preview: true }, /no parameter/],
    ["entities beside a parse mode", { text: "a", parse_mode: "HTML", entities: [bold(0, 1)] }, /parse_mode/],
    ["the 101st entity", { text: x(303), entities: Array.from({ length: 101 }, (_, index) => bold(index * 3, 1)) }, /beyond 100/],
    ["code in bold", { text: "abc", entities: [bold(0, 3), { type: "code", offset: 1, length: 1 }] }, /cannot overlap/],
    ["bold white space", { text: "a b", entities: [bold(1, 1)] }, /white space/],
    ["white space at the end", { text: "a " }, /cut/],
  ];
  it.each(LOST)("with %s loses something without a word", (_, body, words) => {
    expect(telegramLosses("sendMessage", { chat_id: 1, ...body }).join()).toMatch(words);
  });
  it("loses nothing when it nests what may be nested", () => {
    const entities = [bold(0, 3), { type: "text_link", offset: 0, length: 3, url: "https://siem.example.com" }];
    expect(telegramLosses("sendMessage", { chat_id: 1, text: "abc", entities })).toEqual([]);
  });
});

describe("what Telegram links by itself", () => {
  const found = (text: string, given: Entity[] = []) =>
    foundEntities(text, given).map(({ type, offset, length }) => `${type} ${text.slice(offset, offset + length)}`);
  const CASES: [string, string[]][] = [
    ["by @soc_lead, not a@b or @ab", ["mention @soc_lead"]],
    ["run /start@tocsin_bot, not and/or", ["bot_command /start@tocsin_bot"]],
    ["#tag #1 C# $USD", ["hashtag #tag", "cashtag $USD"]],
    ["see evil.com/x?y=1. and https://siem.internal.", ["url evil.com/x?y=1", "url https://siem.internal"]],
    ["powershell.exe from 203.0.113.10", ["url 203.0.113.10"]],
    ["a.smith@example.com", ["email a.smith@example.com"]],
    ["tg://resolve?domain=x and t.me/x", ["url tg://resolve?domain=x", "url t.me/x"]],
    ["4111 1111 1111 1111 but not 4111 1111 1111 1112", ["bank_card_number 4111 1111 1111 1111"]],
  ];
  it.each(CASES)("%j: %j", (text, entities) => expect(found(text)).toEqual(entities));
  it("nothing in code", () => expect(found("@soc_lead evil.com", [{ type: "code", offset: 0, length: 18 }])).toEqual([]));

  it("and whom it notifies", async () => {
    const channel = open("pings");
    const entities = [{ type: "text_mention", offset: 0, length: 3, user: { id: 7, is_bot: false, first_name: "Ada" } }];
    const first = await send(channel, { text: "Ada @soc_lead", entities, disable_notification: true });
    await call(channel, "editMessageText", { message_id: idOf(first), text: "@somebody_else" });
    expect(channel.visible()).toMatchObject([{ silent: true, pings: [{ target: "7" }, { target: "@soc_lead" }] }]);
  });
});

describe("messages", () => {
  it("are edited, and not when nothing changes", async () => {
    const channel = open("edits");
    const id = idOf(await send(channel, { text: "one" }));
    const edit = (body: Record<string, Json>) => call(channel, "editMessageText", { message_id: id, ...body });
    expect((await edit({ text: "two", entities: [bold(0, 3)] })).body.result).toMatchObject({ message_id: id, text: "two" });
    const same = await edit({ text: "two ", entities: [bold(0, 3)] });
    expect([same.status, same.body.description]).toEqual([
      400,
      expect.stringMatching(/^Bad Request: message is not modified: specified new/),
    ]);
    expect((await edit({ text: x(4097) })).body.description).toMatch(/too long/);
    expect((await edit({ message_id: 99, text: "x" })).body.description).toBe("Bad Request: message to edit not found");
    expect(channel.visible()[0]?.history).toHaveLength(1);
  });

  it("are answered, unless they are gone", async () => {
    const channel = open("replies");
    const id = idOf(await send(channel, { text: "one" }));
    const reply = { text: "two", reply_parameters: { message_id: id } };
    expect((await send(channel, reply)).body.result).toMatchObject({ reply_to_message: { message_id: id } });
    expect(channel.replies(String(id))).toHaveLength(1);
    expect((await call(channel, "deleteMessage", { message_id: id })).body.ok).toBe(true);
    expect(await refusal(channel, reply)).toBe("Bad Request: message to be replied not found");
    expect((await send(channel, { ...reply, reply_parameters: { message_id: id, allow_sending_without_reply: true } })).status).toBe(200);
    expect((await call(channel, "deleteMessage", { message_id: id })).body.description).toBe("Bad Request: message to delete not found");
  });

  it("stand in topics that are open, and so do their answers", async () => {
    const channel = open("topics", { topics: { 42: "open", 43: "closed" } });
    const { body } = await send(channel, { text: "one", message_thread_id: 42 });
    expect(body.result).toMatchObject({ message_thread_id: 42, is_topic_message: true });
    const reply = await send(channel, { text: "two", reply_parameters: { message_id: body.result?.message_id ?? 0 } });
    expect(reply.body.result).toMatchObject({ message_thread_id: 42 });
    expect(await refusal(channel, { text: "x", message_thread_id: 43 })).toBe("Bad Request: TOPIC_CLOSED");
    for (const topic of [1, 44])
      expect(await refusal(channel, { text: "x", message_thread_id: topic })).toBe("Bad Request: message thread not found");
  });

  it("go to the chat's id or name, with the bot's token, by methods that exist", async () => {
    const channel = open("public", { username: "@soc_alerts" });
    expect((await send(channel, { text: "x" })).status).toBe(200);
    expect(await refusal(channel, { chat_id: "@others", text: "x" })).toBe("Bad Request: chat not found");
    expect(await refusal(channel, { chat_id: "", text: "x" })).toBe("Bad Request: chat_id is empty");
    expect((await call(channel, "sendMessage", { text: "x" }, "1:notthetokenofthisbotatall")).status).toBe(401);
    expect((await call(channel, "sendMessage", { text: "x" }, "nonsense")).status).toBe(404);
    expect((await call(channel, "sendPigeon", { text: "x" })).body.description).toMatch(/method not found/);
    channel.revoke();
    expect((await send(channel, { text: "x" })).body).toEqual({ ok: false, error_code: 401, description: "Unauthorized" });
  });

  it("do not move with a group that becomes a supergroup", async () => {
    const settings: TelegramSettings = { chatId: -4962287234 };
    const channel = open("moved", settings);
    const id = idOf(await send(channel, { text: "one" }));
    settings.migratedTo = -1005555555555;
    const old = await send(channel, { text: "two" });
    expect([old.status, old.body.parameters]).toEqual([400, { migrate_to_chat_id: -1005555555555 }]);
    expect(old.body.description).toBe("Bad Request: group chat was upgraded to a supergroup chat");
    const moved = { chat_id: -1005555555555 };
    expect((await send(channel, { ...moved, text: "two" })).body.result).toMatchObject({
      chat: { id: -1005555555555, type: "supergroup" },
    });
    expect((await call(channel, "editMessageText", { ...moved, message_id: id, text: "x" })).body.description).toMatch(/to edit not found/);
  });
});

describe("rate limits", () => {
  const statuses = async (channel: Channel, times: number): Promise<number[]> => {
    const list: number[] = [];
    for (let turn = 0; turn < times; turn += 1) list.push((await send(channel, { text: `${turn}` })).status);
    return list;
  };

  it("let 20 a minute into a group, edits included, and say how long to wait", async () => {
    const channel = open("group", { rate: true });
    const id = idOf(await send(channel, { text: "one" }));
    for (let turn = 0; turn < 19; turn += 1) await call(channel, "editMessageText", { message_id: id, text: `${turn}` });
    now += 20_000;
    const over = await send(channel, { text: "over" });
    expect([over.status, over.headers.get("retry-after")]).toEqual([429, "40"]);
    expect(over.body).toEqual({
      ok: false,
      error_code: 429,
      description: "Too Many Requests: retry after 40",
      parameters: { retry_after: 40 },
    });
    now += 40_000;
    expect((await send(channel, { text: "again" })).status).toBe(200);
  });

  it("let one a second to a person, after a short burst", async () => {
    const channel = open("person", { rate: true, chatId: 123456789 });
    expect(await statuses(channel, 6)).toEqual([200, 200, 200, 200, 200, 429]);
    now += 1000;
    expect(await statuses(channel, 2)).toEqual([200, 429]);
  });

  it("let 30 a second from one bot to all its chats", async () => {
    const token = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-ab";
    const channels = [1, 2, 3, 4, 5, 6, 7].map((chat) => open(`bot${chat}`, { rate: true, token, chatId: chat }));
    now += 10_000;
    const all: number[] = [];
    for (const channel of channels) all.push(...(await statuses(channel, 5)));
    expect(all.filter((status) => status === 200)).toHaveLength(30);
  });
});
