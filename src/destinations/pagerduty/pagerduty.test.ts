import { describe, expect, test } from "vitest";
import { PAGERDUTY_LIMITS, pagerdutyErrors } from "../../../demo/chats/pagerduty-form.ts";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import type { Alert } from "../../alert.ts";
import type { Outgoing, View } from "../destination.ts";
import pagerduty from "./destination.ts";
import type { PagerDutyEvent } from "./render.ts";

const routing_key = "0123456789abcdef0123456789ABCDEF";
const settings: { routing_key: string; api?: string } = { routing_key };
const http = pagerduty.transport.kind === "http" ? pagerduty.transport : undefined;
const at = Date.UTC(2026, 10, 20, 12);

const outgoing = (body: string, more: Partial<Outgoing> = {}): Outgoing => ({
  id: "d.1:oncall",
  key: "d.1:oncall",
  attempt: 1,
  action: "post",
  body,
  at,
  ...more,
});
const sent = async (view: View, more: Partial<Outgoing> = {}): Promise<PagerDutyEvent & { routing_key: string }> => {
  const request = await http?.request(outgoing(pagerduty.render(view, settings), more), settings);
  return JSON.parse(request?.body ?? "");
};
const living = (overrides: Parameters<typeof sampleAlert>[0] = {}): View => ({ kind: "alert", alert: sampleAlert(overrides), links: {} });

describeDestination(pagerduty, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings,
  secrets: [routing_key],
  address: "api",
  sent: (body) => JSON.stringify({ routing_key, dedup_key: "tocsin-digest:d.1:soc", ...JSON.parse(body) }),
  shown: (body) => strings(JSON.parse(body)).join("\n"),
  withinLimits(body) {
    const event = { routing_key, dedup_key: "d", ...JSON.parse(body) };
    expect(pagerdutyErrors(event)).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(PAGERDUTY_LIMITS.bytes);
  },
  // PagerDuty shows all of these as plain text; what is a link stands in `links`.
  inert: (body) => {
    for (const { href } of JSON.parse(body).links ?? []) expect(href).toMatch(/^https?:\/\//);
  },
});

describe("pagerduty: the incident", () => {
  const change = (fields: Alert["change"]["fields"]): Alert["change"] => ({ kind: "updated", fields, added: {}, removed: {} });
  const rise = { severity: { before: "high", after: "critical" } };
  const taken = { status: { before: "new", after: "in_progress" } };

  test.each<[string, Parameters<typeof sampleAlert>[0], PagerDutyEvent["event_action"]]>([
    ["is triggered by a new alert", {}, "trigger"],
    ["is acknowledged when somebody works on it", { status: "in_progress", change: change(taken) }, "acknowledge"],
    ["stays acknowledged with more events", { status: "in_progress", change: change({ count: { before: 1, after: 2 } }) }, "acknowledge"],
    ["notes a rise while somebody works on it", { status: "in_progress", severity: "critical", change: change(rise) }, "trigger"],
    [
      "is acknowledged when both come at once",
      { status: "in_progress", severity: "critical", change: change({ ...rise, ...taken }) },
      "acknowledge",
    ],
    [
      "is triggered anew when the alert comes back, even to somebody who works on it",
      { status: "in_progress", change: { ...change({ status: { before: "resolved", after: "in_progress" } }), kind: "reopened" } },
      "trigger",
    ],
    [
      "is triggered anew by what the source had put aside",
      { status: "in_progress", change: change({ status: { before: "suppressed", after: "in_progress" } }) },
      "trigger",
    ],
    ["is resolved with the alert", { status: "resolved" }, "resolve"],
    ["is resolved when the source puts the alert aside", { status: "suppressed" }, "resolve"],
  ])("%s", async (_what, overrides, action) => {
    expect(await sent(living(overrides), { action: "edit", ref: sampleAlert().id })).toMatchObject({
      event_action: action,
      dedup_key: "sekoia-prod.5d41402abc4b2a76",
      routing_key,
    });
  });

  test("hears of what several versions changed together", async () => {
    const alert = sampleAlert({ status: "in_progress", severity: "critical", change: change({ count: { before: 4, after: 5 } }) });
    const delta = { kind: "updated", newEvents: 2, added: {}, removed: {}, detail: false } as const;
    const action = async (more: object) =>
      (await sent({ kind: "alert", alert, links: {}, delta: { ...delta, ...more } }, { action: "edit", ref: alert.id })).event_action;
    expect(await action({ severity: { before: "high", after: "critical" } })).toBe("trigger");
    expect(await action({ kind: "reopened" })).toBe("trigger");
    expect(await action({})).toBe("acknowledge");
  });

  test("is triggered, not acknowledged, by an alert that it has not seen", async () =>
    expect((await sent(living({ status: "in_progress" }))).event_action).toBe("trigger"));

  test("has a key that fits, whatever the alert's id", async () => {
    const { dedup_key } = await sent(living({ id: `a.${"x".repeat(300)}` }));
    expect(dedup_key).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await sent(living({ id: `a.${"x".repeat(300)}`, version: 2 }), { action: "edit", ref: dedup_key })).dedup_key).toBe(dedup_key);
  });

  test.each([
    ["critical", "critical"],
    ["high", "error"],
    ["medium", "warning"],
    ["low", "info"],
    ["info", "info"],
  ] as const)("of severity %s is %s", async (severity, word) => expect((await sent(living({ severity }))).payload.severity).toBe(word));

  test("names what is concerned", async () => {
    const { payload, links, client_url } = await sent(sampleViews()["alert-created"]);
    expect(payload).toMatchObject({
      summary: "[HIGH] Encoded PowerShell launched by Office - ws-0142",
      source: "ws-0142",
      component: "powershell.exe",
      group: "sekoia-prod",
      class: "intrusion",
    });
    expect(links).toHaveLength(2);
    expect(client_url).toMatch(/relay\.example\.com/);
  });

  test("of a digest has its delivery's key, and keeps it when it is edited", async () => {
    const { digest } = sampleViews();
    const first = await sent(digest, { id: "digest-7" });
    expect(first).toMatchObject({ event_action: "trigger", dedup_key: "tocsin-digest:digest-7", payload: { severity: "critical" } });
    expect((await sent(digest, { id: "digest-8", action: "edit", ref: first.dedup_key })).dedup_key).toBe(first.dedup_key);
  });

  test("of a notice ends with it; a test has one of its own and stays open", async () => {
    const { notice, "test-alert": marked } = sampleViews();
    if (notice.kind !== "notice") throw new Error("no notice");
    const over = await sent({ ...notice, notice: { ...notice.notice, resolved: true } });
    expect([(await sent(notice)).dedup_key, over.dedup_key, over.event_action]).toEqual([
      "tocsin-notice:soc.breaker.1",
      "tocsin-notice:soc.breaker.1",
      "resolve",
    ]);
    expect(await sent(marked)).toMatchObject({ event_action: "trigger", dedup_key: "tocsin-test:sekoia-prod.5d41402abc4b2a76" });
    expect((await sent(marked)).payload.summary).toMatch(/^\[TEST INFO\]/);
  });

  test("goes to the region that is set", async () => {
    const url = async (api?: string) => (await http?.request(outgoing("{}"), { routing_key, api }))?.url;
    expect(await url()).toBe("https://events.pagerduty.com/v2/enqueue");
    expect(await url("https://events.eu.pagerduty.com/")).toBe("https://events.eu.pagerduty.com/v2/enqueue");
  });

  test("is refused a key that is none, without telling it", async () => {
    const refusal = await Promise.resolve()
      .then(() => http?.request(outgoing("{}"), { routing_key: "hunter2" }))
      .catch((error: unknown) => String(error));
    expect(refusal).toMatch(/routing_key: an Integration Key has 32/);
    expect(refusal).not.toContain("hunter2");
  });
});

describe("pagerduty: what an answer means", () => {
  const classify = (status: number, body: unknown, headers = {}) =>
    http?.classify(answer(status, headers, typeof body === "string" ? body : JSON.stringify(body)), { action: "post", at });
  const invalid = (...errors: string[]) => ({ status: "invalid event", message: "Event object is invalid", errors });

  test.each([
    [202, { status: "success", message: "Event processed", dedup_key: "a.1" }, { kind: "delivered", ref: "a.1" }],
    [202, "", { kind: "delivered" }],
    [
      400,
      invalid("Length of 'routing_key' is incorrect (should be 32 characters)"),
      { kind: "disabled", reason: "misconfigured", detail: expect.stringMatching(/32 characters/) },
    ],
    [400, invalid("Invalid routing key"), { kind: "disabled", reason: "misconfigured" }],
    [
      400,
      invalid("'payload.severity' must be one of critical, error"),
      { kind: "rejected", reason: "invalid_payload", detail: expect.stringMatching(/payload\.severity/) },
    ],
    [400, "<html>", { kind: "rejected", reason: "invalid_payload" }],
    [413, "", { kind: "rejected", reason: "too_large" }],
    [429, "", { kind: "retry", reason: "rate_limited", afterMs: 30_000 }],
    [500, "", { kind: "retry", reason: "server_error" }],
  ])("%i %j", (status, body, outcome) => expect(classify(status, body)).toMatchObject(outcome));

  test("a delay that it names comes first", () => expect(classify(429, "", { "retry-after": "5" })).toMatchObject({ afterMs: 5_000 }));
});

describe("pagerduty: settings", () => {
  const problem = (given: object) => pagerduty.settings.safeParse(given).error?.issues[0]?.message;

  test.each([
    { routing_key: "secret:PD_KEY" },
    settings,
    { ...settings, api: "https://events.eu.pagerduty.com" },
    { ...settings, api: "http://127.0.0.1:9000/pagerduty/x" },
  ])("takes %j", (given) => expect(problem(given)).toBeUndefined());
  test.each([
    [{ routing_key: "e+23rschqsESqk9Q6_-g" }, /Events API v2/],
    [{ ...settings, api: "https://events.pagerduty.com/v2/enqueue" }, /leave out \/v2\/enqueue/],
    [{ ...settings, api: "https://api.pagerduty.com" }, /REST API/],
    [{ ...settings, api: "events.pagerduty.com" }, /https:\/\//],
  ])("refuses %j with what to do", (given, sentence) => expect(problem(given)).toMatch(sentence));

  test("all destinations with one key share its budget", () =>
    expect(pagerduty.shared).toEqual({ by: "routing_key", pace: pagerduty.pace(settings) }));
});
