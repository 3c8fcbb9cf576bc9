// What is particular to Kibana's rules; what every source does is in the shared suite, with the golden files in fixtures/.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { describeSource, eventsIn, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import { renderMustache } from "../../../test/support/mustache.ts";
import type { Json, Severity } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import { isObject, type JsonObject } from "../read.ts";
import elastic from "./source.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url).href);
const folder = new URL("./fixtures/", import.meta.url);

interface Options {
  console?: string;
  severityMap?: Record<string, Severity>;
}

const parse = (body: Json | undefined, options: Options = {}) => elastic.parse(body ?? null, { settings: {}, receivedAt: 0, ...options });
const eventsOf = (...given: Parameters<typeof parse>) => eventsIn(parse(...given));
const eventOf = (...given: Parameters<typeof parse>) => firstEvent(parse(...given));

/** The template that stands in README.md under this heading. */
function template(heading: string): string {
  const readme = readFileSync(here("./README.md"), "utf8");
  const [, text] = new RegExp(`### ${heading}\n\n\`\`\`text\n([\\s\\S]*?)\n\`\`\``).exec(readme) ?? [];
  if (text === undefined) throw new Error(`README.md has no template under "${heading}"`);
  return text;
}
const variables = (name: string): JsonObject => JSON.parse(readFileSync(here(`./variables/${name}.json`), "utf8"));
const rendered = (heading: string, given: unknown): Json => JSON.parse(renderMustache(template(heading), given));

const DETECTIONS = "Template for detection rules";
const OTHERS = "Template for other rules";

/** What the templates of README.md make of sample variables; `UPDATE_GOLDEN=1` writes them anew. */
describe("the recommended templates", () => {
  const detections = variables("detections");
  const context = isObject(detections.context) ? detections.context : {};
  const alerts = Array.isArray(context.alerts) ? context.alerts : [];
  const samples: Record<string, Json> = {
    "webhook-detections-summary": rendered(DETECTIONS, detections),
    "webhook-detection-for-each-alert": rendered(DETECTIONS, { ...detections, context: { ...context, alerts: alerts.slice(0, 1) } }),
    "webhook-other-rule-active": rendered(OTHERS, variables("other-rules")),
  };

  test.each(Object.entries(samples))("%s is what the template makes of its variables", (name, body) => {
    const path = here(`./fixtures/${name}.json`);
    if (process.env.UPDATE_GOLDEN) writeFileSync(path, `${JSON.stringify(body, null, 2)}\n`);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(body);
  });

  test.each([DETECTIONS, OTHERS])("%s is JSON without any variable too", (heading) => {
    const body = rendered(heading, {});
    expect(elastic.parse(body, { settings: {}, receivedAt: 0 })).toEqual(fail({ where: "rule.name", expected: expect.any(String) }));
  });

  test("a summary and its alerts one by one are the same alerts", () => {
    const [first, second] = eventsOf(samples["webhook-detections-summary"]);
    expect(eventOf(samples["webhook-detection-for-each-alert"]).claim).toBe(first?.claim);
    expect(second?.key).not.toBe(first?.key);
    expect(first?.patch).toMatchObject({
      severity: "high",
      title: "Suspicious PowerShell",
      assets: [{ name: "ws-042", ip: "10.20.30.42" }],
    });
    expect(second?.patch).toMatchObject({ severity: "medium" });
  });

  test("what recovers is the same alert, resolved", () => {
    const given = variables("other-rules");
    const over = { ...given, date: "2026-11-20T12:20:00.000Z", alert: { ...Object(given.alert), actionGroup: "recovered" } };
    const [active, end] = [eventOf(rendered(OTHERS, given)), eventOf(rendered(OTHERS, over))];
    expect(end.key).toBe(active.key);
    expect(end).toMatchObject({ kind: "resolved", patch: { status: "resolved", status_label: "recovered" } });
    expect(end.order).toBeGreaterThan(active.order ?? Number.NaN);
    expect(eventOf(rendered(OTHERS, { ...given, date: "2026-11-20T12:11:00.000Z" })).claim).toBe(active.claim);
  });
});

describeSource(elastic, { fixtures: folder });
const fixtures = loadFixtures(folder);

describe("the body", () => {
  test.each([
    [null, "body"],
    ["x", "body"],
    [1, "body"],
    [{}, "rule.name"],
    [{ rule: { id: "5710", description: "sshd: attempt to login", level: 10 }, agent: { name: "x" } }, "rule.name"],
    [{ alerts: [{ labels: { alertname: "Down" } }], version: "4" }, "rule.name"],
    [{ alerts: [] }, "rule.name"],
    [[{ type: "alert" }], "rule.name"],
    [[{ alertName: "X", rule_name: "Y", ruleName: "Z" }], "rule.name"],
    [{ alerts: [{ alertName: "X" }] }, "rule.name"],
  ])("%j is refused at `%s`", (body, where) => {
    expect(elastic.parse(body as Json, { settings: {}, receivedAt: 0 })).toEqual(fail({ where, expected: expect.any(String) }));
  });

  test.each([[[]], [[{}]]])("%j is a test", (body) =>
    expect(elastic.parse(body, { settings: {}, receivedAt: 0 })).toEqual(ok([{ kind: "test" }])),
  );

  test.each<[string, Json]>([
    ["the rule's name alone", { rule: { name: "X" } }],
    ["the rule's name with dots", { "rule.name": "X" }],
    ["the context alone", { context: { rule: { name: "X" } } }],
    ["old variables", { alertName: "X", alertInstanceId: "a" }],
    ["a document", { kibana: { alert: { uuid: "u", rule: { name: "X" } } } }],
    ["a document with dots", { "kibana.alert.uuid": "u", "kibana.alert.rule.name": "X" }],
    ["a summary's own variable", { alerts: { new: { count: 1, data: [{ "kibana.alert.rule.name": "X" }] } } }],
  ])("may be a part: %s", (_what, body) => expect(eventOf(body).patch.title).toBe("X"));

  test("an entry that is not understood is shown, between the others", () => {
    const events = eventsOf({ rule: { name: "X" }, alerts: [{ "kibana.alert.uuid": "a" }, "nonsense", {}, { "kibana.alert.uuid": "b" }] });
    expect(events.map(({ type }) => type)).toEqual(["alert", "unparsed", "alert"]);
  });

  test.each<[string, Json, string[]]>([
    ["in a list of documents", [{ "rule.name": "X" }, { alertName: "Y" }], ["X", "Elastic: an entry that was not understood"]],
    ["in a list that a template of one's own wraps", { alertName: "X", alerts: [{ "host.name": "a" }, { alertName: "Y" }] }, ["X", "Y"]],
  ])("a rule that is named in another word, %s", (_what, body, titles) =>
    expect(eventsOf(body).map(({ patch }) => patch.title)).toEqual(titles),
  );

  test("a summary of all three kinds", () => {
    const entry = (uuid: string) => ({ data: [{ "kibana.alert.uuid": uuid, "kibana.alert.rule.name": "X" }] });
    const events = eventsOf({ alerts: { new: entry("a"), ongoing: entry("b"), recovered: entry("c") } });
    expect(events.map(({ kind }) => kind)).toEqual(["opened", "opened", "resolved"]);
  });

  test("a summary without a list counts what it stands for", () => {
    const body = { date: "2026-11-20T12:00:00Z", rule: { id: "r", name: "X" }, state: { signals_count: "7" } };
    expect(eventOf(body).patch.total).toBe(7);
    expect(eventOf({ ...body, date: "2026-11-20T12:05:00Z" }).key).not.toBe(eventOf(body).key);
    expect(eventOf(body).claim).toBe(eventOf({ ...body }).claim);
  });
});

describe("severity", () => {
  const severityOf = (fields: JsonObject, severityMap?: Record<string, Severity>) =>
    eventOf({ rule: { name: "X" }, ...fields }, { severityMap }).patch;

  test.each<[JsonObject, string]>([
    [{ "kibana.alert.severity": "critical", context: { rule: { severity: "low" } } }, "critical"],
    [{ context: { rule: { severity: "low", risk_score: "99" } } }, "low"],
    [{ "kibana.alert.risk_score": "21" }, "low"],
    [{ "kibana.alert.risk_score": 22 }, "medium"],
    [{ "kibana.alert.risk_score": 48 }, "high"],
    [{ "kibana.alert.risk_score": 74 }, "critical"],
  ])("%j is %s", (fields, severity) => expect(severityOf(fields).severity).toBe(severity));

  test("is not guessed", () => {
    expect(severityOf({ "kibana.alert.severity": "" })).not.toHaveProperty("severity");
    expect(severityOf({ "kibana.alert.risk_score": -1 })).not.toHaveProperty("severity");
    expect(severityOf({ alert: { actionGroup: "constructor" } }, {})).not.toHaveProperty("severity");
  });

  test("follows the route's map, for action groups too", () => {
    expect(severityOf({ "kibana.alert.severity": "High" }, { high: "critical" }).severity).toBe("critical");
    expect(severityOf({ alert: { actionGroup: "metrics.threshold.Fired" } }, { "metrics.threshold.fired": "high" }).severity).toBe("high");
  });
});

describe("links", () => {
  const body = (url: string, base = ""): Json => ({ rule: { name: "X" }, kibanaBaseUrl: base, "kibana.alert.url": url });
  const console = "https://kibana.example.com/kb/";

  test.each<[string, Json, string | undefined, string | undefined]>([
    ["https is taken", body("https://k.example.org/app/x?y=1"), undefined, "https://k.example.org/app/x?y=1"],
    ["http is not", body("http://10.0.0.5:5601/app/x"), undefined, undefined],
    [
      "the console opens the page",
      body("http://10.0.0.5:5601/app/x?y=1", "http://10.0.0.5:5601"),
      console,
      "https://kibana.example.com/kb/app/x?y=1",
    ],
    ["a base path is not doubled", body("http://k:5601/base/app/x", "http://k:5601/base"), console, "https://kibana.example.com/kb/app/x"],
    ["a page elsewhere stays there", body("https://evil.example/app/x", "http://k:5601/base"), console, "https://evil.example/app/x"],
    ["another scheme is none", body("javascript:alert(1)"), console, undefined],
  ])("%s", (_what, given, at, url) => expect(eventOf(given, { console: at }).patch.url).toBe(url));
});

test("hostile text stays data", () => {
  for (const event of eventsOf(fixtures["webhook-hostile-text"])) expect(event.patch).not.toHaveProperty("url");
});
