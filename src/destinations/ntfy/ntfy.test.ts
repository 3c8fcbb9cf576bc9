import { describe, expect, test } from "vitest";
import { NTFY_LIMITS, ntfyProblem } from "../../../demo/chats/ntfy-form.ts";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import type { Outgoing, View } from "../destination.ts";
import ntfy from "./destination.ts";
import type { NtfyMessage } from "./render.ts";

const settings = { url: "https://ntfy.example.com", topic: "soc-x7KqPw2m", token: "tk_abcdefghijklmnopqrstuvwxyz012" };
const http = ntfy.transport.kind === "http" ? ntfy.transport : undefined;
const at = Date.UTC(2026, 10, 20, 12);
const parsed = (body: string): NtfyMessage & Record<string, unknown> => JSON.parse(body);

const outgoing = (body: string, more: Partial<Outgoing> = {}): Outgoing => ({
  id: "sekoia-prod.5d41:1:phone",
  key: "sekoia-prod.5d41:1:phone",
  attempt: 1,
  action: "post",
  body,
  at,
  ...more,
});
const request = (more: Partial<Outgoing> = {}, own: object = {}, body = "{}") =>
  http?.request(outgoing(body, more), { ...settings, ...own });

describeDestination(ntfy, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings,
  secrets: [settings.topic, settings.token],
  sent: (body) => JSON.stringify({ topic: settings.topic, ...JSON.parse(body) }),
  shown: (body) =>
    strings(JSON.parse(body))
      .flatMap((text) => [text, text.replaceAll("hxxp", "http")])
      .join("\n"),
  withinLimits(body) {
    const message = { topic: "t".repeat(64), ...parsed(body) };
    expect(ntfyProblem(JSON.parse(JSON.stringify(message)), { sequences: true })).toBeUndefined();
    expect(Buffer.byteLength(message.message)).toBeLessThanOrEqual(NTFY_LIMITS.message);
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(NTFY_LIMITS.body);
    expect(message.message.trim()).not.toBe("");
    expect(message).not.toHaveProperty("markdown");
  },
  inert(body) {
    const { title, message, tags, click, actions = [] } = parsed(body);
    const ours = /https?:\/\/(siem|(siem|relay)\.example\.com|192\.0\.2\.1:8080)\/\S*/g;
    for (const text of [title, message]) expect(text.replace(ours, "")).not.toMatch(/\bhttps?:\/\//i);
    for (const tag of tags) expect(tag).toMatch(/^[a-z][a-z0-9_-]*$/);
    for (const url of [click, ...actions.map((action) => action.url)]) expect(url ?? "https://x").toMatch(/^https?:\/\//);
  },
});

describe("ntfy: the notification", () => {
  const { "alert-created": created, "update-rise": rise, "update-resolved": resolved } = sampleViews();
  const shown = (view: View) => parsed(ntfy.render(view, settings));

  test("reads on a lock screen", () => {
    expect(shown(created)).toMatchObject({
      title: "[HIGH] Encoded PowerShell launched by Office - ws-0142",
      priority: 4,
      tags: ["orange_circle", "high", "sekoia"],
      click: "https://siem.example.com/operations/alerts/ALEY4fqz8moo",
    });
    expect(shown(created).message).toMatch(/^WINWORD\.EXE started/);
  });

  test.each([
    ["critical", 5],
    ["high", 4],
    ["medium", 3],
    ["low", 2],
    ["info", 1],
  ] as const)("of severity %s has priority %i", (severity, priority) =>
    expect(shown({ kind: "alert", alert: sampleAlert({ severity }), links: {} }).priority).toBe(priority),
  );

  test("rings for a rise, and for nothing else that follows", () => {
    expect(shown({ ...rise, notify: true } as View).priority).toBe(5);
    expect(shown(rise).priority).toBe(2);
    expect(shown(resolved).priority).toBe(2);
  });

  test("leaves out what does not fit before ntfy makes a file of it", () => {
    const text = "x".repeat(2_000);
    const alert = sampleAlert({
      summary: text,
      data: { command_line: text },
      tags: [text],
      observables: Array(30).fill({ name: "n", type: "domain", value: text }),
    });
    const { message } = shown({ kind: "alert", alert, links: {} });
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4_096);
  });
});

describe("ntfy: the request", () => {
  test("goes to the root of the server, with topic and token", async () => {
    expect(await request({}, {}, '{"title":"x"}')).toEqual({
      method: "POST",
      url: "https://ntfy.example.com/",
      headers: { "content-type": "application/json", authorization: `Bearer ${settings.token}` },
      body: `{"topic":"${settings.topic}","title":"x"}`,
    });
    expect((await request({}, { token: undefined }))?.headers).not.toHaveProperty("authorization");
    expect((await request({}, { url: "http://127.0.0.1:9000/ntfy/x/" }))?.url).toBe("http://127.0.0.1:9000/ntfy/x/");
  });

  test("edits nothing unless asked to", async () => {
    expect(ntfy.can(settings)).toEqual({ edit: false, thread: false, idempotencyKey: false, record: false });
    expect(parsed((await request())?.body ?? "")).not.toHaveProperty("sequence_id");
  });

  test("with `replace`, names each notification, and takes its place silently", async () => {
    const own = { replace: true };
    expect(ntfy.can({ ...settings, ...own }).edit).toBe(true);
    const body = async (more: Partial<Outgoing>) => parsed((await request(more, own, '{"priority":5}'))?.body ?? "");
    expect(await body({})).toMatchObject({ sequence_id: "sekoia-prod_5d41_1_phone", priority: 5 });
    expect(await body({ attempt: 2 })).toEqual(await body({}));
    // A rise is a message of its own: it rings.
    expect((await body({ key: "sekoia-prod.5d41:2:phone" })).sequence_id).not.toBe("sekoia-prod_5d41_1_phone");
    expect(await body({ action: "edit", ref: "sekoia-prod_5d41_1_phone" })).toMatchObject({
      sequence_id: "sekoia-prod_5d41_1_phone",
      priority: 2,
    });
    expect((await body({ key: "x".repeat(90) })).sequence_id).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ["a topic", { topic: "hunter2/x" }, /topic: a topic has/],
    ["a token", { token: "hunter2" }, /token: an access token/],
  ])("is not made with %s that is none, and does not tell it", async (_what, own, sentence) => {
    const refusal = await Promise.resolve()
      .then(() => request({}, own))
      .catch((error: unknown) => String(error));
    expect(refusal).toMatch(sentence);
    expect(refusal).not.toContain("hunter2");
  });
});

describe("ntfy: what an answer means", () => {
  const message = { id: "xE73Iyuabi", time: 1_673_542_291, expires: 1_673_585_491, event: "message", topic: "soc", message: "x" };
  const error = (code: number, text = "x") => ({
    code,
    http: Number(String(code).slice(0, 3)),
    error: text,
    link: "https://ntfy.sh/docs/publish/",
  });

  test.each([
    [200, message, { kind: "delivered" }],
    [200, { ...message, sequence_id: "a-1" }, { kind: "delivered", ref: "a-1" }],
    [200, "<!doctype html><title>Welcome</title>", { kind: "disabled", reason: "misconfigured" }],
    [400, error(40009, "invalid request: topic invalid"), { kind: "disabled", reason: "misconfigured" }],
    [400, error(40014, "invalid request: attachments not allowed"), { kind: "rejected", reason: "too_large" }],
    [400, error(40017), { kind: "rejected", reason: "invalid_payload", detail: "answered 400, code 40017" }],
    [401, error(40101, "unauthorized"), { kind: "disabled", reason: "forbidden", detail: expect.stringMatching(/token is wrong/) }],
    [403, error(40301, "forbidden"), { kind: "disabled", reason: "forbidden", detail: expect.stringMatching(/write/) }],
    [404, error(40401, "page not found"), { kind: "disabled", reason: "not_found" }],
    [413, error(41303, "JSON body too large"), { kind: "rejected", reason: "too_large" }],
    [429, error(42901, "limit reached: too many requests, please be nice"), { kind: "retry", reason: "rate_limited", afterMs: 10_000 }],
    [429, error(42908, "limit reached: daily message quota reached"), { kind: "retry", reason: "rate_limited", afterMs: 1_800_000 }],
    [429, error(42999), { kind: "retry", reason: "rate_limited" }],
    [507, error(50701), { kind: "retry", reason: "server_error" }],
  ])("%i %j", (status, body, outcome) =>
    expect(
      http?.classify(answer(status, {}, typeof body === "string" ? body : JSON.stringify(body)), { action: "post", at }),
    ).toMatchObject(outcome),
  );

  test("a server before 2.16 gives no reference, so that nothing is taken for edited", () =>
    expect(http?.classify(answer(200, {}, JSON.stringify(message)), { action: "post", at })).toEqual({ kind: "delivered" }));
});

describe("ntfy: settings", () => {
  const problem = (given: object) => ntfy.settings.safeParse(given).error?.issues[0]?.message;

  test.each([
    { url: "https://ntfy.sh", topic: "secret:NTFY_TOPIC" },
    settings,
    { url: "secret:NTFY_URL", topic: "secret:NTFY.topic", token: "secret:NTFY.token", replace: true },
  ])("takes %j", (given) => expect(problem(given)).toBeUndefined());
  test.each([
    [{ url: "https://ntfy.sh/soc", topic: "soc" }, /the topic in topic/],
    [{ url: "ntfy.sh", topic: "soc" }, /https:\/\//],
    [{ url: "https://ntfy.example.com?auth=x", topic: "soc" }, /no \? or #/],
    [{ url: "https://ntfy.sh", topic: "https://ntfy.sh/soc" }, /topic alone/],
    [{ url: "https://ntfy.sh", topic: "soc", token: "phil:mypass" }, /begins with tk_/],
  ])("refuses %j with what to do", (given, sentence) => expect(problem(given)).toMatch(sentence));
});
