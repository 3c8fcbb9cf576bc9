// Discord's limits, codes, edits, threads, mentions and rate headers.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../src/alert.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
let now = Date.UTC(2025, 0, 1);
beforeAll(async () => {
  chats = await startChats({ now: () => now });
});
afterAll(() => chats.close());

const call = async (
  url: string,
  body: unknown,
  method = "POST",
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> => {
  const raw = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(url, { method, headers: { "content-type": "application/json" }, body: raw });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : {} };
};
const hook = (name: string, query = "?wait=true"): string => chats.discord(name).url + query;
const x = (length: number): string => "x".repeat(length);
const embed = (part: Record<string, Json>): Json => ({ embeds: [part] });
const field = (value: number, name = 5): Json => ({ name: x(name), value: x(value) });

describe("a form", () => {
  const TAKEN: [string, Json][] = [
    ["content of 2,000", { content: x(2000) }],
    ["a full title and description", embed({ title: x(256), description: x(4096) })],
    ["25 fields", embed({ fields: Array.from({ length: 25 }, () => field(100)) })],
    ["white space beyond the limit", embed({ title: `${x(256)}   ` })],
    ["10 embeds", { embeds: Array.from({ length: 10 }, () => ({ title: "x" })) }],
    ["6,000 in all", { embeds: [{ description: x(4000) }, { description: x(2000) }] }],
  ];
  it.each(TAKEN)("with %s is taken", async (_, body) => {
    expect((await call(hook("form"), body)).status).toBe(200);
  });

  const REFUSED: [string, Json, string[]][] = [
    ["content of 2,001", { content: x(2001) }, ["content"]],
    ["a title of 257", embed({ title: x(257) }), ["embeds", "0", "title"]],
    ["a description of 4,097", embed({ description: x(4097) }), ["embeds", "0", "description"]],
    ["26 fields", embed({ fields: Array.from({ length: 26 }, () => field(1)) }), ["embeds", "0", "fields"]],
    ["a field name of 257", embed({ fields: [field(1, 257)] }), ["embeds", "0", "fields", "0", "name"]],
    ["a field value of 1,025", embed({ fields: [field(1), field(1025)] }), ["embeds", "0", "fields", "1", "value"]],
    ["an empty field value", embed({ fields: [field(0)] }), ["embeds", "0", "fields", "0", "value"]],
    ["a footer of 2,049", embed({ footer: { text: x(2049) } }), ["embeds", "0", "footer", "text"]],
    ["an author of 257", embed({ author: { name: x(257) } }), ["embeds", "0", "author", "name"]],
    ["a bad address", embed({ title: "x", url: "javascript:alert(1)" }), ["embeds", "0", "url"]],
    ["a colour beyond white", embed({ title: "x", color: 0x1000000 }), ["embeds", "0", "color"]],
    ["a bad timestamp", embed({ title: "x", timestamp: "yesterday" }), ["embeds", "0", "timestamp"]],
    ["11 embeds", { embeds: Array.from({ length: 11 }, () => ({ title: "x" })) }, ["embeds"]],
    ["6,001 in all", { embeds: [{ description: x(4000) }, { description: x(2001) }] }, ["embeds"]],
    ["the name of the house", { content: "x", username: "My Discord" }, ["username"]],
    ["both ways of allowing users", { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } }, ["allowed_mentions"]],
  ];
  it.each(REFUSED)("with %s is refused at its place", async (_, body, path) => {
    const { status, body: answer } = await call(hook("form", ""), body);
    expect([status, answer.code, answer.message]).toEqual([400, 50035, "Invalid Form Body"]);
    const node = path.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], answer.errors);
    expect(node).toMatchObject({ _errors: [{ code: expect.any(String), message: expect.any(String) }] });
  });

  it("is empty, not JSON, or not said to be JSON", async () => {
    expect((await call(hook("form"), {})).body).toMatchObject({ code: 50006 });
    expect((await call(hook("form"), "{")).body).toMatchObject({ code: 50109 });
    const untyped = await fetch(hook("form"), { method: "POST", body: '{"content":"x"}' });
    expect(await untyped.json()).toMatchObject({ code: 50006 });
  });

  it("may have link buttons and no others, which count only with with_components", async () => {
    const row = (style: number): Json => ({
      content: "x",
      components: [{ type: 1, components: [{ type: 2, style, label: "Open", url: "https://siem.example.com" }] }],
    });
    expect((await call(hook("form", "?with_components=true"), row(5))).status).toBe(204);
    expect((await call(hook("form", "?with_components=true"), row(1))).status).toBe(400);
    expect((await call(hook("form"), row(1))).status).toBe(200);
  });
});

describe("answers and edits", () => {
  it("gives the message with wait, and nothing without", async () => {
    const made = await call(hook("edits"), { content: "one" });
    expect(made.body).toMatchObject({ id: expect.stringMatching(/^\d{17,20}$/), content: "one", edited_timestamp: null });
    expect((await call(hook("edits", ""), { content: "two" })).status).toBe(204);
    expect(chats.discord("edits").visible()).toHaveLength(2);
  });

  it("edits what is named, keeps the rest and the history, and knows no other message", async () => {
    const { body } = await call(hook("edit"), { content: "one", embeds: [{ title: "t" }] });
    const address = `${chats.discord("edit").url}/messages/${body.id}`;
    const edited = await call(address, { content: "two" }, "PATCH");
    expect([edited.status, edited.body.content, edited.body.edited_timestamp]).toEqual([200, "two", new Date(now).toISOString()]);
    const message = chats.discord("edit").visible()[0];
    expect(message?.body).toMatchObject({ content: "two", embeds: [{ title: "t" }] });
    expect(message?.history.map((former) => former.body)).toMatchObject([{ content: "one" }]);
    const unknown = await call(`${chats.discord("edit").url}/messages/1`, { content: "x" }, "PATCH");
    expect([unknown.status, unknown.body]).toEqual([404, { message: "Unknown Message", code: 10008 }]);
    expect((await call(address, { content: x(2001) }, "PATCH")).status).toBe(400);
  });

  it("answers 10015 once it is deleted", async () => {
    const channel = chats.discord("deleted");
    channel.revoke();
    const gone = await call(channel.url, { content: "x" });
    expect([gone.status, gone.body]).toEqual([404, { message: "Unknown Webhook", code: 10015 }]);
  });

  it("asks a forum post for exactly one of thread_name and thread_id", async () => {
    const forum = chats.discord("forum", { forum: true }).url;
    expect((await call(forum, { content: "x" })).body.code).toBe(220001);
    expect((await call(`${forum}?thread_id=1`, { content: "x", thread_name: "t" })).body.code).toBe(220002);
    expect((await call(hook("form"), { content: "x", thread_name: "t" })).body.code).toBe(220003);
    const { body } = await call(`${forum}?wait=true`, { content: "x", thread_name: "t" });
    expect(body.channel_id).toBe(body.id);
    expect((await call(`${forum}/messages/${body.id}`, { content: "y" }, "PATCH")).body.code).toBe(10008);
    expect((await call(`${forum}/messages/${body.id}?thread_id=${body.id}`, { content: "y" }, "PATCH")).status).toBe(200);
    const known = chats.discord("threads", { threads: ["5"] }).url;
    expect((await call(`${known}?thread_id=6`, { content: "x" })).body.code).toBe(10003);
    expect((await call(`${known}?thread_id=5`, { content: "x" })).status).toBe(204);
  });
});

describe("threads of a forum", () => {
  const states = new Map<string, "archived" | "locked" | "deleted">();
  const url = (): string => chats.discord("threads of a forum", { forum: true, states }).url;
  const start = async (): Promise<string> => String((await call(`${url()}?wait=true`, { content: "x", thread_name: "t" })).body.id);

  it("hold the answers to the post that opened them", async () => {
    const id = await start();
    const reply = await call(`${url()}?wait=true&thread_id=${id}`, { content: "y", flags: 4096 });
    expect(reply.body.channel_id).toBe(id);
    expect(chats.discord("threads of a forum").replies(id)).toMatchObject([{ id: reply.body.id, silent: true, thread: { id } }]);
    expect((await call(`${url()}?thread_id=1`, { content: "y" })).body).toEqual({ message: "Unknown Channel", code: 10003 });
  });

  it("are archived until somebody writes, locked or deleted", async () => {
    const id = await start();
    const edit = async () => (await call(`${url()}/messages/${id}?thread_id=${id}`, { content: "y" }, "PATCH")).body.code;
    const post = async () => (await call(`${url()}?thread_id=${id}`, { content: "y" })).body.code;
    states.set(id, "archived");
    expect([await edit(), await post(), await edit()]).toEqual([50083, undefined, undefined]);
    states.set(id, "locked");
    expect([await edit(), await post()]).toEqual([160005, 160005]);
    states.set(id, "deleted");
    expect([await edit(), await post()]).toEqual([10003, 10003]);
  });
});

describe("a message", () => {
  it("is deleted once", async () => {
    const { body } = await call(hook("gone"), { content: "x" });
    const address = `${chats.discord("gone").url}/messages/${body.id}`;
    expect((await fetch(address, { method: "DELETE" })).status).toBe(204);
    expect((await fetch(address, { method: "DELETE" })).status).toBe(404);
    expect((await call(address, { content: "y" }, "PATCH")).body.code).toBe(10008);
    expect(chats.discord("gone").visible()).toEqual([]);
  });

  it("sets the flags that a webhook may, and an edit neither silence nor thread", async () => {
    const { body } = await call(hook("flags"), { content: "x", flags: 4096 });
    expect((await call(hook("flags"), { content: "x", flags: 64 })).body.errors).toHaveProperty("flags");
    const edit = (change: Json) => call(`${chats.discord("flags").url}/messages/${body.id}`, change, "PATCH");
    expect((await edit({ content: "y", flags: 4096 })).body.errors).toHaveProperty("flags");
    expect((await edit({ content: "y", thread_name: "t" })).body.errors).toHaveProperty("thread_name");
    expect((await edit({ content: "y", flags: 4 })).status).toBe(200);
  });

  it("is turned away when its sender poses as a browser", async () => {
    const headers = { "content-type": "application/json", "user-agent": "Mozilla/5.0" };
    const answer = await fetch(hook("browser"), { method: "POST", headers, body: '{"content":"x"}' });
    expect([answer.status, await answer.json()]).toEqual([403, { message: "internal network error", code: 40333 }]);
  });
});

describe("pings", () => {
  const everybody = "@everyone @here <@1> <@&2>";
  const CASES: [string, Json, string[]][] = [
    ["users only without allowed_mentions", { content: everybody }, ["user"]],
    ["nobody with parse []", { content: everybody, allowed_mentions: { parse: [] } }, []],
    ["nobody with an empty object", { content: everybody, allowed_mentions: {} }, []],
    ["all that parse names", { content: everybody, allowed_mentions: { parse: ["everyone", "roles"] } }, ["everyone", "here", "role"]],
    ["one role by id", { content: everybody, allowed_mentions: { parse: [], roles: ["2", "3"] } }, ["role"]],
    ["nobody from an embed", { embeds: [{ description: everybody }], allowed_mentions: { parse: ["everyone"] } }, []],
  ];
  it.each(CASES)("notifies %s", async (name, body, kinds) => {
    await call(hook(name), body);
    expect(
      chats
        .discord(name)
        .visible()[0]
        ?.pings.map(({ kind }) => kind),
    ).toEqual(kinds);
  });

  it("forgets allowed_mentions at an edit that does not repeat them", async () => {
    const { body } = await call(hook("again"), { content: "<@1>", allowed_mentions: { parse: [] } });
    await call(`${chats.discord("again").url}/messages/${body.id}`, { content: "<@1> changed" }, "PATCH");
    expect(chats.discord("again").visible()[0]?.pings).toEqual([{ kind: "user", target: "1", where: "content" }]);
  });
});

describe("rate limits", () => {
  it("tell the bucket, refuse the sixth in 2 s, and start anew after it", async () => {
    const url = chats.discord("fast", { rate: true }).url;
    const remaining: (string | null)[] = [];
    for (let turn = 0; turn < 5; turn += 1) remaining.push((await call(url, { content: "x" })).headers.get("x-ratelimit-remaining"));
    expect(remaining).toEqual(["4", "3", "2", "1", "0"]);
    now += 350;
    const over = await call(url, { content: "x" });
    expect(over.status).toBe(429);
    expect(over.body).toEqual({ message: "You are being rate limited.", retry_after: 1.65, global: false });
    expect(over.headers.get("retry-after")).toBe("2");
    expect(over.headers.get("x-ratelimit-scope")).toBe("user");
    expect(over.headers.get("x-ratelimit-reset-after")).toBe("1.650");
    now += 1650;
    expect((await call(url, { content: "x" })).status).toBe(204);
  });

  it("have a second one of 30 a minute that the headers do not tell", async () => {
    const url = chats.discord("long", { rate: true }).url;
    for (let turn = 0; turn < 30; turn += 1) {
      if (turn % 5 === 0) now += 2000;
      expect((await call(url, { content: "x" })).status).toBe(204);
    }
    now += 2000;
    const over = await call(url, { content: "x" });
    expect([over.status, over.headers.get("x-ratelimit-remaining")]).toEqual([429, "5"]);
    expect(over.body.retry_after).toBe(48);
  });
});
