// What is particular to Wazuh; what every source does is in the shared suite, with the golden files in fixtures/.
import { describe, expect, test } from "vitest";
import { describeSource, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json, Severity } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import wazuh from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);
const console = "https://wazuh.example.com/";

describeSource(wazuh, { fixtures: folder, context: { console } });

const parse = (body: Json, severityMap?: Record<string, Severity>) =>
  wazuh.parse(body, { settings: {}, console, severityMap, receivedAt: 0 });

const eventOf = (body: Json | undefined, severityMap?: Record<string, Severity>) => firstEvent(parse(body ?? null, severityMap));

const alert = (fields: Record<string, Json> = {}, rule: Record<string, Json> = {}): Json => ({
  timestamp: "2026-11-20T12:05:50.820+0000",
  rule: { level: 5, description: "Something happened.", id: "100001", groups: ["local"], ...rule },
  agent: { id: "001", name: "web-1" },
  manager: { name: "manager" },
  id: "1795176350.1",
  full_log: "a line",
  ...fields,
});

describe("the body", () => {
  test.each([
    null,
    [null],
    "x",
    {},
    { rule: "Terminal shell in container", priority: "Notice", output: "x", agent: {} },
    { rule: { id: "5763", level: 10 } },
    { rule: { name: "a rule" }, agent: { id: "1" } },
    { attachments: [{ color: "good", pretext: "WAZUH Alert", title: "x" }] },
    { agent: { id: "001" }, manager: { name: "m" } },
  ])("%j is refused", (body) =>
    expect(parse(body as Json)).toEqual(fail({ where: expect.stringMatching(/rule$/), expected: expect.any(String) })),
  );

  test("an empty list is a test", () => expect(parse([])).toEqual(ok([{ kind: "test" }])));

  test("one bad entry of a list is shown, the others go on", () => {
    const parsed = parse([alert(), { nothing: true }]);
    expect(parsed.ok && parsed.value.map((entry) => entry.kind === "event" && entry.event.type)).toEqual(["local", "unparsed"]);
  });

  test("what the indexer wraps around an alert does not matter", () => {
    const hit = { _index: "wazuh-alerts-4.x-2026.11.20", _id: "x", _score: 0, _source: alert() };
    expect(eventOf(hit)).toMatchObject({ claim: eventOf(alert()).claim, key: eventOf(alert()).key });
  });
});

describe("ids", () => {
  const first = eventOf(alert());

  test("the same id is the same event, whatever else was added on the way", () =>
    expect(eventOf(alert({ GeoLocation: { country_name: "France" } })).claim).toBe(first.claim));

  test("the same id of another node of the cluster is another event", () =>
    expect(eventOf(alert({ cluster: { name: "wazuh", node: "worker-2" } })).claim).not.toBe(first.claim));

  test("without an id, the whole alert decides", () => {
    const { id: _, ...rest } = alert() as Record<string, Json>;
    expect(eventOf(rest).claim).toBe(eventOf({ ...rest }).claim);
    expect(eventOf({ ...rest, full_log: "another line" }).claim).not.toBe(eventOf(rest).claim);
  });

  test.each<[string, Json, boolean]>([
    ["fires again that day", alert({ id: "1795176999.9", timestamp: "2026-11-20T23:59:59.999+0000", data: { srcip: "192.0.2.1" } }), true],
    ["fires the day after", alert({ id: "1795262751.2", timestamp: "2026-11-21T00:00:00.000+0000" }), false],
    ["fires on another agent", alert({ agent: { id: "002", name: "web-2" } }), false],
    ["is another rule", alert({}, { id: "100002" }), false],
    ["names something else in its text", alert({}, { description: "Something else happened." }), false],
  ])("a rule that %s", (_what, other, same) => expect(eventOf(other).key === first.key).toBe(same));
});

describe("vulnerabilities", () => {
  const active = eventOf(fixtures["alert-vulnerability-active"]);
  const solved = eventOf(fixtures["alert-vulnerability-solved"]);

  test("the end belongs to the beginning, a day later and by another rule", () => {
    expect(solved.key).toBe(active.key);
    expect([active.kind, solved.kind]).toEqual(["opened", "resolved"]);
    expect(solved.order).toBeGreaterThan(active.order ?? Number.NaN);
    expect(solved.patch).toMatchObject({ status: "resolved", severity: "high", severity_label: "High", title: active.patch.title });
  });

  test("without a word of their own, the rule's level counts", () => {
    const data = { vulnerability: { cve: "CVE-2026-1", severity: "-", package: { name: "vim" } } };
    expect(eventOf(alert({ data }, { level: 13 })).patch).toMatchObject({ severity: "high", severity_label: "13" });
  });
});

describe("severity", () => {
  test.each<[Json, string]>([
    [0, "info"],
    [3, "info"],
    [4, "low"],
    [6, "low"],
    [7, "medium"],
    ["11", "medium"],
    [12, "high"],
    [14, "high"],
    [15, "critical"],
    [16, "critical"],
  ])("level %s is %s", (level, severity) =>
    expect(eventOf(alert({}, { level })).patch).toMatchObject({ severity, severity_label: String(level) }),
  );

  test("is not guessed where the level is left out", () =>
    expect(eventOf(fixtures["alert-level-zero-agentless-old"]).patch).not.toHaveProperty("severity"));
  test("follows the route's map", () => expect(eventOf(alert({}, { level: 10 }), { "10": "critical" }).patch.severity).toBe("critical"));
});

describe("times", () => {
  test.each([
    ["2026-11-20T12:05:50.820+0000", "2026-11-20T12:05:50.820Z"],
    ["2026-11-20T12:05:50.820-0330", "2026-11-20T15:35:50.820Z"],
    ["2026-11-20T12:05:50+0100", "2026-11-20T11:05:50.000Z"],
  ])("%s", (timestamp, at) => expect(eventOf(alert({ timestamp })).occurred_at).toBe(at));
});

describe("links", () => {
  test("lead to this rule on this agent on that day", () => {
    const url = new URL(eventOf(alert()).patch.url ?? "");
    expect(url.origin + url.pathname).toBe("https://wazuh.example.com/app/threat-hunting");
    expect(decodeURIComponent(url.hash)).toBe(
      "#/overview/?tab=general&tabView=events&_a=(filters:!(),query:(language:kuery,query:'rule.id:100001 and agent.id:001'))" +
        "&_g=(filters:!(),time:(from:'2026-11-20T00:00:00.000Z',to:'2026-11-20T23:59:59.999Z'))",
    );
  });

  test("are not made of text that could leave the query", () => expect(eventOf(alert({}, { id: "1') or (x" })).patch.url).toBeUndefined());
});
