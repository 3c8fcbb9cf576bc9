// What is particular to ntopng; what every source does is in the shared suite, with the golden files in fixtures/.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type NtopngApi, startNtopngApi } from "../../../demo/ntopng-api.ts";
import { describeSource, eventsIn, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import type { DetailRef, Json } from "../../alert.ts";
import { apiClient } from "../../enricher/api.ts";
import { parseJson } from "../../lib/json.ts";
import { fail, ok } from "../../outcome.ts";
import { readable } from "./names.ts";
import ntopng from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);
const console = "https://ntopng.example.org/";

describeSource(ntopng, {
  fixtures: folder,
  context: { console },
  ownEnvelope: true,
  bodySecret: { settings: { shared_secret: "Prova" }, secret: "Prova", body: { version: "0.2", sharedsecret: "Prova", alerts: [] } },
});

const parse = (body: Json | undefined, severityMap?: Record<string, "info" | "critical">) =>
  ntopng.parse(body ?? null, { settings: {}, console, severityMap, receivedAt: 0 });
const eventsOf = (...given: Parameters<typeof parse>) => eventsIn(parse(...given));
const eventOf = (...given: Parameters<typeof parse>) => firstEvent(parse(...given));

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

  test.each([[[{}]], [[{ labels: { alertname: "Watchdog" } }]], [[null, 7, "x"]]])(
    "%j is another system's, or kept in an envelope of ntopng's",
    (alerts) => {
      expect(ntopng.parse({ version: "4", status: "firing", alerts } as Json, { settings: {}, receivedAt: 0 })).toEqual(
        fail({ where: "alerts[0].alert_id", expected: expect.any(String) }),
      );
      expect(eventsOf({ version: "0.2", alerts } as Json).map(({ type }) => type)).toEqual(alerts.map(() => "unparsed"));
    },
  );

  test("integers beyond 2^53 are kept digit by digit, in what is stored", () => {
    const body = '{"alerts":[{"ifid":1,"entity_id":4,"alert_id":1,"tstamp":1760000000,"flow_risk_bitmap":1152921504606846979}]}';
    const read = parseJson(new TextEncoder().encode(body));
    expect(eventOf(read.ok ? read.value : null).payload).toMatchObject({ flow_risk_bitmap: "1152921504606846979" });
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
  test.each([{ token: "x" }, { api: "https://ntopng.example.org" }, { api: "ntopng.example.org", token: "x" }, { apy: "x" }])(
    "settings refuse %j, which would have no effect",
    (settings) => expect(ntopng.settings.safeParse(settings).success).toBe(false),
  );
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

describe("the format until about 2021", () => {
  test("release and engage are one alert, and names come from the check, never from today's tables", () => {
    const [engage, release, flow] = eventsOf(fixtures["webhook-legacy-2020"]);
    expect(release?.key).toBe(engage?.key);
    expect([engage?.kind, release?.kind, flow?.kind]).toEqual(["opened", "resolved", "opened"]);
    expect([engage?.patch.type, flow?.patch.type]).toEqual(["packets", "alert_8"]);
    expect(flow?.patch.assets).toEqual([{ name: "10.0.1.20", ip: "10.0.1.20", type: "host" }]);
  });
});

describe("other families", () => {
  test("have what they are about as their asset, and a release that follows its engage", () => {
    const events = eventsOf(fixtures["webhook-other-families"]);
    expect(events.map(({ kind, patch }) => [kind, patch.assets?.[0]?.type])).toEqual([
      ["opened", "system"],
      ["opened", "mac"],
      ["opened", "snmp_device"],
      ["resolved", "snmp_device"],
      ["opened", "network"],
      ["opened", "user"],
    ]);
    expect(events[3]?.key).toBe(events[2]?.key);
  });
});

describe("the host behind an alert", () => {
  const settings = { api: "https://ntopng.example.org:3000/", token: "secret:T" };
  const detailsOf = (body: Json | undefined): (DetailRef | undefined)[] => {
    const parsed = ntopng.parse(body ?? null, { settings, receivedAt: 0 });
    return parsed.ok ? parsed.value.map((entry) => (entry.kind === "event" ? entry.event.detail : undefined)) : [];
  };

  test("is not asked for without an API", () => expect(eventOf(fixtures["webhook-host-engage"])).not.toHaveProperty("detail"));
  test("is the local one of a flow, attacked or not", () =>
    expect(detailsOf(fixtures["webhook-flow-json-as-text-http-and-dns"])).toEqual([
      { kind: "host", id: "10.0.1.80", with: "1 20" },
      { kind: "host", id: "10.0.1.21", with: "1 20" },
    ]));
  test("there is none behind the system, a device or a network", () =>
    expect(detailsOf(fixtures["webhook-other-families"]).filter((ref) => ref !== undefined)).toEqual([]));
  test("is asked for with the user's token", () =>
    expect(ntopng.enrichment?.api({ ...settings, token: "t0k" })).toEqual({
      base: "https://ntopng.example.org:3000",
      headers: { accept: "application/json", authorization: "Token t0k" },
    }));
});

describe("a simulated ntopng", () => {
  let server: NtopngApi;
  beforeAll(async () => {
    server = await startNtopngApi("t0k");
    const { rsp } = loadFixtures(folder, (name) => name.startsWith("api-"))["api-host-data-200"] as { rsp: { ip: string; ifid: number } };
    server.put(rsp);
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.fault = "none";
    server.requests.length = 0;
  });

  const lookup = (ref: DetailRef, token = "t0k") => {
    const api = ntopng.enrichment?.api({ api: server.url, token });
    if (!api) throw new Error("no API");
    const budget = { take: async () => {}, close: () => {} };
    const client = apiClient({ ...api, budget, fetch, now: Date.now, onCall: () => {} });
    return ntopng.enrichment?.lookup(ref, client, { settings: {}, receivedAt: 0 });
  };
  const ref: DetailRef = { kind: "host", id: "10.0.1.20", with: "1 0" };

  test("tells who the host is and how it is doing, in one call", async () => {
    expect(await lookup(ref)).toEqual(
      ok({
        add: {
          observables: [
            { name: "host name", type: "host", value: "ws-20.example.org" },
            { name: "mac", type: "mac", value: "00:00:5e:00:53:20" },
          ],
        },
        data: {
          host: "ws-20.example.org, 00:00:5e:00:53:20, Windows, score 310, 2 alerts engaged, 5 alerted flows, first seen 2025-10-08",
          host_facts: {
            ip: "10.0.1.20",
            name: "ws-20.example.org",
            mac: "00:00:5e:00:53:20",
            os: "Windows",
            score: 310,
            alerts: 2,
            alerted_flows: 5,
            first_seen: "2025-10-08T05:06:40.000Z",
          },
        },
      }),
    );
    expect(server.requests).toEqual([
      { path: "/lua/rest/v2/get/host/data.lua?ifid=1&host=10.0.1.20&vlan=0", status: 200, authorized: true },
    ]);
  });

  test.each([
    ["that redirects who is not signed in", "none", "wrong", { kind: "denied", status: 302 }],
    ["behind a proxy that shows its form with 200", "page", "t0k", { kind: "denied", status: 200 }],
    ["whose user may not see hosts", "not granted", "t0k", { kind: "denied", status: 401 }],
    ["that has forgotten the host", "no host", "t0k", { kind: "missing", status: 404 }],
    ["that answers an empty table", "empty", "t0k", { kind: "malformed", detail: "a host was asked for, and the answer holds none" }],
  ] as const)("%s", async (_what, fault, token, reason) => {
    server.fault = fault;
    expect(await lookup(ref, token)).toEqual(fail(reason));
  });

  test.each([
    [
      { rc: -1, rsp: [] },
      { kind: "missing", status: 404 },
    ],
    [
      { rc: "-3", rsp: [] },
      { kind: "denied", status: 403 },
    ],
    [{ rc: -6, rsp: {} }, { kind: "malformed" }],
  ])("an older version's %j with status 200", async (body, reason) => {
    const found = await ntopng.enrichment?.lookup(ref, { get: async () => ok(body as Json) }, { settings: {}, receivedAt: 0 });
    expect(found).toMatchObject({ ok: false, reason });
  });
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
