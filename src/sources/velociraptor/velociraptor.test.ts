// What is particular to Velociraptor; what every source does is in the shared suite, with the golden files in fixtures/.
import { describe, expect, test } from "vitest";
import { describeSource, eventsIn, expectGolden, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import { expectPatch } from "../../../test/support/expect-event.ts";
import type { Json, Severity, SourceEvent } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import type { Api, ApiFailure, ParseContext } from "../source.ts";
import type { VelociraptorSettings } from "./settings.ts";
import velociraptor from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder, () => true);
const console = "https://velociraptor.example.org";
const withApi: VelociraptorSettings = { api: console, username: "tocsin", password: "secret:P" };
const context: ParseContext<VelociraptorSettings> = { settings: {}, console, receivedAt: 0 };

describeSource(velociraptor, { fixtures: folder, context: { settings: withApi, console } });

type Overrides = Partial<ParseContext<VelociraptorSettings>>;

const parse = (body: Json | undefined, overrides: Overrides = {}) => velociraptor.parse(body ?? null, { ...context, ...overrides });
const eventsOf = (...given: Parameters<typeof parse>) => eventsIn(parse(...given));
const eventOf = (...given: Parameters<typeof parse>) => firstEvent(parse(...given));

const alert = (event_data: Record<string, Json> = {}, members: Record<string, Json> = {}): Json => ({
  client_id: "C.04b2307000dfdf7a",
  name: "psexec found in process listing",
  timestamp: "2026-08-01T10:05:00Z",
  event_data,
  _ts: 1785578700,
  ...members,
});

describe("the body", () => {
  test.each<[Json]>([
    [null],
    ["x"],
    [1],
    [{}],
    [{ text: "hello" }],
    [{ type: "alert", action: "created", attributes: { uuid: "1" } }],
    [{ version: "0.2", alerts: [] }],
    [{ version: "4", groupKey: "x", alerts: [{ status: "firing" }] }],
    [{ name: "x", client_id: "somebody" }],
    [{ ClientId: "42" }],
  ])("%j is refused", (body) => {
    expect(velociraptor.parse(body, context)).toEqual(fail({ where: "body", expected: expect.stringContaining("ClientId") }));
  });

  test("a list of nothing but strangers is another source's", () =>
    expect(velociraptor.parse([{ alert: "x" }, "text"], context)).toEqual(fail({ where: "[0]", expected: expect.any(String) })));

  test("an empty list is a test", () => expect(velociraptor.parse([], context)).toEqual(ok([{ kind: "test" }])));

  test("an entry that is not understood is shown, between the others", () =>
    expect(eventsOf(fixtures["list-with-a-stranger"]).map(({ type }) => type)).toEqual(["alert", "unparsed", "unparsed", "enrollment"]));

  test.each<[string, Json, string]>([
    ["an id alone", { ClientId: "C.1", _ts: 1785570000 }, "client"],
    ["an id with its queue", { ClientId: "C.1", Queue: "Server.Internal.ClientConflict" }, "conflict"],
    ["an interrogation", { ClientId: "C.1", _tocsin: { queue: "Server.Internal.Interrogation" } }, "interrogation"],
    ["columns of a client event", { ClientId: "C.1", Name: "x" }, "event:unknown"],
    ["a collection without its object", { ClientId: "C.1", FlowId: "F.1" }, "flow:finished"],
    ["an alert without a name in its queue", { client_id: "C.1", _tocsin: { queue: "Server.Internal.Alerts" } }, "alert"],
  ])("%s is understood", (_what, body, type) => expect(eventOf(body).type).toBe(type));
});

describe("ids", () => {
  test("a repetition is the same event, whatever the server has learnt of the client since", () => {
    const once = fixtures["relay-alert-psexec"] as { _tocsin: { client: object } };
    const later = { ...once, _Source: "another", _ts: 1785578701, _tocsin: { ...once._tocsin, client: { last_ip: "192.0.2.99:1" } } };
    expect(eventOf(later as unknown as Json).claim).toBe(eventOf(once as unknown as Json).claim);
  });

  test("two processes are two events of one alert", () => {
    const one = eventOf(alert({ Pid: 1 }));
    const two = eventOf(alert({ Pid: 2 }));
    expect(one.claim).not.toBe(two.claim);
    expect(one.key).toBe(two.key);
  });

  test("another day, another host and another name are other alerts", () => {
    const keys = [
      alert(),
      alert({}, { timestamp: "2026-08-02T00:00:01Z" }),
      alert({}, { client_id: "C.5" }),
      alert({}, { name: "mimikatz" }),
    ].map((body) => eventOf(body).key);
    expect(new Set(keys).size).toBe(4);
  });

  test("without a time of its own, the server's tells one happening from the next", () => {
    const at = (_ts: number) => eventOf(alert({}, { timestamp: "0001-01-01T00:00:00Z", _ts }));
    expect(at(1785578700).claim).not.toBe(at(1785578760).claim);
    expect(at(1785578700)).toMatchObject({ identified: true, occurred_at: "2026-08-01T10:05:00.000Z" });
  });

  test("without any time, a row is not identified and has no order", () => {
    const event = eventOf({ ClientId: "C.1" });
    expect(event.identified).toBe(false);
    expect(event.order).toBeUndefined();
  });

  test("a collection keeps its key from run to run", () => {
    const failed = eventOf(fixtures["relay-flow-incomplete-row"]);
    const finished = eventOf(fixtures["flow-completion"]);
    expect(failed.key).toBe(finished.key);
    expect(failed.claim).not.toBe(finished.claim);
  });
});

describe("severity", () => {
  test.each<[Record<string, Json>, Severity]>([
    [{ Severity: "CRITICAL" }, "critical"],
    [{ severity: "medium" }, "medium"],
    [{ Level: "informational" }, "info"],
    [{ level: "warning" }, "medium"],
    [{ Severity: "low", Level: "high" }, "low"],
  ])("%j is %s", (event_data, severity) => expect(eventOf(alert(event_data)).patch.severity).toBe(severity));

  test.each([[{}], [{ Severity: "apocalyptic" }], [{ Severity: 4 }], [{ Severity: null }]])("%j is not guessed", (event_data) => {
    expect(eventOf(alert(event_data)).patch).not.toHaveProperty("severity");
    expect(eventOf(alert(event_data), { settings: { severity: "low" } }).patch).toMatchObject({
      severity: "low",
      severity_label: "default",
    });
  });

  test("follows the route's map, by the artifact's word or by what happened", () => {
    const severityMap: Record<string, Severity> = { apocalyptic: "critical", "4": "low", "flow error": "high", conflict: "medium" };
    expect(eventOf(alert({ Severity: "Apocalyptic" }), { severityMap }).patch.severity).toBe("critical");
    expect(eventOf(alert({ Severity: 4 }), { severityMap }).patch.severity).toBe("low");
    expect(eventOf(fixtures["relay-flow-incomplete-row"], { severityMap }).patch.severity).toBe("high");
    expect(eventOf(fixtures["relay-client-conflict"], { severityMap }).patch.severity).toBe("medium");
  });

  test.each(["constructor", "__proto__", "toString"])("%s is no word of any map", (word) =>
    expect(eventOf(alert({ Severity: word }), { severityMap: {} }).patch).not.toHaveProperty("severity"),
  );
});

describe("what an artifact's author says", () => {
  test("overrides the frame, with names in any case", () => {
    const said = { "client id": "C.77", flow_id: "F.9", ARTIFACT: "My.Artifact", Title: "Mine", description: "Why.", tags: "a, b" };
    const { key, patch } = eventOf(alert(said, { client_id: "server", artifact: "Server.Monitor.X" }));
    expect(key).toContain("C.77");
    expect(patch).toMatchObject({
      title: "Mine",
      summary: "Why.",
      rule: { name: "My.Artifact", url: `${console}/app/index.html?org_id=root#/artifacts/My.Artifact` },
      url: `${console}/app/index.html?org_id=root#/collected/C.77/F.9/overview`,
      add: { tags: ["a", "b"] },
    });
  });

  test("has no say over whose alert it is, unless it is the server's own", () => {
    const said = { ClientId: "C.77", FlowId: "F.9", Artifact: "Other", Hostname: "somebody-else" };
    const { key, patch } = eventOf(alert(said, { artifact: "My.Artifact" }));
    expect(key).toContain("C.04b2307000dfdf7a");
    expect(patch.rule?.name).toBe("My.Artifact");
    expect(patch.assets?.[0]?.id).toBe("C.04b2307000dfdf7a");
  });

  test("has no say over links and comments, nor names a client with something that is no id", () => {
    const { patch } = eventOf(alert({ ClientId: "somebody", Url: "https://evil.example", comment: { text: "x" } }), { console: undefined });
    expect(patch.assets).toEqual([{ name: "C.04b2307000dfdf7a", type: "host", id: "C.04b2307000dfdf7a" }]);
    expect(patch.url).toBeUndefined();
    expect(patch.data).not.toHaveProperty("comment");
    expect(patch.data).toHaveProperty("event_data.comment", { text: "x" });
  });
});

describe("links", () => {
  test.each<[string, string | undefined, string | undefined]>([
    ["relay-alert-psexec", console, `${console}/app/index.html?org_id=root#/collected/C.04b2307000dfdf7a/F.C3FCU0R46JK6S/overview`],
    [
      "relay-alert-psexec",
      "https://gui.example.org/velo/app/index.html",
      "https://gui.example.org/velo/app/index.html?org_id=root#/collected/C.04b2307000dfdf7a/F.C3FCU0R46JK6S/overview",
    ],
    [
      "relay-flow-incomplete-row",
      undefined,
      `${console}/app/index.html?org_id=O1AB2#/collected/C.04b2307000dfdf7a/F.C3FCU0R46JK6S/overview`,
    ],
    ["alert-client-event-registry", console, `${console}/app/index.html?org_id=root#/events/C.04b2307000dfdf7a/Windows.Detection.Registry`],
    ["hunt-creation-paused-numeric-ints", console, `${console}/app/index.html?org_id=root#/hunts/H.D0K2/overview`],
    ["enrollment", console, `${console}/app/index.html?org_id=root#/host/C.04b2307000dfdf7a`],
    ["alert-notebook", console, undefined],
    ["alert-client-event-registry", undefined, undefined],
    ["alert-hostile-text", undefined, undefined],
    ["enrollment", "javascript:alert(1)", undefined],
  ])("of %s with console %s lead to %s", (name, base, url) => expect(eventOf(fixtures[name], { console: base }).patch.url).toBe(url));

  test("are for the row's org, else the route's", () => {
    const settings = { org: "O9" };
    expect(eventOf(fixtures.enrollment, { settings }).patch.url).toContain("?org_id=O9#");
    expect(eventOf(fixtures["relay-flow-incomplete-row"], { settings }).patch.url).toContain("?org_id=O1AB2#");
  });
});

describe("what is asked for", () => {
  test.each<[string, SourceEvent["detail"]]>([
    ["alert-collection-flow", { kind: "client", id: "C.04b2307000dfdf7a", with: "root" }],
    ["enrollment", { kind: "client", id: "C.04b2307000dfdf7a", with: "root" }],
    ["flow-completion", { kind: "client", id: "C.04b2307000dfdf7a", with: "root" }],
    ["relay-alert-psexec", undefined],
    ["alert-notebook", undefined],
    ["hunt-creation-paused-numeric-ints", undefined],
  ])("%s asks for %j", (name, detail) => expect(eventOf(fixtures[name], { settings: withApi }).detail).toEqual(detail));

  test("a collection that does not say what was asked for is asked for", () =>
    expect(eventOf({ ClientId: "C.1", FlowId: "F.D0K2.H" }, { settings: withApi }).detail).toEqual({
      kind: "flow",
      id: "F.D0K2.H",
      with: "C.1 root",
    }));

  test("nothing is, without an API", () => expect(eventOf(fixtures.enrollment).detail).toBeUndefined());
});

describe("settings", () => {
  test("sign in with a password, for an org", () => {
    expect(velociraptor.enrichment?.api({ api: "https://v.example.org/base/", username: "tøcsin", password: "p:w", org: "O1" })).toEqual({
      base: "https://v.example.org/base",
      headers: {
        accept: "application/json",
        "grpc-metadata-orgid": "O1",
        authorization: `Basic ${Buffer.from("tøcsin:p:w").toString("base64")}`,
      },
    });
  });

  test.each<[Record<string, Json>]>([
    [{ api: console }],
    [{ username: "u", password: "p" }],
    [{ api: "v.example.org", username: "u", password: "p" }],
    [{ api: console, username: "u:v", password: "p" }],
    [{ severity: "loud" }],
    [{ org: "a b" }],
    [{ token: "x" }],
  ])("%j is refused", (settings) => expect(velociraptor.settings.safeParse(settings).success).toBe(false));
});

describe("answers of the GUI", () => {
  const answers = (paths: Record<string, Json | undefined>): Api => ({
    get: (path) => {
      const found = Object.entries(paths).find(([start]) => path.startsWith(start))?.[1];
      return Promise.resolve(found === undefined ? fail<ApiFailure>({ kind: "missing", status: 404 }) : ok(found));
    },
  });
  const client = fixtures["api-getclient-200"];
  const flow = fixtures["api-getflowdetails-200"];

  test.each<[string, { kind: string; id: string; with?: string }]>([
    ["api-getclient-200", { kind: "client", id: "C.04b2307000dfdf7a", with: "root" }],
    ["api-getflowdetails-200", { kind: "flow", id: "F.D0K2.H", with: "C.04b2307000dfdf7a root" }],
  ])("%s becomes what its golden file says", async (name, ref) => {
    const api = answers({
      "/api/v1/GetClient/C.04b2307000dfdf7a": client,
      "/api/v1/GetFlowDetails?client_id=C.04b2307000dfdf7a&flow_id=F.D0K2.H": flow,
    });
    const found = await velociraptor.enrichment?.lookup(ref, api, context);
    if (found?.ok) expectPatch(found.value);
    expectGolden(folder, name, found);
  });

  test("a collection is told although its client cannot be had", async () => {
    const api = answers({ "/api/v1/GetFlowDetails?": flow });
    const found = await velociraptor.enrichment?.lookup({ kind: "flow", id: "F.D0K2.H", with: "C.1 root" }, api, context);
    expect(found).toMatchObject({
      ok: true,
      value: { title: "Collection finished: Windows.Sysinternals.Autoruns", assets: [{ name: "C.1" }] },
    });
  });

  test.each([["text"], [[]], [{}], [{ message: "not found", code: 5 }]])("%j instead of a client is malformed", async (answer) => {
    const found = await velociraptor.enrichment?.lookup({ kind: "client", id: "C.1" }, answers({ "/": answer as Json }), context);
    expect(found).toMatchObject({ ok: false, reason: { kind: "malformed" } });
  });
});
