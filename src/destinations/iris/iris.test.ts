import { describe, expect, test } from "vitest";
import { irisErrors, irisFailure } from "../../../demo/chats/iris-form.ts";
import { hostileAlert, sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import type { Outgoing, View } from "../destination.ts";
import iris from "./destination.ts";
import type { IrisAlert } from "./render.ts";

const settings = { url: "https://iris.example.com", token: "IRIS_API_KEY_0123", customer_id: 1 };
const types = { asset_types: { host: 9, account: 1 }, ioc_types: { ip: 76, domain: 20, url: 141, sha256: 113 }, tlp_id: 2 };
const http = iris.transport.kind === "http" ? iris.transport : undefined;
const at = Date.UTC(2026, 10, 20, 12);
const parsed = (body: string): IrisAlert => JSON.parse(body);
const rendered = (view: View, own: object = {}) => parsed(iris.render(view, { ...settings, ...own }));
const living = (overrides: Parameters<typeof sampleAlert>[0] = {}): View => ({ kind: "alert", alert: sampleAlert(overrides), links: {} });

const outgoing = (body: string, more: Partial<Outgoing> = {}): Outgoing => ({
  id: "d.1:cases",
  key: "d.1:cases",
  attempt: 1,
  action: "post",
  body,
  at,
  ...more,
});

describeDestination(iris, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { ...settings, ...types },
  secrets: [settings.token],
  shown: (body) => strings(JSON.parse(body)).join("\n"),
  withinLimits(body) {
    const alert = JSON.parse(body);
    expect(irisErrors(alert)).toBeUndefined();
    expect(irisFailure(alert)).toBeUndefined();
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(24_000);
  },
  inert(body) {
    const {
      alert_title,
      alert_description,
      alert_tags,
      alert_context,
      alert_source_content,
      alert_assets = [],
      alert_iocs = [],
    } = parsed(body);
    expect(JSON.stringify(alert_source_content ?? {})).not.toMatch(/<[a-z/!?]/i);
    const shown = [alert_title, alert_description, alert_tags, ...Object.entries(alert_context).flat()];
    for (const text of [...shown, ...strings(alert_assets), ...strings(alert_iocs)]) expect(text).not.toMatch(/[<>]|\]\(/);
  },
});

describe("iris: the alert", () => {
  test("says what it is, where it comes from and for whom", () => {
    expect(rendered(sampleViews()["alert-created"])).toMatchObject({
      alert_title: "Encoded PowerShell launched by Office",
      alert_source: "sekoia",
      alert_source_ref: "sekoia-prod.5d41402abc4b2a76",
      alert_source_link: "https://siem.example.com/operations/alerts/ALEY4fqz8moo",
      alert_source_event_time: "2026-11-02T14:01:07",
      alert_severity_id: 5,
      alert_status_id: 2,
      alert_customer_id: 1,
      alert_tags: "tocsin,sekoia,office",
      alert_context: { Severity: "high", Status: "new", "Status at the source": "Pending" },
      alert_source_content: { key: "5696845f-9ecf-4431-9f0f-48ee0ee2eff1", data: { confidence: 85 } },
    });
  });

  test.each([
    ["new", 2],
    ["in_progress", 4],
    ["suppressed", 6],
    ["resolved", 6],
  ] as const)("in the status %s has the id %i of a fresh instance", (status, id) =>
    expect(rendered(living({ status })).alert_status_id).toBe(id),
  );

  test.each([
    ["info", 2],
    ["low", 3],
    ["medium", 4],
    ["high", 5],
    ["critical", 6],
  ] as const)("of severity %s has the id %i of a fresh instance", (severity, id) =>
    expect(rendered(living({ severity })).alert_severity_id).toBe(id),
  );

  test("takes the ids of this instance", () =>
    expect(rendered(living(), { severities: { high: 1 }, statuses: { new: 9 }, classification_id: 36 })).toMatchObject({
      alert_severity_id: 1,
      alert_status_id: 9,
      alert_classification_id: 36,
    }));

  test("has no assets and indicators where no types are set, and only fitting ones where they are", () => {
    const view = living({
      assets: [{ name: "ws-0142", ip: "192.0.2.42" }, { name: "ACME\\jdoe", type: "user" }, { name: "x" }],
      observables: [
        { name: "source.ip", type: "ip", value: "203.0.113.10" },
        { name: "again", type: "ip", value: "203.0.113.10" },
        { name: "odd", type: "ip", value: "203.0.113.300" },
        { name: "hash", type: "hash", value: "a".repeat(64) },
        { name: "hash", type: "hash", value: "not a hash" },
        { name: "domain", type: "domain", value: "evil.example" },
        { name: "domain", type: "domain", value: "<b>evil</b>.example" },
        { name: "mail", type: "email", value: "a@evil.example" },
      ],
    });
    expect(rendered(view)).not.toHaveProperty("alert_iocs");
    expect(rendered(view)).not.toHaveProperty("alert_assets");
    const { alert_assets, alert_iocs } = rendered(view, types);
    expect(alert_assets).toMatchObject([
      { asset_name: "ws-0142", asset_type_id: 9, asset_ip: "192.0.2.42" },
      { asset_name: "ACME\\jdoe", asset_type_id: 1 },
    ]);
    expect(alert_iocs?.map(({ ioc_value, ioc_type_id }) => [ioc_value, ioc_type_id])).toEqual([
      ["203.0.113.10", 76],
      ["a".repeat(64), 113],
      ["evil.example", 20],
    ]);
    expect(alert_iocs?.[0]?.ioc_tlp_id).toBe(2);
  });

  test("holds no character that IRIS cannot store", () => {
    const body = iris.render({ kind: "alert", alert: hostileAlert("a\0b \ud83d \u202ec"), links: {} }, settings);
    expect(irisFailure(JSON.parse(body))).toBeUndefined();
  });

  test("leaves out the source's own fields when they are too long", () => {
    const { alert_source_content: content } = rendered(living({ data: { raw: "x".repeat(7_000), more: "y".repeat(7_000) } }));
    expect(content).not.toHaveProperty("data");
    expect(content).toHaveProperty("assets");
  });

  test("in the simple form is its title, link and id", () => {
    const alert = rendered({ kind: "alert", alert: sampleAlert(), links: {}, style: { detail: "simple" } }, types);
    expect(alert).not.toHaveProperty("alert_source_content");
    expect(alert).not.toHaveProperty("alert_iocs");
    expect(alert.alert_context).toEqual({ Severity: "high", Status: "new" });
  });

  test("of a digest, a notice and a test is marked", () => {
    const { digest, notice, "test-alert": marked } = sampleViews();
    expect(rendered(digest)).toMatchObject({ alert_severity_id: 6, alert_status_id: 2, alert_tags: "tocsin,digest" });
    expect(rendered(notice)).toMatchObject({ alert_source_ref: "soc.breaker.1", alert_status_id: 2, alert_tags: "tocsin,notice" });
    expect(rendered(marked).alert_title).toMatch(/^\[TEST\]/);
    if (notice.kind === "notice") expect(rendered({ ...notice, notice: { ...notice.notice, resolved: true } }).alert_status_id).toBe(6);
  });
});

describe("iris: the request", () => {
  const edit = async (view: View, ref: object) => {
    const request = await http?.request(
      outgoing(iris.render(view, { ...settings, ...types }), { action: "edit", ref: JSON.stringify(ref) }),
      settings,
    );
    return { ...request, body: parsed(request?.body ?? "{}") };
  };

  test("creates with the API's token", async () =>
    expect(await http?.request(outgoing("{}"), settings)).toEqual({
      method: "POST",
      url: "https://iris.example.com/api/v2/alerts",
      headers: { "content-type": "application/json", authorization: "Bearer IRIS_API_KEY_0123" },
      body: "{}",
    }));

  test("changes what is ours to say, and never what analysts keep there", async () => {
    const { method, url, body } = await edit(living({ version: 2, count: 6 }), { id: 3826, severity: "high", status: "new" });
    expect([method, url]).toEqual(["PUT", "https://iris.example.com/api/v2/alerts/3826"]);
    expect(Object.keys(body).sort()).toEqual([
      "alert_context",
      "alert_description",
      "alert_source",
      "alert_source_content",
      "alert_source_link",
      "alert_source_ref",
      "alert_title",
    ]);
    expect(irisErrors(JSON.parse(JSON.stringify(body)), { partial: true })).toBeUndefined();
  });

  test("tells a status or a severity only when the alert has another than we told last", async () => {
    const ref = { id: 1, severity: "high", status: "new" };
    expect((await edit(living({ severity: "critical" }), ref)).body).toMatchObject({ alert_severity_id: 6 });
    expect((await edit(living({ status: "resolved" }), ref)).body).toMatchObject({ alert_status_id: 6 });
    expect((await edit(living({ status: "new" }), { ...ref, status: "resolved" })).body).toMatchObject({ alert_status_id: 2 });
    // Without a memory of it, better once too often.
    expect((await edit(living(), { id: 1 })).body).toMatchObject({ alert_status_id: 2, alert_severity_id: 5 });
  });

  test("is not made with a token that no header can hold, and does not tell it", async () => {
    const refusal = await Promise.resolve()
      .then(() => http?.request(outgoing("{}"), { ...settings, token: "hunter2\n" }))
      .catch((error: unknown) => String(error));
    expect(refusal).toMatch(/token: an API key/);
    expect(refusal).not.toContain("hunter2");
  });
});

describe("iris: what an answer means", () => {
  const classify = (status: number, body: unknown, action: "post" | "edit" = "post") =>
    http?.classify(answer(status, {}, typeof body === "string" ? body : JSON.stringify(body)), { action, at });

  test("remembers the alert and what we said of it, not what an analyst made of it", () => {
    const stored = { alert_id: 3826, alert_status_id: 8, alert_severity_id: 6, alert_context: { Severity: "high", Status: "new" } };
    const ref = JSON.stringify({ id: 3826, severity: "high", status: "new" });
    expect(classify(201, stored)).toEqual({ kind: "delivered", ref });
    expect(classify(200, stored, "edit")).toEqual({ kind: "delivered", ref });
  });

  test.each([
    ["post", 201, { alert_id: 7 }, { kind: "delivered", ref: '{"id":7}' }],
    ["post", 200, "<html>", { kind: "disabled", reason: "misconfigured" }],
    ["edit", 200, '{"alert_title": "cut off', { kind: "delivered" }],
    ["post", 400, { message: "User not entitled to create alerts for the client" }, { kind: "disabled", reason: "forbidden" }],
    [
      "post",
      400,
      { message: "Data error", data: { alert_customer_id: ["Missing data for required field."] } },
      { kind: "disabled", reason: "misconfigured", detail: "answered 400: Data error: alert_customer_id" },
    ],
    ["post", 400, { message: "Data error", data: { alert_tags: ["x"] } }, { kind: "rejected", reason: "invalid_payload" }],
    ["post", 401, { status: "error", message: "Authentication required", data: [] }, { kind: "disabled", reason: "forbidden" }],
    ["post", 403, { status: "error", message: "Permission denied", data: [] }, { kind: "disabled", reason: "forbidden" }],
    ["post", 404, "", { kind: "disabled", reason: "not_found" }],
    ["edit", 404, "", { kind: "thread_lost" }],
    ["post", 500, "<!doctype html>", { kind: "retry", reason: "server_error" }],
  ] as const)("on a %s: %i %j", (action, status, body, outcome) => expect(classify(status, body, action)).toMatchObject(outcome));
});

describe("iris: settings", () => {
  const problem = (given: object) => iris.settings.safeParse(given).error?.issues[0]?.message;

  test.each([
    settings,
    { ...settings, ...types, url: "https://soc.example.com/iris/" },
    { url: "secret:IRIS_URL", token: "secret:IRIS_TOKEN", customer_id: 3 },
  ])("takes %j", (given) => expect(problem(given)).toBeUndefined());
  test.each([
    [{ ...settings, url: "https://iris.example.com/api/v2" }, /without \/api/],
    [{ ...settings, url: "https://iris.example.com/alerts/add" }, /without \/api or \/alerts/],
    [{ ...settings, customer_id: "1" }, /number|int/i],
    [{ ...settings, severities: { urgent: 1 } }, /urgent/],
    [{ ...settings, ioc_types: { ipv4: 1 } }, /ipv4/],
  ])("refuses %j with what to do", (given, sentence) => expect(problem(given)).toMatch(sentence));
});
