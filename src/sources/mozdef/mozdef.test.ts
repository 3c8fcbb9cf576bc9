// What is particular to MozDef; what every source does is in the shared suite, with the golden files in fixtures/.
import { describe, expect, test } from "vitest";
import { describeSource, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json, Severity } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import { partsOf } from "./alert.ts";
import mozdef from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);
const console = "https://mozdef.example.com";

describeSource(mozdef, { fixtures: folder, context: { console } });

const parse = (body: Json | undefined, severityMap?: Record<string, Severity>) =>
  mozdef.parse(body ?? null, { settings: {}, console, severityMap, receivedAt: 0 });
const eventOf = (...given: Parameters<typeof parse>) => firstEvent(parse(...given));

const document = (fields: Record<string, Json> = {}): Record<string, Json> => ({
  utctimestamp: "2020-07-14T09:32:11.204518+00:00",
  severity: "WARNING",
  summary: "Something happened",
  category: "test",
  tags: ["one"],
  events: [],
  channel: null,
  notify_mozdefbot: true,
  status: "manual",
  classname: "AlertTest",
  ...fields,
});
const alert = (fields: Record<string, Json> = {}): Json => ({ _id: "a1", _index: "alerts-202007", _source: document(fields) });

describe("the body", () => {
  test.each([
    null,
    "x",
    1,
    {},
    { text: "hello" },
    { category: "x" },
    { summary: "x", title: "y" },
    { events: [] },
    { _source: "x" },
    { alerts: [], version: "4" },
    { rule: { level: 3 }, id: "1.2" },
  ])("%j is refused", (body) => expect(parse(body as Json)).toEqual(fail({ where: "body", expected: expect.any(String) })));

  test.each([[["x"]], [[{ a: 1 }, { b: 2 }]], [[{ index: {} }]]])("a list without anything of MozDef, %j, is refused", (body) =>
    expect(parse(body as Json)).toEqual(fail({ where: "[0]", expected: expect.any(String) })),
  );

  test("an empty list is a test", () => expect(parse([])).toEqual(ok([{ kind: "test" }])));

  test("a list holds alerts and events, bulk actions are passed over, and what is not understood is shown", () => {
    const parsed = parse([{ index: {} }, alert(), 7, { category: "helloworld", tags: ["test"] }]);
    expect(parsed.ok && parsed.value.map((entry) => (entry.kind === "event" ? entry.event.type : entry.kind))).toEqual([
      "ignored",
      "alert",
      "unparsed",
      "event",
    ]);
  });
});

describe("an alert is the same", () => {
  const first = eventOf(alert());

  test("with what a search writes around it", () => {
    const hit = { ...(alert() as object), _type: "_doc", _version: 2, _score: 1.5, sort: [1], highlight: {}, fields: {} };
    expect(eventOf(hit as Json)).toMatchObject({ claim: first.claim, key: first.key, patch: first.patch });
  });

  test("bare, twice; and then it has no link", () => {
    const bare = eventOf(document());
    expect(bare).toEqual(eventOf(document()));
    expect(bare.patch).not.toHaveProperty("url");
    expect(bare.key).not.toBe(first.key);
    expect(eventOf(document({ summary: "Something else" })).key).not.toBe(bare.key);
  });

  test("with another status later: another event of the same alert, which comes after the first", () => {
    const steps = [
      first,
      eventOf(alert({ status: "inProgress" })),
      eventOf(alert({ status: "acknowledged", details: { triage: { response: "yes" } } })),
    ];
    expect(new Set(steps.map((step) => step.key)).size).toBe(1);
    expect(new Set(steps.map((step) => step.claim)).size).toBe(3);
    const orders = steps.map((step) => step.order ?? Number.NaN);
    expect(orders).toEqual([...orders].sort((left, right) => left - right));
    expect(new Set(orders).size).toBe(3);
    expect(steps.map((step) => step.patch.status)).toEqual(["new", "in_progress", "suppressed"]);
  });
});

describe("the summary", () => {
  test.each([
    ["plain text", "plain text", []],
    [
      "found it; IPv4 203.0.113.4 is from office1; VPNs detected: 192.0.2.1",
      "found it",
      ["IPv4 203.0.113.4 is from office1", "VPNs detected: 192.0.2.1"],
    ],
    ["ran bash -c 'cd /tmp; ./x'", "ran bash -c 'cd /tmp; ./x'", []],
    ['ran "a; b"; IPv4 1.2.3.4 is from office1', 'ran "a; b"', ["IPv4 1.2.3.4 is from office1"]],
    ["nagios : TTY=unknown ; PWD=/ ; USER=root", "nagios : TTY=unknown ; PWD=/ ; USER=root", []],
    ["don't do it; note", "don't do it", ["note"]],
    ["; ", "", []],
  ])("%j is a title and notes", (summary, title, notes) => expect(partsOf(summary)).toEqual({ title, notes }));

  test("missing, has a title all the same", () => expect(eventOf(alert({ summary: null })).patch.title).toBe("test (no summary)"));
});

describe("what rules ask for", () => {
  test.each([
    [{ channel: "ops" }, { channel: "ops", notify_mozdefbot: true }],
    [
      { channel: null, notify_mozdefbot: false },
      { channel: "", notify_mozdefbot: false },
    ],
    [{ ircchannel: "#soc", channel: null }, { channel: "#soc" }],
    [{ details: { sites: [{ ip: "192.0.2.1", site: "office1" }] } }, { details: { sites: [{ ip: "192.0.2.1", site: "office1" }] } }],
  ])("%j is in the data", (fields, data) => expect(eventOf(alert(fields as Record<string, Json>)).patch.data).toMatchObject(data));

  test("a detail too large to carry along stays in the payload alone", () => {
    const { patch, payload } = eventOf(alert({ details: { huge: "x".repeat(5_000), small: 1 } }));
    expect(patch.data?.details).toEqual({ small: 1 });
    expect(JSON.stringify(payload)).toContain("x".repeat(5_000));
  });
});

describe("severity", () => {
  test.each([
    ["DEBUG", "info"],
    ["INFO", "info"],
    ["NOTICE", "low"],
    ["WARNING", "medium"],
    ["ERROR", "high"],
    ["CRITICAL", "critical"],
    ["ALERT", "critical"],
    ["EMERGENCY", "critical"],
    ["warn", "medium"],
    ["7", "info"],
    [3, "high"],
    ["0", "critical"],
  ])("%s is %s", (told, severity) => expect(eventOf(alert({ severity: told })).patch.severity).toBe(severity));

  test.each(["", "whatever", "8", "constructor"])("%j is not guessed", (told) =>
    expect(eventOf(alert({ severity: told })).patch).not.toHaveProperty("severity"),
  );
  test("follows the route's map, also for a word of one's own", () => {
    expect(eventOf(alert({ severity: "NOTICE" }), { notice: "critical" }).patch.severity).toBe("critical");
    expect(eventOf(alert({ severity: "PAGE" }), { page: "high" }).patch).toMatchObject({ severity: "high", severity_label: "PAGE" });
  });
});

describe("links", () => {
  test("the console's page, with the id encoded", () =>
    expect(eventOf({ ...(alert() as object), _id: "a/b?c" } as Json).patch.url).toBe("https://mozdef.example.com/alert/a%2Fb%3Fc"));

  test.each([
    ["https://wiki.example.com/a b", "https://wiki.example.com/a%20b"],
    ["wiki.example.com/runbook#ssh", "https://wiki.example.com/runbook#ssh"],
    ["www.mozilla.example:8443", "https://www.mozilla.example:8443/"],
    ["javascript:alert(1)", undefined],
    ["see the wiki", undefined],
    ["https://user:password@wiki.example.com/", undefined],
  ])("the runbook %j", (url, link) => expect(eventOf(alert({ url })).patch.rule?.url).toBe(link));
});

describe("raw events", () => {
  test("are each an alert of their own, known again by the content", () => {
    const [one, other] = [1, 2].map((second) =>
      eventOf({ category: "a", summary: "b", utctimestamp: `2020-07-14T09:32:0${second}+00:00` }),
    );
    expect(one?.key).not.toBe(other?.key);
    expect(one?.identified).toBe(true);
  });

  test("without a time are the same alert, and the short window counts them", () => {
    const event = eventOf(fixtures["event-helloworld-seed"]);
    expect(event).toMatchObject({ identified: false, type: "event", patch: { title: "helloworld: 1.2.3.4", category: "helloworld" } });
    expect(event.patch).not.toHaveProperty("severity");
    expect(event.order).toBeUndefined();
  });
});
