import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Channel } from "../../../demo/chats/channel.ts";
import { type Chats, startChats } from "../../../demo/chats/server.ts";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination } from "../../../test/support/describe-destination.ts";
import { expectInert, expectTaken, shownText } from "../../../test/support/slack-message.ts";
import type { Action, DeliveryOutcome } from "../../outcome.ts";
import type { Outgoing, View } from "../destination.ts";
import slackBot from "./destination.ts";
import type { BotMessage } from "./render.ts";
import type { Settings } from "./settings.ts";

const token = "xoxb-000000000000-000000000000-abcdefghijklmnopqrstuvwx";
const settings: Settings = { token, channel: "C0123456789", api: "https://slack.com/api" };
const parsed = (body: string): BotMessage => JSON.parse(body);
const render = (view: View): BotMessage => parsed(slackBot.render(view, settings));
const http = slackBot.transport.kind === "http" ? slackBot.transport : undefined;
const outgoing: Outgoing = { id: "d1", key: "d1", attempt: 1, action: "post", body: "{}", at: 0 };

const views = sampleViews();
const rise = { ...views["update-rise"], inThread: true, notify: true } as View;

describeDestination(slackBot, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings,
  secrets: [token],
  address: "api",
  shown: shownText,
  withinLimits: expectTaken,
  inert: expectInert,
});

describe("slack-bot: the message", () => {
  test("goes to the channel, as the webhook's would look", () => {
    const { channel, text, attachments, reply_broadcast } = render(views["alert-created"]);
    expect([channel, text, reply_broadcast]).toEqual(["C0123456789", "[HIGH] Encoded PowerShell launched by Office - ws-0142", undefined]);
    expect(attachments?.[0]?.color).toBe("#E65100");
  });

  test("says in the thread only what changed, in blocks that the channel shows too", () => {
    const { blocks, attachments, reply_broadcast } = render(rise);
    expect(blocks?.[0]).toMatchObject({
      text: { type: "plain_text", text: "🔴 [CRITICAL] Severity high to critical, +3 events, new host db-2" },
    });
    expect([blocks?.length, attachments, reply_broadcast]).toEqual([2, undefined, true]);
  });

  test("sends an answer to the channel only when people have to notice it", () => {
    expect(render({ ...rise, notify: false } as View).reply_broadcast).toBeUndefined();
    expect(parsed(slackBot.plain(rise, settings)).reply_broadcast).toBe(true);
    expect(render({ ...rise, inThread: false } as View).reply_broadcast).toBeUndefined();
  });

  test("keeps the labels of a template from formatting or mentioning", () => {
    const style = { texts: { fields: [{ label: "*<!channel>* `x` _y_", value: "v" }] } };
    const body = slackBot.render({ kind: "alert", alert: sampleAlert(), links: {}, style }, settings);
    expectInert(body);
    expect(body).toContain("`*&lt;!channel&gt;* 'x' _y_`\\n`v`");
  });
});

describe("slack-bot: the request", () => {
  const request = async (message: Partial<Outgoing>, own: Partial<Settings> = {}) =>
    http?.request({ ...outgoing, ...message }, { ...settings, ...own });
  const ref = '{"channel":"C0000000042","ts":"1503435956.000247"}';
  const body = '{"channel":"#soc","text":"x","unfurl_links":false,"unfurl_media":false}';

  test("posts with the token in a header", async () => {
    expect(await request({ body })).toEqual({
      method: "POST",
      url: "https://slack.com/api/chat.postMessage",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" },
      body,
    });
  });

  test("edits in the channel that the post was answered with, and leaves nothing of the old message", async () => {
    const edit = await request({ action: "edit", ref, body }, { api: "https://slack-gov.com/api/" });
    expect(edit?.url).toBe("https://slack-gov.com/api/chat.update");
    expect(JSON.parse(edit?.body ?? "")).toEqual({
      channel: "C0000000042",
      ts: "1503435956.000247",
      text: "x",
      blocks: [],
      attachments: [],
      parse: "none",
    });
  });

  test("answers in the thread of the message", async () => {
    const reply = await request({ action: "reply", ref, body });
    expect(reply?.url).toBe("https://slack.com/api/chat.postMessage");
    expect(JSON.parse(reply?.body ?? "")).toMatchObject({ channel: "C0000000042", thread_ts: "1503435956.000247", text: "x" });
  });

  test("sends no token to a wrong address, nor a wrong token anywhere", async () => {
    await expect(request({}, { api: "http://slack.example/api" })).rejects.toThrow(/^api: the token must not travel in the clear/);
    await expect(request({}, { token: "xapp-1-A000-hunter2" })).rejects.toThrow(/^token: this is an app-level token(?!.*hunter2)/);
  });
});

describe("slack-bot: what an answer means", () => {
  const classify = (
    body: unknown,
    action: Action = "post",
    status = 200,
    headers: Record<string, string> = {},
  ): DeliveryOutcome | undefined =>
    http?.classify(answer(status, headers, typeof body === "string" ? body : JSON.stringify(body)), { action, at: 0 });
  const refused = (error: string, action: Action = "post") => classify({ ok: false, error }, action);

  // https://docs.slack.dev/reference/methods/chat.postMessage, chat.update: the answers of its examples.
  test("names the message for later by the channel's id", () => {
    const message = {
      text: "Here's a message for you",
      bot_id: "B123ABC456",
      type: "message",
      subtype: "bot_message",
      ts: "1503435956.000247",
    };
    expect(classify({ ok: true, channel: "C123ABC456", ts: "1503435956.000247", message })).toEqual({
      kind: "delivered",
      ref: '{"channel":"C123ABC456","ts":"1503435956.000247"}',
    });
    expect(
      classify({ ok: true, channel: "C123ABC456", ts: "1401383885.000061", text: "Updated", message: { text: "Updated" } }, "edit"),
    ).toEqual({ kind: "delivered", ref: '{"channel":"C123ABC456","ts":"1401383885.000061"}' });
  });

  test("an answer in a thread does not take the place of the message it answers", () => {
    const threaded = { ok: true, channel: "C1", ts: "2.000001", message: { ts: "2.000001", thread_ts: "1.000001" } };
    expect(classify(threaded, "reply")).toEqual({ kind: "delivered" });
    expect(classify({ ok: true, channel: "C1", ts: "2.000001" }, "reply")).toEqual({ kind: "delivered" });
  });

  test("an answer that Slack put into the channel, as its message was deleted, lost its thread", () => {
    expect(classify({ ok: true, channel: "C1", ts: "2.000001", message: { ts: "2.000001" } }, "reply")).toEqual({ kind: "thread_lost" });
  });

  test.each([
    ["invalid_auth", "forbidden", /xoxb/],
    ["not_authed", "misconfigured", /token/],
    ["account_inactive", "revoked", /install/],
    ["token_revoked", "revoked", /install/],
    ["token_expired", "forbidden", /rotation/],
    ["not_allowed_token_type", "misconfigured", /bot token/],
    ["no_permission", "forbidden", /invite/],
    ["not_in_channel", "forbidden", /\/invite @app.*chat:write\.public/],
    ["channel_not_found", "not_found", /invite the app/],
    ["is_archived", "not_found", /unarchive/],
    ["is_inactive", "not_found", /unarchive/],
    ["restricted_action", "forbidden", /settings/],
    ["restricted_action_read_only_channel", "forbidden", /read-only/],
    ["restricted_action_thread_only_channel", "misconfigured", /replies only/],
    ["ekm_access_denied", "forbidden", /administrators/],
    ["team_access_not_granted", "forbidden", /install/],
    ["unknown_method", "misconfigured", /https:\/\/slack\.com\/api/],
  ] as const)("%s closes the destination, with what to do", (word, reason, sentence) => {
    const outcome = refused(word);
    expect(outcome).toMatchObject({ kind: "disabled", reason });
    expect(outcome?.kind === "disabled" && outcome.detail).toMatch(sentence);
  });

  test("names the scope that is missing", () => {
    expect(classify({ ok: false, error: "missing_scope", needed: "chat:write.public", provided: "identify" })).toMatchObject({
      kind: "disabled",
      detail: expect.stringContaining("the scope chat:write.public: add it under OAuth & Permissions"),
    });
    expect(classify({ ok: false, error: "missing_scope", needed: "<script>" })).toMatchObject({
      detail: expect.stringContaining("chat:write:"),
    });
  });

  test.each([
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "block_mismatch",
    "channel_not_found",
    "not_in_channel",
    "is_inactive",
  ])("%s on an edit: posted anew", (word) => expect(refused(word, "edit")).toEqual({ kind: "thread_lost" }));
  test.each([
    "thread_not_found",
    "invalid_thread_ts",
    "cannot_reply_to_message",
    "restricted_action_thread_locked",
    "restricted_action_non_threadable_channel",
  ])("%s on a reply: posted anew", (word) => expect(refused(word, "reply")).toEqual({ kind: "thread_lost" }));
  test("a token that does not work is no lost thread", () =>
    expect(refused("invalid_auth", "edit")).toMatchObject({ kind: "disabled", reason: "forbidden" }));

  test.each([
    ["a 429", 429, { "retry-after": "30" }, { ok: false, error: "ratelimited" }, 30_000],
    ["a 429 with another word", 429, { "retry-after": "2" }, { ok: false, error: "invalid_blocks" }, 2_000],
    ["a 200 that says ratelimited", 200, { "retry-after": "10" }, { ok: false, error: "ratelimited" }, 10_000],
    ["a 200 that says rate_limited", 200, {}, { ok: false, error: "rate_limited", retry_after: 3 }, 3_000],
    ["a workspace that is full", 200, {}, { ok: false, error: "message_limit_exceeded" }, 60_000],
  ])("%s is waited for", (_what, status, headers, body, afterMs) =>
    expect(classify(body, "post", status, headers as Record<string, string>)).toEqual({ kind: "retry", reason: "rate_limited", afterMs }),
  );
  test("a ratelimited body without a delay leaves the delay to the outbox", () =>
    expect(refused("ratelimited", "edit")).toEqual({ kind: "retry", reason: "rate_limited" }));

  test.each(["internal_error", "fatal_error", "service_unavailable", "request_timeout", "update_failed"])("%s is tried again", (word) =>
    expect(refused(word)).toEqual({ kind: "retry", reason: "server_error" }),
  );
  test.each(["team_added_to_org", "org_login_required", "external_channel_migrating"])("%s is tried again later", (word) =>
    expect(refused(word)).toEqual({ kind: "retry", reason: "server_error", afterMs: 300_000 }),
  );

  test.each([
    ["msg_too_long", "too_large"],
    ["msg_blocks_too_long", "too_large"],
    ["invalid_blocks", "invalid_payload"],
    ["invalid_blocks_format", "invalid_payload"],
    ["invalid_attachments", "invalid_payload"],
    ["too_many_attachments", "invalid_payload"],
    ["no_text", "invalid_payload"],
    ["invalid_arguments", "invalid_payload"],
    ["a_word_of_tomorrow", "invalid_payload"],
  ])("%s refuses the message", (word, reason) => expect(refused(word)).toEqual({ kind: "rejected", reason, detail: word }));

  // The body as grafana-cold-storage/oncall pull request 5121 shows it.
  test("says which block Slack did not take", () => {
    const errors = ["failed to match all allowed schemas [json-pointer:/blocks/0/text]", "must be less than 3001 characters"];
    expect(classify({ ok: false, error: "invalid_blocks", errors })).toMatchObject({
      detail: "invalid_blocks: failed to match all allowed schemas [json-pointer:/blocks/0/text]",
    });
    expect(classify({ ok: false, error: "invalid_blocks", errors: ["<b>title</b> [json-pointer:/blocks/0]"] })).toMatchObject({
      detail: "invalid_blocks",
    });
  });

  test("repeats no word that is none", () =>
    expect(classify({ ok: false, error: "<script>alert(1)</script>" })).toMatchObject({
      kind: "rejected",
      detail: "a word that is none of Slack's",
    }));
  test.each(["", "ok", "<html>sign in</html>", "{}", '{"ok":"true"}'])("a 200 with %j is no Web API", (body) =>
    expect(classify(body)).toMatchObject({ kind: "disabled", reason: "misconfigured" }),
  );
});

describe("slack-bot: settings", () => {
  const problem = (own: object) =>
    slackBot.settings.safeParse({ token: "secret:SLACK_TOKEN", channel: "#soc", ...own }).error?.issues[0]?.message;

  test.each([
    {},
    { token },
    { channel: "C0123456789" },
    { channel: "soc-urgent" },
    { channel: "sécurité" },
    { channel: "U0123456789" },
    { api: "https://slack-gov.com/api" },
    { api: "https://slack.com/api/" },
    { api: "https://proxy.example.com/slack" },
    { api: "http://127.0.0.1:9000/slack-api/1" },
  ])("takes %j", (own) => expect(problem(own)).toBeUndefined());
  test.each([
    [{ token: "xapp-1-A0-1-x" }, /app-level token: copy the Bot User OAuth Token/],
    [{ token: "xoxe-1-x" }, /refresh token/],
    [{ token: "0123456789abcdef0123456789abcdef" }, /signing secret/],
    [{ token: "https://hooks.slack.com/services/T0/B0/x" }, /type = "slack"/],
    [{ token: `${token}\n` }, /line break/],
    [{ channel: "https://example.slack.com/archives/C0123456789" }, /the part that begins with C/],
    [{ channel: "@jdoe" }, /member id/],
    [{ channel: "SOC urgent" }, /such as C0123456789/],
    [{ channel: "" }, /such as C0123456789/],
    [{ api: "https://hooks.slack.com/services/T0/B0/x" }, /type = "slack" with url/],
    [{ api: "https://slack.com/api/chat.postMessage" }, /write https:\/\/slack\.com\/api/],
    [{ api: "https://proxy.example.com/api?x=1" }, /behind \? or #/],
    [{ api: "http://slack.com/api" }, /in the clear/],
    [{ api: "http://192.0.2.1/api" }, /in the clear/],
    [{ api: "slack.com/api" }, /has to begin with https/],
  ])("refuses %j with what to do", (own, sentence) => expect(problem(own)).toMatch(sentence));
  test("never tells the token", () => {
    const told = slackBot.settings.safeParse({ token: "xapp-hunter2", channel: "#soc" }).error?.message;
    expect(told).not.toContain("hunter2");
  });
});

describe("slack-bot: at the simulated Slack", () => {
  let chats: Chats;
  beforeAll(async () => {
    chats = await startChats();
  });
  afterAll(() => chats.close());

  const send = async (soc: Channel, view: View, message: Partial<Outgoing> = {}): Promise<DeliveryOutcome | undefined> => {
    const own = slackBot.settings.parse(soc.destination);
    const request = await http?.request({ ...outgoing, body: slackBot.render(view, own), ...message }, own);
    if (!request) return undefined;
    const { status, headers, body } = await fetch(request.url, request).then(async (got) => ({
      ...answer(got.status, {}, await got.text()),
      headers: got.headers,
    }));
    return http?.classify({ status, headers, body }, { action: message.action ?? "post", at: 0 });
  };
  const refOf = (outcome: DeliveryOutcome | undefined): string | undefined => (outcome?.kind === "delivered" ? outcome.ref : undefined);

  test("keeps one living message, and tells its news in its thread", async () => {
    const soc = chats.slackBot("soc");
    const ref = refOf(await send(soc, views["alert-created"]));
    const edited = await send(soc, views["alert-living"], { action: "edit", ref });
    expect(refOf(edited)).toBe(ref);
    expect(await send(soc, { ...rise, ping: "<!channel>" } as View, { action: "reply", ref })).toEqual({ kind: "delivered" });
    const [living, ...others] = soc.roots();
    expect([others.length, living?.raw.includes("RESOLVED")]).toEqual([0, true]);
    expect(soc.replies(living?.id ?? "")).toMatchObject([{ broadcast: true, pings: [{ kind: "channel" }] }]);
  });

  test("replaces a rich message by the plain form, whole", async () => {
    const soc = chats.slackBot("plain");
    const ref = refOf(await send(soc, views["alert-created"]));
    const body = slackBot.plain(views["alert-living"], slackBot.settings.parse(soc.destination));
    await send(soc, views["alert-living"], { action: "edit", ref, body });
    expect(Object.keys(soc.visible()[0]?.body ?? {})).toEqual(["text"]);
  });

  test("finds out that its message was deleted, by an edit and by a reply", async () => {
    const soc = chats.slackBot("deleted");
    const ref = refOf(await send(soc, views["alert-created"]));
    soc.remove(soc.visible()[0]?.id ?? "");
    expect(await send(soc, views["alert-living"], { action: "edit", ref })).toEqual({ kind: "thread_lost" });
    expect(await send(soc, rise, { action: "reply", ref })).toEqual({ kind: "thread_lost" });
  });

  test("is told in words what the workspace does not allow", async () => {
    expect(await send(chats.slackBot("closed", { member: false }), views["alert-created"])).toMatchObject({
      kind: "disabled",
      reason: "forbidden",
    });
    const old = chats.slackBot("old", { editWindowMs: -1 });
    const ref = refOf(await send(old, views["alert-created"]));
    expect(await send(old, views["alert-living"], { action: "edit", ref })).toEqual({ kind: "thread_lost" });
    old.revoke();
    expect(await send(old, views["alert-created"])).toMatchObject({ kind: "disabled", reason: "revoked" });
  });

  test("every sample of every kind is taken", async () => {
    const soc = chats.slackBot("all");
    for (const view of Object.values(views)) {
      expect(await send(soc, view)).toMatchObject({ kind: "delivered" });
      const own = slackBot.settings.parse(soc.destination);
      expect(await send(soc, view, { body: slackBot.plain(view, own) })).toMatchObject({ kind: "delivered" });
    }
    expect(soc.visible().flatMap(({ pings }) => pings)).toEqual([]);
  });
});
