import { describe, expect, test } from "vitest";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
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
    const { content, embeds } = parsed(body);
    expect(content.length).toBeLessThanOrEqual(2_000);
    expect(embeds.length).toBeLessThanOrEqual(1);
    expect(content.length + embeds.length).toBeGreaterThan(0);
    for (const { title = "", description = "", fields = [], footer, url: link = "" } of embeds) {
      expect(title.length).toBeLessThanOrEqual(256);
      expect(description.length).toBeLessThanOrEqual(4_096);
      expect(fields.length).toBeLessThanOrEqual(25);
      expect(link.length).toBeLessThanOrEqual(2_048);
      for (const { name, value } of fields) {
        expect(name.length).toBeLessThanOrEqual(256);
        expect(value.trim().length).toBeGreaterThan(0);
        expect(value.length).toBeLessThanOrEqual(1_024);
      }
      const all = [title, description, footer?.text ?? "", ...fields.flatMap(({ name, value }) => [name, value])];
      expect(all.join("").length).toBeLessThanOrEqual(6_000);
    }
  },
  inert(body) {
    const { content, embeds, allowed_mentions } = parsed(body);
    expect(allowed_mentions).toEqual({ parse: [] });
    for (const text of [
      content,
      ...embeds.flatMap(({ title = "", description = "", fields = [] }) => [title, description, ...fields.map(({ value }) => value)]),
    ]) {
      const outside = text
        .replace(/^```\n[^`]*\n```$/, "")
        .replace(/`[^`]*`/g, "")
        .replace(/\\[^\p{L}\p{N}\s]/gu, "");
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

  test("opens a named thread in a forum", () => {
    expect(render(sampleViews()["alert-created"], { forum: true }).thread_name).toBe(
      "[HIGH] Encoded PowerShell launched by Office - ws-0142",
    );
  });

  test("links the title to the console", () => {
    expect(render(sampleViews()["alert-created"]).embeds[0]?.url).toBe("https://siem.example.com/operations/alerts/ALEY4fqz8moo");
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
      "an edit in a forum",
      edit,
      { forum: true },
      "PATCH",
      `https://discord.com/api/v10/webhooks/100000000000000000/${token}/messages/111?thread_id=222`,
    ],
    ["a post by a proxy", outgoing, { url: "http://127.0.0.1:9000/d/1/t" }, "POST", "http://127.0.0.1:9000/d/1/t?wait=true"],
  ])("%s goes to the right place", async (_what, message, settings, method, target) => {
    expect(await request(message, settings)).toMatchObject({
      method,
      url: target,
      headers: { "user-agent": expect.stringMatching(/^DiscordBot \(https:\/\/\S+, [\d.]+\)$/) },
    });
  });

  test("an edit names no thread and sets no flags", async () => expect((await request(edit, {}))?.body).toBe('{"content":"x"}'));
});

describe("discord: what an answer means", () => {
  const classify = (status: number, body: object | string, action: "post" | "edit" = "post", headers: Record<string, string> = {}) =>
    http?.classify(answer(status, headers, typeof body === "string" ? body : JSON.stringify(body)), { action, at: 0 });

  test("keeps the message's id for edits", () => {
    expect(classify(200, { id: "111", channel_id: "222" })).toEqual({ kind: "delivered", ref: '{"messageId":"111","threadId":"222"}' });
    expect(classify(204, "")).toEqual({ kind: "delivered", ref: undefined });
  });

  test.each([
    ["post", 404, { code: 10015 }, { kind: "disabled", reason: "not_found" }],
    ["edit", 404, { code: 10015 }, { kind: "disabled", reason: "not_found" }],
    ["edit", 404, { code: 10008 }, { kind: "thread_lost" }],
    ["edit", 400, { code: 50083 }, { kind: "thread_lost" }],
    ["edit", 429, { code: 30046 }, { kind: "thread_lost" }],
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
    const headers = {
      "retry-after": "1337",
      "x-ratelimit-remaining": "9",
      "x-ratelimit-reset-after": "64.57",
      "x-ratelimit-scope": "shared",
    };
    expect(classify(429, { retry_after: 1336.57, global: false }, "post", headers)).toEqual({
      kind: "retry",
      reason: "rate_limited",
      afterMs: 1_336_570,
    });
    expect(classify(429, "", "post", { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "2.5" })).toMatchObject({ afterMs: 2_500 });
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
