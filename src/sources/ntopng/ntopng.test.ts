// What is particular to ntopng; what every source does is in the shared suite, with the golden files in fixtures/.
import { describe, expect, test } from "vitest";
import { describeSource, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json, SourceEvent } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import { readable } from "./names.ts";
import ntopng from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);
const console = "https://ntopng.example.org/";

describeSource(ntopng, {
  fixtures: folder,
  context: { console },
  bodySecret: { settings: { shared_secret: "Prova" }, secret: "Prova", body: { version: "0.2", sharedsecret: "Prova", alerts: [] } },
});

function eventsOf(body: Json | undefined, severityMap?: Record<string, "info" | "critical">): SourceEvent[] {
  const parsed = ntopng.parse(body ?? null, { settings: {}, console, severityMap, receivedAt: 0 });
  return parsed.ok ? parsed.value.flatMap((entry) => (entry.kind === "event" ? [entry.event] : [])) : [];
}

/** The first event of a body. */
function eventOf(body: Json | undefined, severityMap?: Record<string, "info" | "critical">): SourceEvent {
  const [event] = eventsOf(body, severityMap);
  if (!event) throw new Error("no event");
  return event;
}

const hostAlert = (fields: Record<string, Json>): Json => ({
  version: "0.2",
  alerts: [
    { ifid: 1, entity_id: 1, entity_val: "10.0.1.20", ip: "10.0.1.20", alert_id: 17, action: "engage", tstamp: 1760000100, ...fields },
  ],
});

describe("the body", () => {
  test.each([null, [], "x", 1, {}, { alerts: "x" }, { alerts: { a: 1 } }, { alerts: null }])("%j is refused at `alerts`", (body) => {
    expect(ntopng.parse(body as Json, { settings: {}, receivedAt: 0 })).toEqual(fail({ where: "alerts", expected: expect.any(String) }));
  });

  test.each([[[]], [{}]])("the Test button's %j is a test", (alerts) => {
    expect(ntopng.parse({ version: "0.2", sharedsecret: "", alerts } as Json, { settings: {}, receivedAt: 0 })).toEqual(
      ok([{ kind: "test" }]),
    );
  });

  test("an entry that is not understood is shown, between the others", () => {
    const events = eventsOf(fixtures["webhook-several-with-a-stranger"]);
    expect(events.map((event) => event.type)).toEqual(["engage", "release", "unparsed", "unparsed", "engage"]);
    expect(new Set(events.map((event) => event.claim)).size).toBe(5);
  });
});

describe("the shared secret", () => {
  test("is not asked for when none is set", () => expect(ntopng.authenticateBody?.({}, {})).toBe(true));
  test("does not open when it is named but not set", () =>
    expect(ntopng.authenticateBody?.({ sharedsecret: "" }, { shared_secret: "" })).toBe(false));
  test("settings refuse what has no effect", () => expect(ntopng.settings.safeParse({ token: "x" }).success).toBe(false));
});

describe("ids", () => {
  test("three copies of a request are one event each", () => {
    const body = fixtures["webhook-host-engage"] as { alerts: Json };
    const claims = [body, { ...body, timestamp: 1 }, { ...body, version: "0.3" }].map((copy) => eventOf(copy as Json).claim);
    expect(new Set(claims).size).toBe(1);
  });

  test("a release belongs to its engage, and comes after it", () => {
    const engage = eventOf(fixtures["webhook-host-engage"]);
    const release = eventOf(fixtures["webhook-host-release"]);
    expect(release.key).toBe(engage.key);
    expect(release.claim).not.toBe(engage.claim);
    expect([engage.kind, release.kind]).toEqual(["opened", "resolved"]);
    expect(release.order).toBeGreaterThan(engage.order ?? Number.NaN);
  });

  test("a release of the same second still comes after its engage", () => {
    const engage = eventOf(hostAlert({}));
    const release = eventOf(hostAlert({ action: "release", tstamp_end: 0 }));
    expect(release.order).toBeGreaterThan(engage.order ?? Number.NaN);
  });

  test("an alert engaged anew is another alert", () =>
    expect(eventOf(hostAlert({ tstamp: 1760009999 })).key).not.toBe(eventOf(hostAlert({})).key));

  test("a flow that got worse is another event of the same alert", () => {
    const flow = (fields: Record<string, Json>): Json => ({
      alerts: [
        {
          is_flow_alert: true,
          entity_id: 4,
          alert_id: 1,
          action: "store",
          community_id: "1:x=",
          first_seen: 10,
          tstamp: 1760000000,
          ...fields,
        },
      ],
    });
    const first = eventOf(flow({ score: 100 }));
    const worse = eventOf(flow({ score: 260, replace_alert: true }));
    expect(worse.key).toBe(first.key);
    expect(worse.claim).not.toBe(first.claim);
  });

  test("the same number means another alert in another family", () => {
    expect(eventOf(hostAlert({ entity_id: 4 })).key).not.toBe(eventOf(hostAlert({})).key);
  });
});

describe("severity", () => {
  test.each([
    [{ score: 0 }, "info", "none"],
    [{ score: 1 }, "info", "info"],
    [{ score: 10 }, "low", "notice"],
    [{ score: 50 }, "medium", "warning"],
    [{ score: "99" }, "medium", "warning"],
    [{ score: 100 }, "high", "error"],
    [{ score: 200 }, "critical", "critical"],
    [{ score: 900 }, "critical", "emergency"],
    [{ severity: 5, score: 10 }, "high", "error"],
    [{ severity: 99, score: 10 }, "low", "notice"],
    [{ alert_severity: 2 }, "high", "error"],
  ])("%j is %s", (fields, severity, label) => {
    expect(eventOf(hostAlert(fields)).patch).toMatchObject({ severity, severity_label: label });
  });

  test("is not guessed", () => expect(eventOf(hostAlert({})).patch).not.toHaveProperty("severity"));
  test("follows the route's map", () => expect(eventOf(hostAlert({ score: 100 }), { error: "critical" }).patch.severity).toBe("critical"));
});

describe("the detail in `json`", () => {
  test.each([
    ["a text", '{"alert_generation":{"script_key":"score_threshold"},"value":7}', "score_threshold"],
    ["an object", { alert_generation: { script_key: "score_threshold" }, value: 7 }, "score_threshold"],
    ["another check's name", { alert_generation: { script_key: "p2p" } }, "p2p"],
    ["an empty Lua table", [], "score_threshold"],
    ["no JSON", "{", "score_threshold"],
    ["missing", null, "score_threshold"],
  ])("may be %s", (_what, json, type) => expect(eventOf(hostAlert({ json: json as Json })).patch.type).toBe(type));

  test("an unknown number is still shown", () =>
    expect(eventOf(hostAlert({ alert_id: 999 })).patch).toMatchObject({ type: "alert_999", title: "Alert 999: 10.0.1.20" }));
});

describe("names", () => {
  test.each([
    ["ndpi_tls_certificate_expired", "TLS certificate expired"],
    ["score_threshold", "Score threshold"],
    ["dns_data_exfiltration", "DNS data exfiltration"],
    ["", ""],
  ])("%s reads %s", (name, text) => expect(readable(name)).toBe(text));
});

describe("links", () => {
  test.each([
    ["webhook-host-engage", "https://ntopng.example.org/lua/alert_stats.lua?page=host&status=engaged&ip=10.0.1.20;eq"],
    ["webhook-host-release", "https://ntopng.example.org/lua/alert_stats.lua?page=host&status=historical&ip=10.0.1.20;eq"],
    [
      "webhook-flow-store-json-as-object-current",
      "https://ntopng.example.org/lua/alert_stats.lua?status=historical&page=flow&epoch_begin=1760000001&epoch_end=1760000010&cli_ip=10.0.1.20;eq&srv_ip=203.0.113.7;eq",
    ],
    ["webhook-interface-engage-lua", undefined],
  ])("%s", (name, url) => expect(eventOf(fixtures[name]).patch.url).toBe(url));
});
