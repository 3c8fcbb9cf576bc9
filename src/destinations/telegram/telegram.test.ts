import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chats, startChats } from "../../../demo/chats/server.ts";
import { foundEntities } from "../../../demo/chats/telegram-entities.ts";
import { entitiesOf, telegramLosses, telegramRefusal } from "../../../demo/chats/telegram-form.ts";
import { HOSTILE, sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { anyView } from "../../../test/support/any-view.ts";
import { answer, describeDestination } from "../../../test/support/describe-destination.ts";
import type { Json } from "../../alert.ts";
import type { Action } from "../../outcome.ts";
import type { Outgoing, View } from "../destination.ts";
import telegram from "./destination.ts";
import type { TelegramMessage } from "./render.ts";
import { formatted, untrusted } from "./text.ts";

const token = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-ab";
const settings = { token, chat_id: -1001234567890, api: "https://api.telegram.org" };
const parsed = (body: string): TelegramMessage => JSON.parse(body);
const http = telegram.transport.kind === "http" ? telegram.transport : undefined;
const buttonsOf = ({ reply_markup }: TelegramMessage) =>
  (reply_markup?.inline_keyboard ?? []).flat().flatMap((button) => ("url" in button ? [{ text: button.text, url: button.url }] : []));

/** What Telegram would link of a message by itself, whatever ending a domain has. */
const linksOf = (message: TelegramMessage) =>
  foundEntities(message.text, entitiesOf(message.entities as unknown as Json), "any").map(({ offset, length }) =>
    message.text.slice(offset, offset + length),
  );

/** The line of a link that Telegram takes no button for, or of the plain form: to one of the addresses that generated alerts have. */
const OUR_LINK = /^(Open in \w+: )?https?:\/\/(siem|siem\.example\.com|192\.0\.2\.1:8080|relay\.example\.com)\/\S*$/;

describeDestination(telegram, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings,
  secrets: [token],
  address: "api",
  shown(body) {
    const message = parsed(body);
    const links = message.entities.flatMap((entity) => (entity.type === "text_link" ? [entity.url] : []));
    return [message.text, ...buttonsOf(message).map(({ text, url }) => `${text} ${url}`), ...links].join("\n");
  },
  withinLimits(body) {
    const message = JSON.parse(body);
    expect(telegramRefusal("sendMessage", message)).toBeUndefined();
    expect(telegramLosses("sendMessage", message)).toEqual([]);
  },
  inert(body) {
    const message = parsed(body);
    const strange = linksOf(message).filter(
      (found) => !message.text.split("\n").some((line) => OUR_LINK.test(line) && line.includes(found)),
    );
    expect(strange).toEqual([]);
  },
});

const render = (view: View, own = {}) => parsed(telegram.render(view, { ...settings, ...own }));

describe("telegram: the message", () => {
  test("any alert stays inert: nothing but the plain form's own link becomes one", () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(linksOf(render(view))).toEqual([]);
        const plain = parsed(telegram.plain(view, settings));
        for (const found of linksOf(plain))
          expect(plain.text.split("\n").some((line) => line.startsWith("http") && line.includes(found))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("formats what it says it formats", () => {
    const { text, entities } = render(sampleViews()["alert-created"]);
    const said = (type: string) =>
      entities.filter((one) => one.type === type).map(({ offset, length }) => text.slice(offset, offset + length));
    expect(said("bold")[0]).toBe("🟠 [HIGH] Encoded PowerShell launched by Office");
    expect(said("code")).toContain("ws-0142 (192.0.2.42)");
    expect(said("pre")).toEqual(["powershell.exe -NoProfile -enc SQBFAFgA"]);
  });

  test("mentions only whom the configuration names, by name or by id", () => {
    const alert = sampleAlert({ title: "@everyone @soc_lead look" });
    const message = render({ kind: "alert", alert, links: {}, ping: "@soc_lead and [Ada](tg://user?id=123456789)" });
    expect(linksOf(message)).toEqual(["@soc_lead"]);
    expect(message.text.split("\n")[1]).toBe("@soc_lead and Ada");
    expect(message.entities.filter(({ type }) => type === "text_mention")).toMatchObject([{ length: 3, user: { id: 123456789 } }]);
  });

  test("makes no sound for low and info, nor for news that nobody has to notice", () => {
    const quiet = (view: View) => render(view).disable_notification;
    const alert = (severity: "info" | "low" | "medium") => quiet({ kind: "alert", alert: sampleAlert({ severity }), links: {} });
    expect([alert("info"), alert("low"), alert("medium")]).toEqual([true, true, undefined]);
    const rise = sampleViews()["update-rise"];
    if (rise.kind !== "update") throw new Error("no update");
    expect([quiet({ ...rise, notify: true }), quiet({ ...rise, notify: false }), quiet({ ...rise, ping: "@soc_lead" })]).toEqual([
      undefined,
      true,
      undefined,
    ]);
    expect(quiet(sampleViews()["test-alert"])).toBeUndefined();
  });

  test("opens nothing for a preview, and links by buttons that show their address", () => {
    const message = render(sampleViews()["alert-created"]);
    expect(message.link_preview_options).toEqual({ is_disabled: true });
    expect(buttonsOf(message)).toEqual([
      { text: "Open in console", url: "https://siem.example.com/operations/alerts/ALEY4fqz8moo" },
      { text: "Open in Tocsin", url: "https://relay.example.com/alerts/sekoia-prod.5d41402abc4b2a76" },
    ]);
  });

  test("tells a link in the text when Telegram takes no button for it", () => {
    const message = render({ kind: "alert", alert: sampleAlert({ url: "https://siem/alerts/1" }), links: {} });
    expect(message.reply_markup).toBeUndefined();
    expect(message.text).toContain("Open in console: https://siem/alerts/1");
  });

  test("goes to the topic that is set", () =>
    expect(render(sampleViews()["alert-created"], { thread_id: 42 })).toMatchObject({ chat_id: -1001234567890, message_thread_id: 42 }));
});

describe("telegram: text of strangers", () => {
  const coded = (text: string) => {
    const made = formatted(untrusted(text, "bold"));
    expect(made.text).toBe(text);
    return made.entities.filter(({ type }) => type === "code").map(({ offset, length }) => text.slice(offset, offset + length));
  };

  test.each([
    ["Encoded PowerShell launched by Office", []],
    ["Login by @bob on ws-0142", ["@bob"]],
    ["run /start now, and/or I/O", ["/start"]],
    ["ticket #soc and $USD", ["#soc", "$USD"]],
    ["evil.example and www.evil.example, e.g. here.", ["evil.example", "www.evil.example"]],
    ["mail a.smith@example.com", ["a.smith@example.com"]],
    ["203.0.113.10 beacons", ["203.0.113.10"]],
    ["http://siem/x or tg://resolve?domain=x", ["http://siem/x", "tg://resolve?domain=x"]],
    ["t.me/evil (https://evil.example).", ["t.me/evil", "https://evil.example"]],
    ["call +1 212 555 0123 now", ["+1 212 555 0123"]],
    ["card 4111 1111 1111 1111", ["4111 1111 1111 1111"]],
    ["пример.рф открыт", ["пример.рф"]],
    ["CVSS 9.8, version 5.2, at 2026-11-02 14:05:31 UTC (500). 12 more", []],
  ])("%j keeps its text, with %j in code", (text, words) => expect(coded(text)).toEqual(words));

  test("is code as a whole when most of it would be", () => {
    const text = Array.from({ length: 9 }, (_, index) => `a${index}.example and`).join(" ");
    expect(coded(text)).toEqual([text]);
  });

  test.each(HOSTILE)("leaves nothing for Telegram to link: %j", (text) => {
    const one = text.replace(/\s+/g, " ").trim().toWellFormed();
    const { entities } = formatted(untrusted(one));
    expect(foundEntities(one, entitiesOf(entities as unknown as Json), "any")).toEqual([]);
  });

  test("finds nothing to link in any text", () => {
    const parts = [
      "@",
      "#",
      "$",
      "/",
      ".",
      ":",
      "//",
      "a",
      "Z",
      "com",
      "t.me",
      "1",
      "203.0",
      " ",
      "é",
      "💩",
      "\u0301",
      "_",
      "-",
      "+",
      "(",
      "http",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 24 }), (list) => {
        const text = list.join("").replace(/ +/g, " ").trim();
        expect(foundEntities(text, entitiesOf(formatted(untrusted(text)).entities as unknown as Json), "any")).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("telegram: the request", () => {
  const body = telegram.render(sampleViews()["alert-created"], { ...settings, thread_id: 42 });
  const outgoing: Outgoing = { id: "d1", key: "d1", attempt: 1, action: "post", body, at: 0 };
  const ref = '{"chatId":-1009999999999,"messageId":77}';
  const request = async (message: Outgoing, own = {}) => {
    const made = await http?.request(message, { ...settings, ...own });
    return { ...made, body: JSON.parse(made?.body ?? "") };
  };

  test("a post goes to sendMessage as it is", async () => {
    expect(await request(outgoing)).toMatchObject({
      method: "POST",
      url: `https://api.telegram.org/bot${token}/sendMessage`,
      body: JSON.parse(body),
    });
  });

  test("an edit names its message, and only what an edit takes", async () => {
    const { url, body: edit } = await request({ ...outgoing, action: "edit", ref });
    expect(url).toBe(`https://api.telegram.org/bot${token}/editMessageText`);
    expect(edit).toMatchObject({ chat_id: -1009999999999, message_id: 77 });
    expect([telegramRefusal("editMessageText", edit), telegramLosses("editMessageText", edit)]).toEqual([undefined, []]);
  });

  test("a reply answers its message, in whatever topic that is", async () => {
    const { url, body: reply } = await request({ ...outgoing, action: "reply", ref });
    expect(url).toBe(`https://api.telegram.org/bot${token}/sendMessage`);
    expect(reply).toMatchObject({ chat_id: -1009999999999, reply_parameters: { message_id: 77 } });
    expect(reply).not.toHaveProperty("message_thread_id");
    expect([telegramRefusal("sendMessage", reply), telegramLosses("sendMessage", reply)]).toEqual([undefined, []]);
  });

  test.each(["http://127.0.0.1:8081", "http://127.0.0.1:8081/", "https://proxy.example.com/telegram"])(
    "goes by %s where that is set",
    async (api) => {
      expect((await request(outgoing, { api })).url).toBe(`${api.replace(/\/$/, "")}/bot${token}/sendMessage`);
    },
  );

  test("writes to the supergroup that a group became, and to no chat that was set since", async () => {
    const memo = '{"chatId":-1005555555555}';
    const chat = async (chat_id: number | string) =>
      (await request({ ...outgoing, body: JSON.stringify({ chat_id }), memo }, { chat_id })).body.chat_id;
    expect(await chat(-4962287234)).toBe(-1005555555555);
    expect([await chat(-1001234567890), await chat(123), await chat("@soc_alerts")]).toEqual([-1001234567890, 123, "@soc_alerts"]);
  });

  test("never tells the token: not in a refusal, and as one text in the address, so that it can be masked", async () => {
    const wrong = Promise.resolve().then(() => http?.request(outgoing, { ...settings, token: "hunter2hunter2" }));
    await expect(wrong).rejects.toThrow(/^token: this is no bot's token: @BotFather/);
    await expect(wrong).rejects.not.toThrow(/hunter2/);
    expect(new URL((await request(outgoing)).url ?? "").href).toContain(token);
  });
});

describe("telegram: what an answer means", () => {
  const classify = (status: number, body: object | string, action: Action = "post", headers: Record<string, string> = {}) =>
    http?.classify(answer(status, headers, typeof body === "string" ? body : JSON.stringify(body)), { action, at: 0 });
  const error = (error_code: number, description: string, parameters?: object) => ({ ok: false, error_code, description, parameters });
  const done = {
    ok: true,
    result: { message_id: 7, date: 1642172467, chat: { id: -1001234567890, type: "supergroup", title: "SOC" }, text: "x" },
  };

  test("keeps chat and message for edits, of posts and edits alone", () => {
    const ref = '{"chatId":-1001234567890,"messageId":7}';
    expect(classify(200, done)).toEqual({ kind: "delivered", ref });
    expect(classify(200, done, "edit")).toEqual({ kind: "delivered", ref });
    expect(classify(200, done, "reply")).toEqual({ kind: "delivered" });
    expect(classify(200, "fine")).toEqual({ kind: "delivered", ref: undefined });
  });

  test.each([
    [400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same", "edit", "delivered"],
    [400, "Bad Request: message to edit not found", "edit", "thread_lost"],
    [400, "Bad Request: message can't be edited", "edit", "thread_lost"],
    [400, "Bad Request: MESSAGE_ID_INVALID", "edit", "thread_lost"],
    [400, "Bad Request: message to be replied not found", "reply", "thread_lost"],
    [400, "Bad Request: reply message not found", "reply", "thread_lost"],
    [400, "Bad Request: message thread not found", "reply", "thread_lost"],
    [400, "Bad Request: chat not found", "edit", "thread_lost"],
    [400, "Bad Request: message is too long", "post", "rejected"],
    [400, "Bad Request: can't parse entities: …", "post", "rejected"],
    [400, "Bad Request: inline keyboard button URL 'http://x' is invalid: Wrong HTTP URL", "post", "rejected"],
    [500, "Internal Server Error", "post", "retry"],
    [502, "Bad Gateway", "edit", "retry"],
  ] as const)("%i %j to a message of the kind %s is %s", (status, description, action, kind) =>
    expect(classify(status, error(status, description), action)).toMatchObject({ kind }),
  );

  test.each([
    [400, "Bad Request: chat not found", "not_found", /press Start/],
    [400, "Bad Request: message thread not found", "not_found", /another thread_id/],
    [400, "Bad Request: TOPIC_CLOSED", "forbidden", /topic is closed/],
    [400, "Bad Request: not enough rights to send text messages to the chat", "forbidden", /administrator/],
    [400, "Bad Request: need administrator rights in the channel chat", "forbidden", /administrator/],
    [401, "Unauthorized", "forbidden", /@BotFather/],
    [403, "Forbidden: bot was kicked from the supergroup chat", "forbidden", /add it again/],
    [403, "Forbidden: bot was blocked by the user", "forbidden", /press Start/],
    [403, "Forbidden: the group chat was deleted", "not_found", /deleted/],
    [404, "Not Found", "not_found", /token is wrong/],
  ] as const)("%i %j closes the destination with what to do", (status, description, reason, sentence) =>
    expect(classify(status, error(status, description))).toMatchObject({
      kind: "disabled",
      reason,
      detail: expect.stringMatching(sentence),
    }),
  );

  test("waits as long as it is asked to, in each form", () => {
    const limited = (body: object, headers = {}) => classify(429, body, "edit", headers);
    expect(limited(error(429, "Too Many Requests: retry after 35", { retry_after: 35 }), { "retry-after": "99" })).toEqual({
      kind: "retry",
      reason: "rate_limited",
      afterMs: 35_000,
    });
    expect(limited({}, { "retry-after": "3" })).toMatchObject({ afterMs: 3_000 });
    expect(limited({})).toEqual({ kind: "retry", reason: "rate_limited" });
  });

  test("remembers where a group moved to, and lets go of the messages it had", () => {
    const moved = error(400, "Bad Request: group chat was upgraded to a supergroup chat", { migrate_to_chat_id: -1005555555555 });
    expect(classify(400, moved)).toEqual({ kind: "retry", reason: "moved", memo: '{"chatId":-1005555555555}' });
    expect([classify(400, moved, "edit"), classify(400, moved, "reply")]).toEqual([{ kind: "thread_lost" }, { kind: "thread_lost" }]);
  });
});

describe("telegram: settings", () => {
  const parse = (own: object) => telegram.settings.safeParse({ token: "secret:TELEGRAM_TOKEN", chat_id: -1001234567890, ...own });
  const problem = (own: object) => parse(own).error?.issues[0]?.message;

  test.each([
    [{ chat_id: "-1001234567890" }, -1001234567890],
    [{ chat_id: -4962287234 }, -4962287234],
    [{ chat_id: 123456789 }, 123456789],
    [{ chat_id: "@soc_alerts", thread_id: "42" }, "@soc_alerts"],
    [{ token, api: "http://127.0.0.1:8081" }, -1001234567890],
  ])("takes %j", (own, chat_id) => expect(parse(own).data).toMatchObject({ chat_id }));

  test.each([
    [{ token: "hunter2" }, /no bot's token: @BotFather/],
    [{ chat_id: "https://t.me/soc_alerts" }, /this is a link: write "@name"/],
    [{ chat_id: "soc_alerts" }, /the README says where/],
    [{ chat_id: 1001234567890 }, /begins with a minus/],
    [{ chat_id: 0 }, /id of a chat/],
    [{ chat_id: 1.5 }, /id of a chat/],
    [{ thread_id: 1 }, /General has no id/],
    [{ thread_id: "general" }, /a number/],
    [{ chat_id: 123456789, thread_id: 42 }, /only groups have topics/],
    [{ api: "https://user:pass@proxy.example.com" }, /user name or password/],
    [{ api: "ftp://x" }, /https:\/\//],
  ])("refuses %j with what to do", (own, sentence) => expect(problem(own)).toMatch(sentence));

  test("paces a group by the minute and a person by the second", () => {
    const pace = (chat_id: number | string) => telegram.pace({ ...settings, chat_id });
    const inAMinute = ({ perSecond, burst }: { perSecond: number; burst: number }) => burst + 60 * perSecond;
    expect(inAMinute(pace(-1001234567890))).toBeLessThanOrEqual(20);
    expect(pace("@soc_alerts")).toEqual(pace(-1001234567890));
    expect(pace(123456789).perSecond).toBe(1);
  });
});

describe("telegram: a conversation with the simulated chat", () => {
  let chats: Chats;
  beforeAll(async () => {
    chats = await startChats();
  });
  afterAll(() => chats.close());

  const say = async (own: object, message: Pick<Outgoing, "action" | "ref" | "memo"> & { view: View }) => {
    const complete = telegram.settings.parse(own);
    const { view, ...rest } = message;
    const made = await http?.request({ id: "d1", key: "d1", attempt: 1, at: 0, ...rest, body: telegram.render(view, complete) }, complete);
    const reply = await fetch(made?.url ?? "", { method: made?.method, headers: made?.headers, body: made?.body });
    return http?.classify({ status: reply.status, headers: reply.headers, body: await reply.text() }, { action: message.action, at: 0 });
  };

  test("posts, replies, edits, and finds out that somebody deleted it", async () => {
    const channel = chats.telegram("soc");
    const { "alert-created": created, "alert-living": living, "update-rise": rise } = sampleViews();
    const posted = await say(channel.destination, { action: "post", view: created });
    const ref = posted?.kind === "delivered" ? posted.ref : undefined;
    expect(
      await say(channel.destination, { action: "reply", ref, view: { ...rise, ping: "@soc_lead", inThread: true, notify: true } as View }),
    ).toEqual({
      kind: "delivered",
    });
    expect(await say(channel.destination, { action: "edit", ref, view: living })).toMatchObject({ kind: "delivered", ref });
    expect(await say(channel.destination, { action: "edit", ref, view: living })).toMatchObject({ kind: "delivered" });
    const [root, ...replies] = channel.visible();
    expect(root?.history).toHaveLength(1);
    expect(replies).toMatchObject([{ replyTo: root?.id, pings: [{ target: "@soc_lead" }] }]);
    channel.remove(root?.id ?? "");
    expect(await say(channel.destination, { action: "edit", ref, view: created })).toEqual({ kind: "thread_lost" });
    expect(await say(channel.destination, { action: "reply", ref, view: rise })).toEqual({ kind: "thread_lost" });
  });

  test("follows a group that becomes a supergroup", async () => {
    const chat: { chatId: number; migratedTo?: number } = { chatId: -4962287234 };
    const channel = chats.telegram("grown", chat);
    const view = sampleViews()["alert-created"];
    const first = await say(channel.destination, { action: "post", view });
    chat.migratedTo = -1005555555555;
    const ref = first?.kind === "delivered" ? first.ref : undefined;
    expect(await say(channel.destination, { action: "edit", ref, view })).toEqual({ kind: "thread_lost" });
    const moved = await say(channel.destination, { action: "post", view });
    expect(moved).toMatchObject({ kind: "retry", reason: "moved" });
    const memo = moved?.kind === "retry" ? moved.memo : undefined;
    expect(await say(channel.destination, { action: "post", memo, view })).toMatchObject({
      kind: "delivered",
      ref: expect.stringContaining("-1005555555555"),
    });
  });

  test("hears of topics that are gone or closed", async () => {
    const channel = chats.telegram("forum", { topics: { 42: "open", 43: "closed" } });
    const view = sampleViews()["alert-created"];
    const to = (thread_id: number) => say({ ...channel.destination, thread_id }, { action: "post", view });
    expect((await to(42))?.kind).toBe("delivered");
    expect([await to(43), await to(44)]).toMatchObject(
      [{ detail: /closed/ }, { detail: /gone/ }].map(({ detail }) => ({ kind: "disabled", detail: expect.stringMatching(detail) })),
    );
  });
});
