import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { discordErrors } from "../../../demo/chats/discord-form.ts";
import { type Chats, startChats } from "../../../demo/chats/server.ts";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { anyView } from "../../../test/support/any-view.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import { testGolden } from "../../../test/support/golden.ts";
import type { Action } from "../../outcome.ts";
import type { Outgoing, View } from "../destination.ts";
import discord from "./destination.ts";
import type { DiscordMessage } from "./render.ts";

const token = "aBcDeFgHiJkLmNoPqRsTuVwXyZ";
const url = `https://discord.com/api/webhooks/100000000000000000/${token}`;
const parsed = (body: string): DiscordMessage => JSON.parse(body);
const http = discord.transport.kind === "http" ? discord.transport : undefined;

const unescaped = (text: string): string =>
  text
    .replace(/\\([^\p{L}\p{N}\s])/gu, "$1")
    .replaceAll("%28", "(")
    .replaceAll("%29", ")");

describeDestination(discord, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { url },
  secrets: [token],
  shown: (body) =>
    strings(JSON.parse(body))
      .map((text) => `${text}\n${unescaped(text)}`)
      .join("\n"),
  withinLimits(body) {
    const message = JSON.parse(body);
    expect(discordErrors(message)).toBeUndefined();
    expect(message.content.length + message.embeds.length).toBeGreaterThan(0);
  },
  inert(body) {
    const { content, embeds, allowed_mentions } = parsed(body);
    expect(allowed_mentions).toEqual({ parse: [] });
    for (const text of [
      content,
      ...embeds.flatMap(({ title = "", description = "", fields = [] }) => [title, description, ...fields.map(({ value }) => value)]),
    ]) {
      // What is ours or inert by its place: our links, escaped characters, code. In one pass, as Discord reads.
      const outside = text.replace(
        /\[(?:Open(?: in \w+)?|Acknowledge|Silence)\]\(https?:[^\s()]+\)|^<https?:[^\s<>]+>$|\\[^\p{L}\p{N}\s]|```\n[^`]*\n```|`[^`]*`/gmu,
        "·",
      );
      expect(outside).not.toMatch(/<[@#!:/t]|@everyone|@here|```|\]\(|:\/\/|~~|\|\||__/);
      expect(outside.replace(/\*\*[A-Z?]+\*\*/g, "")).not.toContain("*");
    }
  },
});

describe("discord: the message", () => {
  const render = (view: View, settings = {}) => parsed(discord.render(view, { url, ...settings }));

  test("puts the configured ping into the content and allows only its ids", () => {
    const alert = sampleAlert({ title: "<@&999> @everyone" });
    const { content, allowed_mentions } = render({ kind: "alert", alert, links: {}, ping: "<@&123> <@456>" });
    expect({ content, allowed_mentions }).toEqual({
      content: "<@&123> <@456>",
      allowed_mentions: { parse: [], users: ["456"], roles: ["123"] },
    });
  });

  test("wakes nobody for low and info", () => {
    const flags = (severity: "info" | "low" | "medium") => render({ kind: "alert", alert: sampleAlert({ severity }), links: {} }).flags;
    expect([flags("info"), flags("low"), flags("medium")]).toEqual([4096, 4096, undefined]);
  });

  test("makes a sound for a reply only when there is something to notice", () => {
    const rise = sampleViews()["update-rise"];
    if (rise.kind !== "update") throw new Error("no update");
    expect([render({ ...rise, notify: true }).flags, render({ ...rise, notify: false }).flags]).toEqual([undefined, 4096]);
  });

  test("opens a named thread in a forum", () => {
    expect(render(sampleViews()["alert-created"], { forum: true }).thread_name).toBe(
      "[HIGH] Encoded PowerShell launched by Office - ws-0142",
    );
  });

  test("links the title to the console", () => {
    expect(render(sampleViews()["alert-created"]).embeds[0]?.url).toBe("https://siem.example.com/operations/alerts/ALEY4fqz8moo");
  });
});

describe("discord: a forum", () => {
  const forum = { url, forum: true };
  testGolden(new URL("./fixtures/forum/", import.meta.url), (view) => discord.render(view, forum));

  test("has a thread for each alert, where other channels have only the message", () =>
    expect([discord.can(forum), discord.can({ url }), discord.can({ url, thread_id: "1" })]).toMatchObject([
      { edit: true, thread: true },
      { edit: true, thread: false },
      { edit: true, thread: false },
    ]));

  test("names any thread, and takes any reply and edit", () => {
    const body = async (view: View, action: Action) => {
      const message: Outgoing = {
        id: "d",
        key: "d",
        attempt: 1,
        at: 0,
        action,
        ref: '{"messageId":"1"}',
        body: discord.render(view, forum),
      };
      return JSON.parse((await http?.request(message, forum))?.body ?? "");
    };
    return fc.assert(
      fc.asyncProperty(anyView, async (view) => {
        expect(discordErrors(await body(view, "post"))).toBeUndefined();
        expect(discordErrors(await body(view, "reply"))).toBeUndefined();
        expect(discordErrors(await body(view, "edit"), "edit")).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});

describe("discord: the request", () => {
  const outgoing: Outgoing = {
    id: "d1",
    key: "d1",
    attempt: 1,
    action: "post",
    body: '{"content":"x","flags":4096,"thread_name":"n"}',
    at: 0,
  };
  const edit: Outgoing = { ...outgoing, action: "edit", ref: '{"messageId":"111","threadId":"222"}' };
  const request = async (message: Outgoing, settings: object) => http?.request(message, { url, ...settings });

  test.each([
    ["a post", outgoing, {}, "POST", `https://discord.com/api/v10/webhooks/100000000000000000/${token}?wait=true`],
    ["an edit", edit, {}, "PATCH", `https://discord.com/api/v10/webhooks/100000000000000000/${token}/messages/111`],
    [
      "a post in a thread",
      outgoing,
      { thread_id: "333" },
      "POST",
      `https://discord.com/api/v10/webhooks/100000000000000000/${token}?thread_id=333&wait=true`,
    ],
    [
      "an edit in a thread",
      edit,
      { thread_id: "333" },
      "PATCH",
      `https://discord.com/api/v10/webhooks/100000000000000000/${token}/messages/111?thread_id=333`,
    ],
    [
      "a reply in a forum",
      { ...edit, action: "reply" },
      { forum: true },
      "POST",
      `https://discord.com/api/v10/webhooks/100000000000000000/${token}?thread_id=222&wait=true`,
    ],
    [
      "an edit in a forum",
      edit,
      { forum: true },
      "PATCH",
      `https://discord.com/api/v10/webhooks/100000000000000000/${token}/messages/111?thread_id=222`,
    ],
    ["a post by a proxy", outgoing, { url: "http://127.0.0.1:9000/d/1/t" }, "POST", "http://127.0.0.1:9000/d/1/t?wait=true"],
  ] as const)("%s goes to the right place", async (_what, message, settings, method, target) => {
    expect(await request(message, settings)).toMatchObject({
      method,
      url: target,
      headers: { "user-agent": expect.stringMatching(/^DiscordBot \(https:\/\/\S+, [\d.]+\)( |$)/) },
    });
  });

  test("an edit names no thread, sets no flags and mentions nobody; a reply only names no thread", async () => {
    const body = '{"content":"<@456>","flags":4096,"thread_name":"n","allowed_mentions":{"parse":[],"users":["456"]}}';
    const sent = async (action: Action) => JSON.parse((await request({ ...edit, action, body }, {}))?.body ?? "");
    expect(await sent("edit")).toEqual({ content: "<@456>", allowed_mentions: { parse: [] } });
    expect(await sent("reply")).toEqual({ content: "<@456>", flags: 4096, allowed_mentions: { parse: [], users: ["456"] } });
  });
});

describe("discord: what an answer means", () => {
  const classify = (status: number, body: object | string, action: Action = "post", headers: Record<string, string> = {}) =>
    http?.classify(answer(status, headers, typeof body === "string" ? body : JSON.stringify(body)), { action, at: 0 });

  test("keeps the message's id for edits", () => {
    expect(classify(200, { id: "111", channel_id: "222" })).toEqual({ kind: "delivered", ref: '{"messageId":"111","threadId":"222"}' });
    expect(classify(204, "")).toEqual({ kind: "delivered", ref: undefined });
    expect(classify(200, { id: "112", channel_id: "222" }, "reply")).toEqual({ kind: "delivered" });
  });

  test.each([
    ["post", 404, { code: 10015 }, { kind: "disabled", reason: "not_found" }],
    ["edit", 404, { code: 10015 }, { kind: "disabled", reason: "not_found" }],
    ["edit", 404, { code: 10008 }, { kind: "thread_lost" }],
    ["edit", 400, { code: 50083 }, { kind: "thread_lost" }],
    ["edit", 429, { code: 30046 }, { kind: "thread_lost" }],
    ["edit", 400, { code: 160005 }, { kind: "thread_lost" }],
    ["reply", 404, { code: 10003 }, { kind: "thread_lost" }],
    ["reply", 400, { code: 160005 }, { kind: "thread_lost" }],
    ["reply", 404, "", { kind: "thread_lost" }],
    ["reply", 404, { code: 10015 }, { kind: "disabled", reason: "not_found" }],
    ["post", 400, { code: 160005 }, { kind: "disabled", reason: "misconfigured" }],
    ["post", 400, { code: 160006 }, { kind: "retry", reason: "rate_limited", afterMs: 600_000 }],
    ["post", 400, { code: 40067 }, { kind: "disabled", reason: "misconfigured" }],
    ["post", 400, { code: 130000 }, { kind: "retry", reason: "server_error" }],
    ["post", 403, { code: 40333, message: "internal network error" }, { kind: "retry", blameless: true, afterMs: 900_000 }],
    ["post", 403, "error code: 1020", { kind: "retry", blameless: true }],
    ["post", 403, { code: 50013 }, { kind: "disabled", reason: "forbidden" }],
    ["post", 400, { code: 200001 }, { kind: "rejected", reason: "refused_content" }],
    ["edit", 404, { code: 10003 }, { kind: "thread_lost" }],
    ["edit", 404, "", { kind: "thread_lost" }],
    ["post", 404, "", { kind: "disabled", reason: "not_found" }],
    ["post", 404, { code: 10003 }, { kind: "disabled", reason: "not_found" }],
    ["post", 401, { code: 50027 }, { kind: "disabled", reason: "forbidden" }],
    [
      "post",
      400,
      { code: 220001 },
      { kind: "disabled", reason: "misconfigured", detail: "the channel is a forum: set forum = true, or thread_id" },
    ],
    ["post", 400, { code: 50035, errors: {} }, { kind: "rejected", reason: "invalid_payload" }],
    ["post", 400, { code: 200000 }, { kind: "rejected", reason: "refused_content" }],
    ["post", 400, { code: 240000 }, { kind: "rejected", reason: "refused_content" }],
    ["post", 413, { code: 40005 }, { kind: "rejected", reason: "too_large" }],
  ] as const)("on a %s: %i %j", (action, status, body, outcome) => expect(classify(status, body, action)).toMatchObject(outcome));

  test("trusts the body's delay over the headers", () => {
    const headers = { "retry-after": "65", "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "64.57", "x-ratelimit-scope": "user" };
    expect(classify(429, { retry_after: 1.57, global: false }, "post", headers)).toEqual({
      kind: "retry",
      reason: "rate_limited",
      afterMs: 1_570,
    });
    expect(classify(429, "", "post", { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "2.5" })).toEqual({
      kind: "retry",
      reason: "rate_limited",
      afterMs: 2_500,
    });
  });

  test("blames nobody for a limit that others use up", () => {
    const shared = {
      "retry-after": "1337",
      "x-ratelimit-remaining": "9",
      "x-ratelimit-reset-after": "64.57",
      "x-ratelimit-scope": "shared",
    };
    const outcome = { kind: "retry", reason: "rate_limited", blameless: true };
    expect(classify(429, { retry_after: 1336.57, global: false }, "post", shared)).toEqual({ ...outcome, afterMs: 1_336_570 });
    expect(classify(429, { retry_after: 0.5, global: true }, "post", { "x-ratelimit-global": "true" })).toEqual({
      ...outcome,
      afterMs: 500,
    });
    expect(classify(429, "error code: 1015", "post", { "retry-after": "30" })).toEqual({ ...outcome, afterMs: 30_000 });
    expect(classify(429, "<html>", "edit")).toEqual({ ...outcome, afterMs: 900_000 });
  });

  test("waits out a ban of the shared address without blame", () => {
    expect(classify(429, { code: 0, message: "You are being blocked from accessing our API temporarily" })).toEqual({
      kind: "retry",
      reason: "rate_limited",
      afterMs: 900_000,
      blameless: true,
    });
  });

  test("reads the budget from any answer", () => {
    const budget = (headers: Record<string, string>) => http?.budget?.(answer(200, headers));
    expect(budget({ "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "1.25" })).toEqual({ remaining: 0, resetAfterMs: 1_250 });
    expect(budget({ "x-ratelimit-remaining": "4" })).toBeUndefined();
    expect(budget({})).toBeUndefined();
  });
});

describe("discord: settings", () => {
  const problem = (settings: object) => discord.settings.safeParse(settings).error?.issues[0]?.message;

  test.each([
    { url: "secret:SOC_DISCORD_URL" },
    { url },
    { url: `https://canary.discord.com/api/v9/webhooks/1/${token}`, thread_id: "123" },
    { url: "http://127.0.0.1:9000/x", forum: true },
  ])("takes %j", (settings) => expect(problem(settings)).toBeUndefined());
  test.each([
    [{ url: `${url}/slack` }, /leave out \/slack/],
    [{ url: `${url}/github/` }, /leave out/],
    [{ url: "https://discord.com/channels/1/2" }, /Integrations, Webhooks/],
    [{ url: "https://hooks.slack.com/services/T0/B0/x" }, /type = "slack"/],
    [{ url, thread_id: "general" }, /digits only/],
    [{ url, thread_id: "1", forum: true }, /leave out thread_id, or leave out forum/],
  ])("refuses %j with what to do", (settings, sentence) => expect(problem(settings)).toMatch(sentence));
});

describe("discord: a conversation with the simulated chat", () => {
  let chats: Chats;
  beforeAll(async () => {
    chats = await startChats();
  });
  afterAll(() => chats.close());

  const say = async (settings: { url: string; forum?: boolean }, message: Pick<Outgoing, "action" | "ref"> & { view: View }) => {
    const { view, ...rest } = message;
    const made = await http?.request({ id: "d", key: "d", attempt: 1, at: 0, ...rest, body: discord.render(view, settings) }, settings);
    const reply = await fetch(made?.url ?? "", { method: made?.method, headers: made?.headers, body: made?.body });
    return http?.classify({ status: reply.status, headers: reply.headers, body: await reply.text() }, { action: message.action, at: 0 });
  };
  const refOf = (outcome: Awaited<ReturnType<typeof say>>) => (outcome?.kind === "delivered" ? outcome.ref : undefined);
  const { "alert-created": created, "alert-living": living, "update-rise": rise } = sampleViews();

  test("opens a thread, replies in it, edits its first message", async () => {
    const states = new Map<string, "archived" | "locked" | "deleted">();
    const channel = chats.discord("forum", { forum: true, states });
    const settings = { url: channel.url, forum: true };
    const ref = refOf(await say(settings, { action: "post", view: created }));
    expect(await say(settings, { action: "reply", ref, view: { ...rise, ping: "<@456>", inThread: true, notify: true } as View })).toEqual({
      kind: "delivered",
    });
    expect(refOf(await say(settings, { action: "edit", ref, view: { ...living, ping: "<@456>" } as View }))).toBe(ref);
    const [root, reply] = channel.visible();
    expect([root?.history.length, root?.pings, reply?.replyTo, reply?.pings.length]).toEqual([1, [], root?.id, 1]);

    states.set(root?.id ?? "", "archived");
    expect(await say(settings, { action: "edit", ref, view: living })).toEqual({ kind: "thread_lost" });
    expect(await say(settings, { action: "reply", ref, view: rise })).toEqual({ kind: "delivered" });
    expect(await say(settings, { action: "edit", ref, view: living })).toMatchObject({ kind: "delivered" });
    for (const state of ["locked", "deleted"] as const) {
      states.set(root?.id ?? "", state);
      expect(await say(settings, { action: "reply", ref, view: rise })).toEqual({ kind: "thread_lost" });
    }
  });

  test("finds out that somebody deleted the message", async () => {
    const channel = chats.discord("soc");
    const ref = refOf(await say(channel, { action: "post", view: created }));
    channel.remove(channel.visible()[0]?.id ?? "");
    expect(await say(channel, { action: "edit", ref, view: living })).toEqual({ kind: "thread_lost" });
  });
});
