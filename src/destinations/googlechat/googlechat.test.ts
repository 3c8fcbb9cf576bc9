import { describe, expect, test } from "vitest";
import { googlechatPings, googlechatProblem } from "../../../demo/chats/googlechat-form.ts";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import type { Outgoing, View } from "../destination.ts";
import googlechat from "./destination.ts";
import type { ChatMessage } from "./render.ts";

const token = "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789-_%3D";
const url = `https://chat.googleapis.com/v1/spaces/AAAAabcdefg/messages?key=AIzaSyPLACEHOLDER&token=${token}`;
const parsed = (body: string): ChatMessage => JSON.parse(body);
const http = googlechat.transport.kind === "http" ? googlechat.transport : undefined;
const render = (view: View) => parsed(googlechat.render(view, { url }));

const decoded = (text: string): string =>
  text
    .replace(/<[^<>|]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

describeDestination(googlechat, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { url },
  secrets: [url, token, "AIzaSyPLACEHOLDER"],
  shown: (body) =>
    strings(JSON.parse(body))
      .map((text) => `${text}\n${decoded(text)}`)
      .join("\n")
      .replaceAll("%7C", "|"),
  withinLimits: (body) => expect(googlechatProblem(JSON.parse(body))).toBeUndefined(),
  inert(body) {
    const { text } = parsed(body);
    expect(googlechatPings(JSON.parse(body))).toEqual([]);
    // All angle brackets are those of our links.
    const rest = text.replace(/<https?:[^<>|\s]+\|(?:Open in \w+|Acknowledge|Silence)>/g, "");
    expect(rest).not.toMatch(/[<>]|:\/\//);
    expect((rest.match(/`/g) ?? []).length % 2).toBe(0);
    expect(rest.replace(/`[^`]*`/g, "").replace(/\*\[[A-Z? ]+\]\*/g, "")).not.toMatch(/[*_~`]/);
  },
});

describe("googlechat: the message", () => {
  test("tells a phone severity, title and host, and all of one alert in one thread", () => {
    const views = sampleViews();
    expect(render(views["alert-created"]).text).toBe("🟠 *[HIGH]* `Encoded PowerShell launched by Office` - `ws-0142`");
    for (const name of ["alert-created", "update-rise", "update-resolved", "moved"] as const)
      expect(render(views[name]).thread).toEqual({ threadKey: "sekoia-prod.5d41402abc4b2a76" });
    for (const name of ["digest", "notice", "test-alert"] as const) expect(render(views[name]).thread).toBeUndefined();
  });

  test("a reply says only what changed, on a line or two and without a card", () => {
    const { text, cardsV2 } = render({ ...sampleViews()["update-rise"], inThread: true, notify: true } as View);
    expect(cardsV2).toBeUndefined();
    expect(text.split("\n")[0]).toBe("🔴 *[CRITICAL]* `Severity high to critical, +3 events, new host db-2`");
  });

  test("detail that comes late has its card in the thread, too", () =>
    expect(render({ ...sampleViews()["update-detail"], inThread: true } as View).cardsV2).toHaveLength(1));

  test("mentions whom the configuration says, and nobody else", () => {
    const alert = sampleAlert({ title: "<users/all> look", summary: "<users/all>", assets: [{ name: "<users/123>" }] });
    const body = JSON.parse(googlechat.render({ kind: "alert", alert, links: {}, ping: "<users/456>" }, { url }));
    expect(googlechatPings(body)).toEqual([{ kind: "user", target: "456", where: "text" }]);
  });
});

describe("googlechat: the request", () => {
  const outgoing: Outgoing = { id: "soc.a.1", key: "soc.a.1", attempt: 1, action: "post", body: "{}", at: 0 };
  const target = async (message: Partial<Outgoing> = {}, address = url) =>
    new URL((await http?.request({ ...outgoing, ...message }, { url: address }))?.url ?? "");
  const ids = async (...keys: string[]) => Promise.all(keys.map(async (key) => (await target({ key })).searchParams.get("requestId")));

  test("keeps the address byte for byte and asks for the thread", async () => {
    const { href, searchParams } = await target();
    expect(href.startsWith(`${url}&`)).toBe(true);
    expect(searchParams.get("messageReplyOption")).toBe("REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
    expect((await target({}, "http://127.0.0.1:9000/chat")).search).toMatch(/^\?messageReplyOption=/);
  });

  test("the request's id is a UUID, the same for the same key only", async () => {
    const [first, again, reply] = await ids("soc.a.1", "soc.a.1", "soc.a.1.reply");
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(again).toBe(first);
    expect(reply).not.toBe(first);
  });

  test("posts replies as well: a webhook names its thread in the body", async () =>
    expect((await http?.request({ ...outgoing, action: "reply", ref: "spaces/A/messages/B.B" }, { url }))?.method).toBe("POST"));
});

describe("googlechat: what an answer means", () => {
  const classify = (status: number, body: object | string, headers = {}) =>
    http?.classify(answer(status, headers, typeof body === "string" ? body : JSON.stringify(body)), { action: "post", at: 0 });
  const error = (code: number, status: string, more = {}) => ({ error: { code, status, message: "words", ...more } });

  test("keeps the message's name", () => {
    const body = { name: "spaces/AAA/messages/BBB.BBB", thread: { name: "spaces/AAA/threads/BBB" } };
    expect(classify(200, body)).toEqual({ kind: "delivered", ref: "spaces/AAA/messages/BBB.BBB" });
    expect(classify(200, "")).toEqual({ kind: "delivered" });
  });

  test.each([
    [400, error(400, "INVALID_ARGUMENT"), { kind: "rejected", reason: "invalid_payload" }],
    [
      400,
      error(400, "INVALID_ARGUMENT", { details: [{ reason: "API_KEY_INVALID" }] }),
      { kind: "disabled", reason: "forbidden", detail: expect.stringMatching(/new webhook/) },
    ],
    [401, error(401, "UNAUTHENTICATED"), { kind: "disabled", reason: "forbidden" }],
    [403, error(403, "PERMISSION_DENIED"), { kind: "disabled", reason: "forbidden", detail: expect.stringMatching(/deleted/) }],
    [404, error(404, "NOT_FOUND"), { kind: "disabled", reason: "not_found", detail: expect.stringMatching(/space is gone/) }],
    [413, "too large", { kind: "rejected", reason: "too_large" }],
    [500, error(500, "INTERNAL"), { kind: "retry", reason: "server_error" }],
    [503, error(503, "UNAVAILABLE"), { kind: "retry" }],
  ])("%i %j", (status, body, outcome) => expect(classify(status, body)).toMatchObject(outcome));

  test("names no delay of its own when there is none: the pauses grow", () =>
    expect(classify(429, error(429, "RESOURCE_EXHAUSTED"))).toEqual({ kind: "retry", reason: "rate_limited" }));
});

describe("googlechat: settings", () => {
  const problem = (address: string) => googlechat.settings.safeParse({ url: address }).error?.issues[0]?.message;

  test.each(["secret:SOC_GOOGLECHAT_URL", url, "http://127.0.0.1:9000/v1/spaces/A/messages?key=k&token=t"])("takes %s", (address) =>
    expect(problem(address)).toBeUndefined(),
  );
  test.each([
    ["https://chat.google.com/room/AAAAabcdefg", /address of a space.*Apps & integrations/],
    ["https://mail.google.com/chat/u/0/#chat/space/AAAAabcdefg", /address of a space/],
    ["https://chat.googleapis.com/v1/spaces/AAAAabcdefg/messages?key=x", /has to have key= and token=/],
    ["https://chat.googleapis.com/v1/spaces/AAAAabcdefg", /no webhook/],
    [`${url}&threadKey=mine`, /leave out threadKey=/],
    ["https://discord.com/api/webhooks/1/x", /type = "discord"/],
  ])("refuses %s with what to do", (address, sentence) => expect(problem(address)).toMatch(sentence));
});
