// The adapters of PagerDuty, DFIR-IRIS and ntfy at the simulated ones: what one alert's life and what surrounds it leave there.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Alert } from "../../src/alert.ts";
import type { Destination, Outgoing, View } from "../../src/destinations/destination.ts";
import iris from "../../src/destinations/iris/destination.ts";
import ntfy from "../../src/destinations/ntfy/destination.ts";
import pagerduty from "../../src/destinations/pagerduty/destination.ts";
import { hostileAlert, sampleAlert, sampleViews } from "../../test/support/alerts.ts";
import { objectOf, textOf } from "./json.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
beforeAll(async () => {
  chats = await startChats();
});
afterAll(() => chats.close());

/** Sends a view as the relay does, and says what came of it. */
async function send<Settings>(adapter: Destination<Settings>, settings: Settings, view: View, more: Partial<Outgoing> = {}) {
  if (adapter.transport.kind !== "http") throw new Error("no http");
  const action = more.action ?? "post";
  const message: Outgoing = {
    id: "a.1:d",
    key: "a.1:d",
    attempt: 1,
    at: Date.now(),
    body: adapter.render(view, settings),
    ...more,
    action,
  };
  const { url, ...request } = await adapter.transport.request(message, settings);
  const response = await fetch(url, request);
  const answer = { status: response.status, headers: response.headers, body: await response.text() };
  return adapter.transport.classify(answer, { action, at: message.at });
}
const refOf = (outcome: Awaited<ReturnType<typeof send>>): string | undefined => (outcome.kind === "delivered" ? outcome.ref : undefined);

const opened = sampleAlert();
const change = (kind: Alert["change"]["kind"], fields: Alert["change"]["fields"]): Alert["change"] => ({
  kind,
  fields,
  added: {},
  removed: {},
});
const life: [string, Alert][] = [
  ["more events", sampleAlert({ version: 2, count: 6, change: change("updated", { count: { before: 3, after: 6 } }) })],
  [
    "a rise",
    sampleAlert({
      version: 3,
      count: 6,
      severity: "critical",
      change: change("updated", { severity: { before: "high", after: "critical" } }),
    }),
  ],
  [
    "somebody at work",
    sampleAlert({
      version: 4,
      severity: "critical",
      status: "in_progress",
      status_label: "Ongoing",
      change: change("updated", { status: { before: "new", after: "in_progress" } }),
    }),
  ],
  [
    "the end",
    sampleAlert({
      version: 5,
      severity: "critical",
      status: "resolved",
      status_label: "Closed",
      change: change("resolved", { status: { before: "in_progress", after: "resolved" } }),
    }),
  ],
];
const asView = (alert: Alert): View => ({ kind: "alert", alert, links: { tocsin: `https://relay.example.com/alerts/${alert.id}` } });

describe("pagerduty", () => {
  it("has one incident for an alert, from trigger to resolve, and calls once", async () => {
    const service = chats.pagerduty("life");
    const settings = { routing_key: "0123456789abcdef0123456789abcdef", api: service.url };
    const ref = refOf(await send(pagerduty, settings, asView(opened)));
    for (const [, alert] of life)
      expect(await send(pagerduty, settings, asView(alert), { action: "edit", ref })).toEqual({ kind: "delivered", ref });
    const [incident, ...others] = service.visible();
    expect(others).toEqual([]);
    expect(objectOf(incident?.body)).toMatchObject({
      status: "resolved",
      payload: { summary: "[CRITICAL] Encoded PowerShell launched by Office - ws-0142", severity: "critical" },
      log: [{ action: "trigger" }, { action: "trigger" }, { action: "trigger" }, { action: "acknowledge" }, { action: "resolve" }],
    });
    expect(incident?.pings).toHaveLength(1);
  });

  it("sends a repeat to the incident that is there, and a reopened alert to a new one", async () => {
    const service = chats.pagerduty("repeat");
    const settings = { routing_key: "0123456789abcdef0123456789abcdef", api: service.url };
    await send(pagerduty, settings, asView(opened));
    await send(pagerduty, settings, asView(opened), { attempt: 2 });
    expect(service.visible()).toHaveLength(1);
    await send(pagerduty, settings, asView(sampleAlert({ status: "resolved" })), { action: "edit", ref: opened.id });
    await send(pagerduty, settings, asView(opened), { action: "edit", ref: opened.id });
    expect(service.visible().map(({ body }) => objectOf(body).status)).toEqual(["resolved", "triggered"]);
  });

  it("takes digests, notices, tests and hostile text as they are", async () => {
    const service = chats.pagerduty("others");
    const settings = { routing_key: "0123456789abcdef0123456789abcdef", api: service.url };
    const { digest, notice, "test-alert": marked, "alert-hostile": hostile } = sampleViews();
    const first = refOf(await send(pagerduty, settings, digest, { id: "digest-1" }));
    await send(pagerduty, settings, digest, { id: "digest-2", action: "edit", ref: first });
    for (const view of [notice, marked, hostile]) expect(await send(pagerduty, settings, view)).toMatchObject({ kind: "delivered" });
    if (notice.kind === "notice") await send(pagerduty, settings, { ...notice, notice: { ...notice.notice, resolved: true } });
    expect(service.visible().map(({ body }) => objectOf(body).status)).toEqual(["triggered", "resolved", "triggered", "triggered"]);
  });

  it("stops at a key that PagerDuty does not know", async () => {
    const service = chats.pagerduty("revoked");
    service.revoke();
    const settings = { routing_key: "0123456789abcdef0123456789abcdef", api: service.url };
    expect(await send(pagerduty, settings, asView(opened))).toMatchObject({ kind: "disabled", reason: "misconfigured" });
  });
});

describe("iris", () => {
  const settingsFor = (url: string) => ({ url, token: "key", customer_id: 1, asset_types: { host: 9 }, ioc_types: { ip: 76 } });

  it("has one alert for an alert, which is changed as it goes on", async () => {
    const instance = chats.iris("life");
    const settings = settingsFor(instance.url);
    let ref = refOf(await send(iris, settings, asView(opened)));
    expect(objectOf(instance.visible()[0]?.body)).toMatchObject({ severity: { severity_name: "High" }, status: { status_name: "New" } });
    for (const [, alert] of life) ref = refOf(await send(iris, settings, asView(alert), { action: "edit", ref }));
    expect(instance.visible()).toHaveLength(1);
    expect(objectOf(instance.visible()[0]?.body)).toMatchObject({
      alert_id: 1,
      severity: { severity_name: "Critical" },
      status: { status_name: "Closed" },
      alert_context: { Severity: "critical", Status: "resolved" },
      assets: [{ asset_name: "ws-0142" }],
    });
    expect(ref).toBe('{"id":1,"severity":"critical","status":"resolved"}');
  });

  it("leaves alone what an analyst has set, until the alert itself changes there", async () => {
    const instance = chats.iris("analyst");
    const settings = settingsFor(instance.url);
    let ref = refOf(await send(iris, settings, asView(opened)));
    const byHand = { alert_status_id: 8, alert_severity_id: 4, alert_note: "Case 12", alert_tags: "mine", alert_owner_id: 7 };
    const headers = { authorization: "Bearer key" };
    await fetch(`${instance.url}/api/v2/alerts/1`, { method: "PUT", headers, body: JSON.stringify(byHand) });
    ref = refOf(await send(iris, settings, asView(sampleAlert({ version: 2, count: 6 })), { action: "edit", ref }));
    expect(objectOf(instance.visible()[0]?.body)).toMatchObject({ ...byHand, status: { status_name: "Escalated" } });
    await send(iris, settings, asView(sampleAlert({ version: 3, status: "resolved" })), { action: "edit", ref });
    expect(objectOf(instance.visible()[0]?.body)).toMatchObject({ ...byHand, alert_status_id: 6 });
  });

  it("posts anew what was deleted there", async () => {
    const instance = chats.iris("deleted");
    const ref = refOf(await send(iris, settingsFor(instance.url), asView(opened)));
    instance.remove("1");
    expect(await send(iris, settingsFor(instance.url), asView(opened), { action: "edit", ref })).toEqual({ kind: "thread_lost" });
  });

  it("takes digests, notices, tests and hostile text as they are", async () => {
    const instance = chats.iris("others");
    const { digest, notice, "test-alert": marked, "alert-hostile": hostile } = sampleViews();
    const nul = asView(hostileAlert("half \ud83d and NUL \0"));
    for (const view of [digest, notice, marked, hostile, nul])
      expect(await send(iris, settingsFor(instance.url), view)).toMatchObject({ kind: "delivered" });
    expect(instance.visible()).toHaveLength(5);
  });

  it("stops where it is not let in", async () => {
    const settings = settingsFor(chats.iris("closed", { token: "other" }).url);
    expect(await send(iris, settings, asView(opened))).toMatchObject({ kind: "disabled", reason: "forbidden" });
    expect(await send(iris, settingsFor(chats.iris("reader", { readOnly: true }).url), asView(opened))).toMatchObject({
      kind: "disabled",
      detail: expect.stringMatching(/alerts_write/),
    });
  });
});

describe("ntfy", () => {
  it("replaces the notification of an alert where it is asked to, and rings once", async () => {
    const phone = chats.ntfy("replace", { token: "tk_x" });
    const settings = { url: phone.url, topic: "soc", token: "tk_x", replace: true };
    const ref = refOf(await send(ntfy, settings, asView(opened)));
    for (const [, alert] of life) await send(ntfy, settings, asView(alert), { action: "edit", ref, key: `a.${alert.version}:d` });
    expect(phone.visible()).toMatchObject([
      { body: { title: "[RESOLVED] Encoded PowerShell launched by Office - ws-0142" }, pings: [{ kind: "channel" }] },
    ]);
  });

  it("gives no reference where the server does not know of replacing", async () => {
    const phone = chats.ntfy("old", { old: true });
    const settings = { url: phone.url, topic: "soc", replace: true };
    expect(await send(ntfy, settings, asView(opened))).toEqual({ kind: "delivered" });
  });

  it("is told all kinds of messages without ever being given a file", async () => {
    const phone = chats.ntfy("all", { attachments: false });
    const settings = { url: phone.url, topic: "soc" };
    for (const view of Object.values(sampleViews())) expect(await send(ntfy, settings, view)).toEqual({ kind: "delivered" });
    expect(phone.visible().every(({ body }) => textOf(objectOf(body).message) !== "triggered")).toBe(true);
  });

  it("stops at a topic that is protected", async () =>
    expect(await send(ntfy, { url: chats.ntfy("closed", { token: "tk_x" }).url, topic: "soc" }, asView(opened))).toMatchObject({
      kind: "disabled",
      reason: "forbidden",
    }));
});
