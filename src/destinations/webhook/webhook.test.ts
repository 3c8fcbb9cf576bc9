import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { answer, describeDestination, strings } from "../../../test/support/describe-destination.ts";
import type { Outgoing } from "../destination.ts";
import webhook from "./destination.ts";

const url = "https://receiver.example.com/hook/PATH_TOKEN";
const secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const older = "whsec_HxweHRsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
const http = webhook.transport.kind === "http" ? webhook.transport : undefined;

describeDestination(webhook, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: { url, secret, headers: { "X-Api-Key": "hunter2-key" } },
  secrets: ["PATH_TOKEN", secret, "hunter2-key"],
  // The receiver makes its own links, so an address stands as the source wrote it, or in its normal form.
  shown: (body) =>
    strings(JSON.parse(body))
      .flatMap((text) => (URL.canParse(text) ? [text, new URL(text).href] : [text]))
      .concat(body)
      .join("\n"),
  withinLimits: (body) => expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000),
});

describe("webhook: the body", () => {
  const type = (name: keyof ReturnType<typeof sampleViews>) => JSON.parse(webhook.render(sampleViews()[name], { url })).type;

  test("names what happened", () => {
    expect(type("alert-created")).toBe("alert.created");
    expect(type("update-rise")).toBe("alert.updated");
    expect(type("update-resolved")).toBe("alert.resolved");
    expect(type("test-alert")).toBe("alert.test");
    expect(type("digest")).toBe("alert.digest");
    expect(type("notice")).toBe("relay.notice");
    // First seen when it was over: nothing is to be opened.
    expect(type("alert-living")).toBe("alert.resolved");
  });

  test("has a type and a time as the specification wants them, whatever it tells", () => {
    for (const [name, view] of Object.entries(sampleViews())) {
      const body = JSON.parse(webhook.render(view, { url }));
      expect(Object.keys(body), name).toEqual(["type", "timestamp", "data"]);
      expect(body.type).toMatch(/^[a-z]+(\.[a-z]+)+$/);
      expect(new Date(body.timestamp).toISOString()).toBe(body.timestamp);
    }
  });

  test("tells what the configuration asks for beside the alert as it is", () => {
    const texts = { title: "ws-0142 again", summary: "s".repeat(9_000), fields: [{ label: "Owner", value: "IT" }] };
    const view = { kind: "alert", alert: sampleAlert(), links: {}, ping: "@soc", standsInFor: "oncall", style: { texts } } as const;
    const { data } = JSON.parse(webhook.render(view, { url }));
    expect(data).toMatchObject({
      ping: "@soc",
      stands_in_for: "oncall",
      message: { title: "ws-0142 again", fields: [{ label: "Owner", value: "IT" }] },
      alert: { title: "Encoded PowerShell launched by Office" },
    });
    expect(data.message.summary.length).toBeLessThan(1_300);
    const plain = JSON.parse(webhook.render({ kind: "alert", alert: sampleAlert(), links: {}, style: { detail: "simple" } }, { url })).data;
    expect(Object.keys(plain)).toEqual(["alert", "links"]);
  });

  test("of a notice says what is wrong and whether it is over", () => {
    const { notice } = sampleViews();
    expect(JSON.parse(webhook.render(notice, { url })).data).toMatchObject({
      id: "soc.breaker.1",
      severity: "high",
      resolved: false,
      title: "The destination soc does not answer",
    });
  });

  test("of a digest counts all and names the worst and the newest in short", () => {
    const { data } = JSON.parse(webhook.render(sampleViews().digest, { url }));
    expect(data).toMatchObject({
      total: 37,
      by_severity: { critical: 1 },
      by_source: [
        { name: "sekoia", count: 30 },
        { name: "ntopng", count: 7 },
      ],
    });
    expect(data.alerts).toHaveLength(3);
    expect(data.newest).toMatchObject([{ title: "Port scan" }]);
    expect(data.alerts[0]).not.toHaveProperty("observables");
  });

  test("leaves out by importance and says so", () => {
    const alert = sampleAlert({ data: { raw: "x".repeat(30_000) } });
    const body = JSON.parse(webhook.render({ kind: "alert", alert, links: {} }, { url }));
    expect(body.data).toMatchObject({ shortened: true, alert: { data: {}, observables: alert.observables, title: alert.title } });
    expect(JSON.parse(webhook.render(sampleViews()["alert-created"], { url })).data.shortened).toBeUndefined();
  });
});

describe("webhook: the request", () => {
  const at = Date.now();
  const body = '{"type":"alert.created","timestamp":"2026-11-02T14:05:32.500Z","data":{"title":"é"}}';
  const outgoing: Outgoing = { id: "sekoia-prod.5d41:1:soc", key: "sekoia-prod.5d41:1:soc:post", attempt: 1, action: "post", body, at };
  const headers = async (message: Outgoing, settings: object) => (await http?.request(message, { url, ...settings }))?.headers ?? {};

  test("has a signature that an independent implementation accepts, and only with the body as sent", async () => {
    const signed = await headers(outgoing, { secret });
    expect(new Webhook(secret).verify(body, signed)).toMatchObject({ type: "alert.created" });
    expect(() => new Webhook(secret).verify(`${body} `, signed)).toThrow();
    expect(() => new Webhook(older).verify(body, signed)).toThrow();
  });

  test("is signed with both secrets during a rotation", async () => {
    const signed = await headers(outgoing, { secret: [secret, older] });
    expect(new Webhook(secret).verify(body, signed)).toBeTruthy();
    expect(new Webhook(older).verify(body, signed)).toBeTruthy();
  });

  test("agrees with a signature computed elsewhere", async () => {
    const raw =
      '{"type":"alert.created","timestamp":"2022-01-14T15:01:07.000Z","data":{"id":"5696845f-9ecf-4431-9f0f-48ee0ee2eff1","severity":"high","title":"Encoded PowerShell launched by Office"}}';
    const signed = await headers({ ...outgoing, key: "msg_01J00000000000000000000000", body: raw, at: 1642172467_000 }, { secret });
    expect(signed["webhook-signature"]).toBe("v1,aLcotC6xD1xlmWlyPx+GBJMqKoS0+D4I2UYXS2gl32s=");
  });

  test("keeps its id at every attempt, without a full stop, and has the attempt's time", async () => {
    const first = await headers(outgoing, { secret });
    const second = await headers({ ...outgoing, attempt: 2, at: at + 60_000 }, { secret });
    expect(second["webhook-id"]).toBe(first["webhook-id"]);
    expect(first["webhook-id"]).toBe("sekoia-prod_5d41:1:soc:post");
    expect(Number(second["webhook-timestamp"]) - Number(first["webhook-timestamp"])).toBe(60);
  });

  test("has another id for each step of a delivery", async () => {
    const first = await headers(outgoing, { secret });
    expect((await headers({ ...outgoing, key: "sekoia-prod.5d41:1:soc:follow" }, { secret }))["webhook-id"]).not.toBe(first["webhook-id"]);
  });

  test("is not signed without a secret, but has an id", async () => {
    const plain = await headers(outgoing, {});
    expect(plain["webhook-signature"]).toBeUndefined();
    expect(plain["webhook-id"]).toBeTruthy();
  });

  test("carries one's own headers", async () =>
    expect(await headers(outgoing, { headers: { "X-Team": "soc" } })).toMatchObject({ "x-team": "soc" }));

  test("lets no header of one's own stand in the place of ours, whatever its spelling", async () => {
    const forged = { "Webhook-Id": "x", "WEBHOOK-TIMESTAMP": "1", "Webhook-Signature": "v1,x", "Content-Type": "text/plain" };
    const signed = await headers(outgoing, { secret, headers: forged });
    expect(Object.keys(signed)).toEqual(["user-agent", "webhook-id", "webhook-timestamp", "webhook-signature", "content-type"]);
    expect(new Webhook(secret).verify(body, signed)).toBeTruthy();
    expect(signed["content-type"]).toBe("application/json");
  });

  test.each([
    ["a header", { headers: { "x-key": "hunter2\r\nx: y" } }, /headers\.x-key/],
    ["a secret", { secret: "hunter2" }, /whsec_/],
    ["an address", { url: "hunter2" }, /not an address/],
  ])("refuses %s that cannot be, without telling it", async (_what, settings, sentence) => {
    const refusal = await headers(outgoing, settings).catch((error: unknown) => String(error));
    expect(refusal).toMatch(sentence);
    expect(refusal).not.toContain("hunter2");
  });
});

describe("webhook: what an answer means", () => {
  test.each([
    [204, { kind: "delivered" }],
    [410, { kind: "disabled", reason: "revoked" }],
    [404, { kind: "disabled", reason: "not_found" }],
    [502, { kind: "retry", reason: "rate_limited" }],
    [504, { kind: "retry", reason: "rate_limited" }],
    [422, { kind: "rejected", reason: "invalid_payload" }],
  ])("%i", (status, outcome) => expect(http?.classify(answer(status), { action: "post", at: 0 })).toMatchObject(outcome));
});

describe("webhook: settings", () => {
  test("says how to make a signing secret, without telling the one it got", () => {
    const { message, path } = problem({ url, secret: ["secret:NEW", "hunter2"] }) ?? {};
    expect(path).toEqual(["secret", 1]);
    expect(message).toMatch(/whsec_ and then 24 to 64 random bytes/);
    expect(message).not.toContain("hunter2");
  });

  const problem = (settings: object) => webhook.settings.safeParse(settings).error?.issues[0];

  test.each([
    { url },
    { url, secret },
    { url: "secret:URL", secret: ["secret:NEW", older] },
    { url: "http://127.0.0.1:9000", headers: { "X-Key": "secret:KEY" } },
  ])("takes %j", (settings) => expect(problem(settings)).toBeUndefined());
  test.each([
    { url, secret: "whsec_c2hvcnQ=" },
    { url, secret: [secret, older, secret] },
    { url, headers: { "webhook-signature": "x" } },
    { url, headers: { Host: "x" } },
    { url, headers: { "not a name": "x" } },
    { url: "https://hooks.slack.com/services/T0/B0/x" },
  ])("refuses %j", (settings) => expect(problem(settings)).toBeDefined());
});
