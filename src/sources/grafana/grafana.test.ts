// What is particular to Grafana; what every source does is in the shared suite, with the golden files in fixtures/.
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { describeSource, eventsIn, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json } from "../../alert.ts";
import { isSigned } from "../../lib/hmac.ts";
import { fail, ok } from "../../outcome.ts";
import type { JsonObject } from "../read.ts";
import grafana from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);

describeSource(grafana, { fixtures: folder });

const parse = (body: Json | undefined, console?: string) => grafana.parse(body ?? null, { settings: {}, receivedAt: 0, console });
const eventsOf = (...given: Parameters<typeof parse>) => eventsIn(parse(...given));
const eventOf = (...given: Parameters<typeof parse>) => firstEvent(parse(...given));

const group = (alert: JsonObject, envelope: JsonObject = {}): JsonObject => ({
  version: "1",
  orgId: 1,
  externalURL: "http://localhost:3000/grafana/",
  alerts: [
    { status: "firing", labels: { alertname: "Down" }, annotations: {}, startsAt: "2026-11-20T10:00:00Z", fingerprint: "a", ...alert },
  ],
  ...envelope,
});

describe("the body", () => {
  test.each([null, [], "x", 1, {}, { version: "1" }, { version: "1", alerts: {} }])("%j is refused at `alerts`", (body) => {
    expect(grafana.parse(body as Json, { settings: {}, receivedAt: 0 })).toEqual(fail({ where: "alerts", expected: expect.any(String) }));
  });

  test.each([
    ["Alertmanager's", { version: "4", alerts: [{ labels: { alertname: "Down" }, fingerprint: "a" }] }],
    ["ntopng's", { version: "0.2", alerts: [] }],
  ])("another system's list of alerts is refused: %s", (_whose, body) => {
    expect(grafana.parse(body, { settings: {}, receivedAt: 0 })).toEqual(
      fail({ where: "version", expected: expect.stringContaining("Grafana") }),
    );
  });

  test("a payload template may leave out the envelope", () => {
    expect(eventOf(fixtures["webhook-payload-template"]).patch.title).toBe("Certificate expires");
  });

  test("the Test button is a test", () =>
    expect(grafana.parse(fixtures["webhook-test-button"] ?? null, { settings: {}, receivedAt: 0 })).toEqual(ok([{ kind: "test" }])));

  test("a rule that happens to be called TestAlert is none", () =>
    expect(eventsOf(group({ labels: { alertname: "TestAlert", instance: "web-1" } }))).toHaveLength(1));
});

describe("a rule that cannot be evaluated", () => {
  test.each([
    ["webhook-no-data", "no_data", "No data: Failed logins"],
    ["webhook-error", "error", "Cannot be evaluated: Failed logins"],
  ])("%s", (name, type, title) => expect(eventOf(fixtures[name]).patch).toMatchObject({ type, title, rule: { name: "Failed logins" } }));

  test("tells the error first", () => expect(eventOf(fixtures["webhook-error"]).patch.summary).toMatch(/^\[sse\.dataQueryError\]/));
  test("without a rule's name is still named", () =>
    expect(eventOf(group({ labels: { alertname: "DatasourceNoData" } })).patch.title).toBe("No data: DatasourceNoData"));
});

test("an end because the series is gone says so", () => {
  const end = eventOf(fixtures["webhook-resolved-missing-series"]);
  expect(end).toMatchObject({ kind: "resolved", patch: { status: "resolved", status_label: "resolved (MissingSeries)" } });
  expect(end.key).toBe(eventOf(fixtures["webhook-alerting"]).key);
});

describe("links", () => {
  const links = {
    generatorURL: "http://localhost:3000/grafana/alerting/grafana/abc/view?orgId=1",
    silenceURL: "http://localhost:3000/grafana/alerting/silence/new?alertmanager=grafana",
    annotations: { runbook_url: "https://runbooks.example.org/down" },
  };

  test("of http are none", () => {
    const { patch } = eventOf(group(links));
    expect(patch).not.toHaveProperty("url");
    expect(patch.data).not.toHaveProperty("silence");
  });

  test("are taken to the route's console", () => {
    const { patch } = eventOf(group(links), "https://grafana.example.org");
    expect(patch.url).toBe("https://grafana.example.org/alerting/grafana/abc/view?orgId=1");
    expect(patch.rule?.url).toBe(patch.url);
    expect(patch.data?.silence).toBe("https://grafana.example.org/alerting/silence/new?alertmanager=grafana");
  });

  test("lead to the panel, else the dashboard, else the rule", () => {
    expect(eventOf(fixtures["webhook-alerting"]).patch.url).toContain("viewPanel=4");
    expect(eventOf(fixtures["webhook-no-data"]).patch.url).toContain("/alerting/grafana/");
  });

  test("to another host stay there, https alone", () => {
    const other = (generatorURL: string) => eventOf(group({ generatorURL }), "https://grafana.example.org").patch.url;
    expect(other("https://cloud.example.com/rule")).toBe("https://cloud.example.com/rule");
    expect(other("http://cloud.example.com/rule")).toBeUndefined();
    expect(other("javascript:alert(1)")).toBeUndefined();
  });
});

describe("the signature", () => {
  const body = new TextEncoder().encode('{"alerts":[]}');
  const now = Date.UTC(2026, 10, 20, 12);
  const seconds = String(now / 1_000);
  const sign = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");
  const isRight = async (settings: Json, headers: Record<string, string>): Promise<boolean> => {
    const scheme = grafana.signature?.(grafana.settings.parse(settings));
    if (!scheme) throw new Error("no scheme");
    return isSigned(scheme, new Headers(headers), body, now);
  };

  test("is asked for where a secret is set", () => {
    expect(grafana.signature?.({})).toBeUndefined();
    expect(grafana.proof({})).toBe("path");
    expect(grafana.proof({ hmac_secret: "secret:X" })).toBe("signature");
  });

  test("over the body, in Grafana's own header", async () => {
    expect(await isRight({ hmac_secret: "k" }, { "X-Grafana-Alerting-Signature": sign("k", '{"alerts":[]}') })).toBe(true);
    expect(await isRight({ hmac_secret: "k" }, { "X-Grafana-Alerting-Signature": sign("j", '{"alerts":[]}') })).toBe(false);
    expect(await isRight({ hmac_secret: "k" }, {})).toBe(false);
    expect(await isRight({ hmac_secret: "" + "k" }, { "X-Grafana-Alerting-Signature": sign("k", '{"alerts":[1]}') })).toBe(false);
  });

  test("in headers of one's own, with the time", async () => {
    const settings = { hmac_secret: ["old", "new"], hmac_header: "X-Sig", hmac_timestamp_header: "X-Time" };
    const right = { "X-Sig": sign("new", `${seconds}:{"alerts":[]}`), "X-Time": seconds };
    expect(await isRight(settings, right)).toBe(true);
    expect(await isRight(settings, { ...right, "X-Time": String(Number(seconds) - 301) })).toBe(false);
    expect(await isRight(settings, { "X-Sig": sign("new", '{"alerts":[]}') })).toBe(false);
  });

  test("of a secret that is named but not set is never right", async () => {
    const scheme = grafana.signature?.({ hmac_secret: "" });
    expect(scheme && (await isSigned(scheme, new Headers({ "X-Grafana-Alerting-Signature": sign("", '{"alerts":[]}') }), body, now))).toBe(
      false,
    );
  });

  test.each([{ hmac_header: "X-Sig" }, { hmac_secret: "k", hmac_header: "a b" }, { hmac_secret: [] }, { token: "x" }])(
    "settings refuse what has no effect: %j",
    (settings) => expect(grafana.settings.safeParse(settings).success).toBe(false),
  );
});
