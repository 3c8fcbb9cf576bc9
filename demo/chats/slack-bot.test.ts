// The simulated Web API: what it takes, what it refuses and in which words, threads, edits and deletions.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Channel } from "./channel.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
beforeAll(async () => {
  chats = await startChats();
});
afterAll(() => chats.close());

type Said = { ok: boolean; error?: string; ts: string; channel: string; message: Record<string, unknown>; [name: string]: unknown };
const call = async (soc: Channel, method: string, body: object, headers: Record<string, string> = {}): Promise<Said> => {
  const { token } = soc.destination;
  const answer = await fetch(`${soc.url}/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Said;
};
const post = (soc: Channel, body: object): Promise<Said> => call(soc, "chat.postMessage", { channel: soc.destination.channel, ...body });
const update = (soc: Channel, body: object): Promise<Said> => call(soc, "chat.update", { channel: soc.destination.channel, ...body });
const bodies = (soc: Channel): unknown[] => soc.visible().map(({ body }) => body);
const divider = { type: "divider" };

describe("a post", () => {
  it("is answered with the channel's id and the message's ts, whichever way the channel was named", async () => {
    const soc = chats.slackBot("soc");
    expect(soc.destination).toEqual({
      api: soc.url,
      token: expect.stringMatching(/^xoxb-/),
      channel: expect.stringMatching(/^C[A-F0-9]{10}$/),
    });
    for (const channel of [soc.destination.channel, "soc", "#soc"]) {
      const said = await post(soc, { channel, text: "hello" });
      expect(said).toMatchObject({ ok: true, channel: soc.destination.channel, message: { text: "hello", ts: said.ts } });
      expect(said.ts).toMatch(/^\d{10}\.\d{6}$/);
    }
    expect(new Set(soc.visible().map(({ id }) => id)).size).toBe(3);
  });

  it("is refused by its body, with a word and the place of the fault", async () => {
    const soc = chats.slackBot("words");
    expect(await post(soc, { channel: "#elsewhere", text: "x" })).toEqual({ ok: false, error: "channel_not_found" });
    expect(await post(soc, {})).toEqual({ ok: false, error: "no_text" });
    expect(await post(soc, { blocks: {} })).toMatchObject({ error: "invalid_blocks_format" });
    const long = { type: "section", text: { type: "plain_text", text: "x".repeat(3001) } };
    expect(await post(soc, { text: "x", blocks: [long] })).toEqual({
      ok: false,
      error: "invalid_blocks",
      errors: ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"],
      response_metadata: { messages: ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"] },
    });
    expect(await call(soc, "chat.postNote", {})).toEqual({ ok: false, error: "unknown_method" });
    expect([soc.visible().length, soc.totals.refused, soc.refusals.list.at(-1)?.words]).toEqual([0, 5, "unknown_method"]);
  });

  it("needs the right token, and a body that says what it is", async () => {
    const soc = chats.slackBot("token");
    expect(await call(soc, "auth.test", {}, { authorization: "Bearer xoxb-wrong" })).toEqual({ ok: false, error: "invalid_auth" });
    expect(await (await fetch(`${soc.url}/auth.test`)).json()).toEqual({ ok: false, error: "not_authed" });
    expect(await call(soc, "auth.test", {})).toMatchObject({ ok: true, team_id: "T00000000" });
    const sent = async (type: string, body: string): Promise<unknown> =>
      (
        await fetch(`${soc.url}/chat.postMessage`, {
          method: "POST",
          headers: { authorization: `Bearer ${soc.destination.token}`, "content-type": type },
          body,
        })
      ).json();
    expect(await sent("application/json", "{")).toEqual({ ok: false, error: "invalid_json" });
    expect(await sent("application/json", "[]")).toEqual({ ok: false, error: "json_not_object" });
    expect(await sent("text/html", "x")).toEqual({ ok: false, error: "invalid_post_type" });
    const form = new URLSearchParams({ channel: "token", text: "x", blocks: JSON.stringify([divider]) });
    expect(await sent("application/x-www-form-urlencoded", form.toString())).toMatchObject({ ok: true });
    soc.revoke();
    expect(await post(soc, { text: "x" })).toEqual({ ok: false, error: "account_inactive" });
  });

  it("is limited to its pace", async () => {
    const soc = chats.slackBot("fast", { rate: { perSecond: 1, burst: 2 } });
    await post(soc, { text: "1" });
    const { ts } = await post(soc, { text: "2" });
    const { token, channel } = soc.destination;
    const answer = await fetch(`${soc.url}/chat.postMessage`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ channel, text: "3" }),
    });
    expect([answer.status, answer.headers.get("retry-after"), await answer.json()]).toEqual([
      429,
      "1",
      { ok: false, error: "ratelimited" },
    ]);
    expect(await update(soc, { ts, text: "2b" })).toMatchObject({ ok: true });
  });

  it("is refused where the app is no member", async () => {
    expect(await post(chats.slackBot("private", { member: false }), { text: "x" })).toEqual({ ok: false, error: "not_in_channel" });
  });
});

describe("a thread", () => {
  it("takes answers to its head and to its answers, and shows some of them in the channel too", async () => {
    const soc = chats.slackBot("thread");
    const head = await post(soc, { text: "head" });
    const first = await post(soc, { text: "first", thread_ts: head.ts });
    const second = await post(soc, { text: "second", thread_ts: first.ts, reply_broadcast: true });
    expect([first.message.thread_ts, second.message.thread_ts, head.message.thread_ts]).toEqual([head.ts, head.ts, undefined]);
    expect(soc.roots().map(({ id }) => id)).toEqual([head.ts]);
    expect(soc.replies(head.ts).map(({ id, broadcast }) => [id, broadcast])).toEqual([
      [first.ts, false],
      [second.ts, true],
    ]);
  });

  it("whose head was deleted is no thread: the answer stands in the channel, and only the missing thread_ts tells", async () => {
    const soc = chats.slackBot("orphan");
    const head = await post(soc, { text: "head" });
    expect(await call(soc, "chat.delete", { channel: soc.destination.channel, ts: head.ts })).toMatchObject({ ok: true });
    const answer = await post(soc, { text: "answer", thread_ts: head.ts, reply_broadcast: true });
    expect([answer.ok, answer.message.thread_ts]).toEqual([true, undefined]);
    expect(soc.roots().map(({ id }) => id)).toEqual([answer.ts]);
  });

  it("that has answers outlives its head", async () => {
    const soc = chats.slackBot("tombstone");
    const head = await post(soc, { text: "head" });
    await post(soc, { text: "first", thread_ts: head.ts });
    soc.remove(head.ts);
    expect((await post(soc, { text: "second", thread_ts: head.ts })).message.thread_ts).toBe(head.ts);
    expect(soc.replies(head.ts)).toHaveLength(2);
  });
});

describe("an edit", () => {
  const attachments = [{ color: "#B71C1C", blocks: [divider] }];

  it("keeps the attachments it does not name, and the blocks only without a text", async () => {
    const soc = chats.slackBot("edit");
    const { ts } = await post(soc, { text: "a", blocks: [divider], attachments });
    await update(soc, { ts, attachments: [] });
    expect(bodies(soc)).toEqual([{ text: "", blocks: [divider] }]);
    await update(soc, { ts, text: "b", attachments });
    expect(bodies(soc)).toEqual([{ text: "b", attachments }]);
    expect(await update(soc, { ts, text: "c", blocks: [], attachments: [] })).toMatchObject({ ok: true, ts, message: { text: "c" } });
    expect(bodies(soc)).toEqual([{ text: "c" }]);
    expect(soc.visible()[0]?.history).toHaveLength(3);
  });

  it("is refused for a message that is unknown, deleted or too old, for the channel's name, and for a long text", async () => {
    const soc = chats.slackBot("lost", { editWindowMs: 60_000 });
    const { ts } = await post(soc, { text: "a" });
    expect(await update(soc, { ts: "1.000001", text: "b" })).toEqual({ ok: false, error: "message_not_found" });
    expect(await update(soc, { ts, channel: "lost", text: "b" })).toEqual({ ok: false, error: "channel_not_found" });
    expect(await update(soc, { ts, text: "x".repeat(4001) })).toEqual({ ok: false, error: "msg_too_long" });
    expect(await update(soc, { ts, text: "x".repeat(4000) })).toMatchObject({ ok: true });
    expect(soc.remove(ts)).toBe(true);
    expect(soc.remove(ts)).toBe(false);
    expect(await update(soc, { ts, text: "b" })).toEqual({ ok: false, error: "message_not_found" });
    const old = chats.slackBot("closed", { editWindowMs: -1 });
    const first = await post(old, { text: "a" });
    expect(await update(old, { ts: first.ts, text: "b" })).toEqual({ ok: false, error: "edit_window_closed" });
  });
});

describe("the wall", () => {
  it("draws answers below their message, and those for the channel there too", async () => {
    const own = await startChats();
    const soc = own.slackBot("soc");
    const head = await post(soc, { text: "the head" });
    await post(soc, { text: "a quiet answer", thread_ts: head.ts });
    await post(soc, { text: "a loud answer", thread_ts: head.ts, reply_broadcast: true });
    const html = await (await fetch(own.wallUrl)).text();
    expect(html).toContain("2 replies");
    expect(html).toContain("replied to a thread: the head");
    expect(html.match(/a quiet answer/g)).toHaveLength(1);
    expect(html.match(/a loud answer/g)).toHaveLength(2);
    expect(html.match(/<article/g)).toHaveLength(2);
    soc.remove(head.ts);
    expect(await (await fetch(own.wallUrl)).text()).toContain("This message was deleted");
    for (const { id } of soc.replies(head.ts)) soc.remove(id);
    expect(await (await fetch(own.wallUrl)).text()).not.toContain("<article");
    await own.close();
  });

  it("draws a message anew when it is answered, and takes a deleted one away", async () => {
    const own = await startChats();
    const soc = own.slackBot("soc");
    const stream = await fetch(`${own.wallUrl}/events`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const until = async (words: string): Promise<string> => {
      let seen = "";
      while (!seen.includes(words)) seen += (await reader?.read())?.value ?? "";
      return seen;
    };
    const head = await post(soc, { text: "the head" });
    await until("the head");
    await post(soc, { text: "an answer", thread_ts: head.ts });
    expect(await until("an answer")).toContain("1 reply");
    for (const id of soc.visible().map((message) => message.id)) soc.remove(id);
    expect(await until('"removed":["')).toContain(head.ts.replace(".", "_"));
    await reader?.cancel();
    await own.close();
  });
});
