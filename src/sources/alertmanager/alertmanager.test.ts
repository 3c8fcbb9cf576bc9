// What is particular to Alertmanager; what every source does is in the shared suite, with the golden files in fixtures/.
import { describe, expect, test } from "vitest";
import { describeSource, eventsIn, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import { expectEvent } from "../../../test/support/expect-event.ts";
import { hostileTexts, withEveryText } from "../../../test/support/mutate.ts";
import type { Json, Severity } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import { isObject, type JsonObject } from "../read.ts";
import alertmanager from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);

describeSource(alertmanager, { fixtures: folder });

interface Options {
  console?: string;
  severityMap?: Record<string, Severity>;
}

const parse = (body: Json | undefined, options: Options = {}) =>
  alertmanager.parse(body ?? null, { settings: {}, receivedAt: 0, ...options });
const eventsOf = (...given: Parameters<typeof parse>) => eventsIn(parse(...given));
const eventOf = (...given: Parameters<typeof parse>) => firstEvent(parse(...given));

const alert = (fields: JsonObject): JsonObject => ({
  status: "firing",
  labels: { alertname: "Down", instance: "web-1:9100" },
  annotations: { summary: "It is down" },
  startsAt: "2026-11-20T10:00:00Z",
  endsAt: "0001-01-01T00:00:00Z",
  fingerprint: "fac0861a85de433a",
  ...fields,
});
const group = (...alerts: Json[]): JsonObject => ({ version: "4", groupKey: "{}:{}", alerts, truncatedAlerts: 0 });

describe("the body", () => {
  test.each([null, [], "x", 1, {}, { version: "4" }, { version: "4", alerts: {} }])("%j is refused at `alerts`", (body) => {
    expect(alertmanager.parse(body as Json, { settings: {}, receivedAt: 0 })).toEqual(
      fail({ where: "alerts", expected: expect.any(String) }),
    );
  });

  test.each([
    ["Grafana's", { version: "1", orgId: 1 }],
    ["ntopng's", { version: "0.2" }],
    ["none", {}],
  ])("a list of alerts of another version is refused: %s", (_whose, envelope) => {
    expect(alertmanager.parse({ ...envelope, alerts: [alert({})] }, { settings: {}, receivedAt: 0 })).toEqual(
      fail({ where: "version", expected: expect.stringContaining("Alertmanager") }),
    );
  });

  test("an empty group is a test", () =>
    expect(alertmanager.parse(group(), { settings: {}, receivedAt: 0 })).toEqual(ok([{ kind: "test" }])));

  test("each alert of a group is an event, also one that is not understood", () => {
    const events = eventsOf(fixtures["webhook-several-with-a-stranger"]);
    expect(events.map(({ type }) => type)).toEqual(["firing", "unparsed", "unparsed", "firing"]);
    expect(new Set(events.map(({ claim }) => claim)).size).toBe(4);
  });

  test.each(Object.entries(hostileTexts))("keeps hostile text as data, where the version is right: %s", (_what, text) => {
    for (const body of Object.values(fixtures)) {
      const hostile = withEveryText(body, text);
      for (const event of eventsOf(isObject(hostile) ? { ...hostile, version: "4" } : hostile)) expectEvent(event);
    }
  });
});

describe("what comes again", () => {
  const first = eventOf(group(alert({})));

  test("a group that is notified again brings nothing new, whatever was measured meanwhile", () => {
    const again = eventOf({ ...group(alert({ annotations: { summary: "It is still down, 97 %" } })), receiver: "other" });
    expect([again.claim, again.key]).toEqual([first.claim, first.key]);
  });

  test("the end is an event of its own, of the same alert, and comes after the beginning", () => {
    const end = eventOf(group(alert({ status: "resolved", endsAt: "2026-11-20T10:25:00Z" })));
    expect(end.key).toBe(first.key);
    expect(end.claim).not.toBe(first.claim);
    expect(end).toMatchObject({ kind: "resolved", occurred_at: "2026-11-20T10:25:00.000Z", patch: { status: "resolved" } });
    expect(end.order).toBeGreaterThan(first.order ?? Number.NaN);
  });

  test.each(["0001-01-01T00:00:00Z", "2026-11-20T10:00:00Z", "2026-11-20T09:00:00Z", null])(
    "an end at %j still comes after its beginning and before the next one",
    (endsAt) => {
      const end = eventOf(group(alert({ status: "resolved", endsAt })));
      const next = eventOf(group(alert({ startsAt: "2026-11-20T10:00:01Z" })));
      expect(end.order).toBeGreaterThan(first.order ?? Number.NaN);
      expect(next.order).toBeGreaterThan(end.order ?? Number.NaN);
    },
  );

  test("an alert that fires anew is the same alert, reopened", () => {
    const anew = eventOf(group(alert({ startsAt: "2026-11-20T12:00:00Z" })));
    expect(anew.key).toBe(first.key);
    expect(anew.claim).not.toBe(first.claim);
  });

  test("an end is told once, also when two servers saw it at different moments", () => {
    const ends = ["2026-11-20T10:25:00Z", "2026-11-20T10:25:07Z"].map((endsAt) => eventOf(group(alert({ status: "resolved", endsAt }))));
    expect(new Set(ends.map(({ claim }) => claim)).size).toBe(1);
  });

  test("without a fingerprint, the labels are it", () => {
    const events = [
      { a: "1", b: "2" },
      { b: "2", a: "1" },
      { a: "1", b: "3" },
    ].map((labels) => eventOf(group(alert({ fingerprint: null, labels }))));
    expect(events[1]?.key).toBe(events[0]?.key);
    expect(events[2]?.key).not.toBe(events[0]?.key);
  });
});

describe("alerts that were left out", () => {
  const cut = (count: Json, ...alerts: Json[]) =>
    eventsOf({ ...group(...alerts), groupLabels: { severity: "page" }, truncatedAlerts: count });

  test.each([3, "3"])("are told as an event of their own: %j", (count) => {
    const [, event] = cut(count, alert({}));
    expect(event).toMatchObject({ type: "truncated", patch: { severity: "critical", data: { truncated_alerts: 3 } } });
    expect(event?.patch.title).toBe("Alertmanager left out 3 alerts of a group (severity=page)");
  });

  test.each([0, "0", null, -1, "x", {}])("are none: %j", (count) => expect(cut(count, alert({}))).toHaveLength(1));

  test("are told once, until something in the group changes", () => {
    const claims = [
      cut(3, alert({})),
      cut(3, alert({ annotations: {} })),
      cut(4, alert({})),
      cut(3, alert({ fingerprint: "0000000000000001" })),
    ].map((events) => events[1]?.claim);
    expect(claims[1]).toBe(claims[0]);
    expect(new Set(claims).size).toBe(3);
  });

  test("do not repeat the whole group", () => expect(JSON.stringify(cut(3, alert({}))[1]?.payload)).not.toContain("fingerprint"));
});

describe("severity", () => {
  const severityOf = (labels: JsonObject, severityMap?: Record<string, Severity>) =>
    eventOf(group(alert({ labels: { alertname: "Down", ...labels } })), { severityMap }).patch;

  test.each([
    ["critical", "critical"],
    ["page", "critical"],
    ["CRITICAL", "critical"],
    ["error", "high"],
    ["warning", "medium"],
    ["minor", "low"],
    ["info", "info"],
    ["none", "info"],
    ["P1", "critical"],
    ["p3", "medium"],
  ])("%s is %s", (label, severity) => expect(severityOf({ severity: label })).toMatchObject({ severity, severity_label: label }));

  test("is not guessed", () => {
    expect(severityOf({})).not.toHaveProperty("severity");
    expect(severityOf({ severity: "purple" })).not.toHaveProperty("severity");
    expect(severityOf({ severity: "constructor" })).not.toHaveProperty("severity");
  });

  test("follows the route's map", () => {
    expect(severityOf({ severity: "Page" }, { page: "high" }).severity).toBe("high");
    expect(severityOf({ severity: "purple" }, { purple: "low" }).severity).toBe("low");
  });

  test("may stand in the label `priority`", () => expect(severityOf({ priority: "P2" }).severity).toBe("high"));
});

describe("links", () => {
  const filter = encodeURIComponent('{alertname="Down",instance="web-1:9100"}');
  const page = `/#/alerts?silenced=false&inhibited=false&active=true&filter=${filter}`;

  test.each([
    ["the route's console", {}, { console: "https://alerts.example.com/am/" }, `https://alerts.example.com/am${page}`],
    ["the payload's own https address", { externalURL: "https://am.example.com" }, {}, `https://am.example.com${page}`],
    [
      "the expression, if all else is http",
      { externalURL: "http://am.example.com" },
      {},
      "https://prometheus.example.com/graph?g0.expr=up",
    ],
  ])("lead to %s", (_where, envelope, options, url) => {
    const body = { ...group(alert({ generatorURL: "https://prometheus.example.com/graph?g0.expr=up" })), ...envelope };
    expect(eventOf(body, options).patch.url).toBe(url);
  });

  test("of http in the payload are none", () => {
    const { patch } = eventOf({ ...group(alert({ generatorURL: "http://prometheus:9090/graph" })), externalURL: "http://am:9093" });
    expect(patch).not.toHaveProperty("url");
    expect(patch.rule).toEqual({ name: "Down" });
  });
});

describe("assets", () => {
  const assetsOf = (labels: JsonObject) => eventOf(group(alert({ labels: { alertname: "Down", ...labels } }))).patch.assets;

  test.each([
    ["web-1:9100", [{ name: "web-1", type: "host" }]],
    ["192.0.2.15:9100", [{ name: "192.0.2.15", ip: "192.0.2.15", type: "host" }]],
    ["[2001:db8::15]:9100", [{ name: "2001:db8::15", ip: "2001:db8::15", type: "host" }]],
    ["https://www.example.com/health", [{ name: "https://www.example.com/health", type: "url" }]],
  ])("the instance %s", (instance, assets) => expect(assetsOf({ instance })).toEqual(assets));

  test("pod, namespace and job, each once", () =>
    expect(
      assetsOf({ instance: "web-1", node: "web-1", job: "node", namespace: "prod", pod: "exporter-x" })?.map(({ name }) => name),
    ).toEqual(["web-1", "exporter-x", "prod", "node"]));
});
