// What is particular to mappings; what every source does is in the shared suite, which runs on the examples in examples.test.ts.
import { describe, expect, test } from "vitest";
import { expectEvent } from "../../../test/support/expect-event.ts";
import type { Json, SourceEvent } from "../../alert.ts";
import { fail, ok } from "../../outcome.ts";
import type { ParseContext, ParsedEntry } from "../source.ts";
import type { GenericSettings } from "./settings.ts";
import generic from "./source.ts";

/** A context with a mapping, written as in the configuration. */
function context(mapping: Record<string, unknown>, more: Partial<ParseContext<GenericSettings>> & { own?: object } = {}) {
  const { own, ...rest } = more;
  return { settings: generic.settings.parse({ mapping: { title: "title", ...mapping }, ...own }), receivedAt: 0, ...rest };
}

function entriesOf(body: Json, ...given: Parameters<typeof context>): ParsedEntry[] {
  const parsed = generic.parse(body, context(...given));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.reason));
  for (const entry of parsed.value) if (entry.kind === "event") expectEvent(entry.event);
  return parsed.value;
}

function eventOf(body: Json, ...given: Parameters<typeof context>): SourceEvent {
  const [entry] = entriesOf(body, ...given);
  if (entry?.kind !== "event") throw new Error("no event");
  return entry.event;
}

describe("one field", () => {
  test.each<[unknown, Json, string | undefined]>([
    ["a.b", { a: { b: "x" } }, "x"],
    ["a.1.b", { a: [{ b: "x" }, { b: "y" }] }, "y"],
    ["a[-1].b", { a: [{ b: "x" }, { b: "y" }] }, "y"],
    ["a.*.b", { a: [{ c: 1 }, { b: "y" }] }, "y"],
    ['a."b.c"', { a: { "b.c": "x" } }, "x"],
    ['a["b c"]', { a: { "b c": "x" } }, "x"],
    ["$.a", { a: "x" }, "x"],
    ["a", { a: 7 }, "7"],
    ["a", { a: ["x", "y"] }, "x"],
    [["a", "b"], { a: "  ", b: "x" }, "x"],
    [["a", "b"], { a: null, b: "x" }, "x"],
    ["= entry.a + ' on ' + entry.b", { a: "x", b: "y" }, "x on y"],
    ["= 'fixed'", {}, "fixed"],
    [["= entry.missing + '!'", "b"], { b: "x" }, "x"],
    ["a.toString", { a: {}, c: 1 }, undefined],
    ["a.__proto__", { a: {} }, undefined],
  ])("%j of %j is %j", (summary, body, found) => expect(eventOf({ ...Object(body), title: "t" }, { summary }).patch.summary).toBe(found));

  test("an expression that fails gives nothing, and the alert goes on", () =>
    expect(eventOf({ title: "t", n: 1 }, { tenant: "= entry.n + 1", severity: "= entry.n > 'x' ? 'high' : 'low'" }).patch).toEqual({
      title: "t",
      data: { n: 1 },
    }));
});

describe("a list", () => {
  const mapping = { list: "alerts", id: "id", key: "$.group", status: "$.status" };
  const alert = (id: Json, title = "t"): Json => ({ id, title });

  test("is an alert each, with paths into the entry and into the body", () => {
    const [first, second] = entriesOf({ group: "g", status: "firing", alerts: [alert(1), alert(2, "u")] }, mapping);
    expect([first, second]).toMatchObject([
      { event: { key: "alert:g", patch: { title: "t", status: "new", status_label: "firing" } } },
      { event: { key: "alert:g", patch: { title: "u" } } },
    ]);
  });

  test("that is empty is a test, and one table is a list of one", () => {
    expect(entriesOf({ alerts: [] }, mapping)).toEqual([{ kind: "test" }]);
    expect(entriesOf({ alerts: alert(1) }, mapping)).toHaveLength(1);
  });

  test.each<Json>([{}, { alerts: null }, [], "x", { other: [] }])("that is not there is refused, and says where: %j", (body) =>
    expect(generic.parse(body, context(mapping))).toEqual(fail({ where: "alerts", expected: expect.any(String) })),
  );

  test("keeps an entry that is not understood, and the others go on", () => {
    const entries = entriesOf({ alerts: [alert(1), 7, { x: 1 }, null, alert(2)] }, { list: "alerts", id: "id" });
    expect(entries.map((entry) => entry.kind === "event" && entry.event.type)).toEqual([
      "alert",
      "unparsed",
      "unparsed",
      "unparsed",
      "alert",
    ]);
  });

  test("in which nothing is understood is somebody else's", () =>
    expect(generic.parse({ alerts: [7, { x: 1 }] }, context({ list: "alerts", id: "id" }))).toEqual(
      fail({ where: "alerts, id", expected: expect.any(String) }),
    ));

  test("may be many lists", () =>
    expect(
      entriesOf({ groups: [{ alerts: [alert(1)] }, { alerts: [alert(2), alert(3)] }] }, { list: "groups.*.alerts", id: "id" }),
    ).toHaveLength(3));

  test("may be filtered", () =>
    expect(entriesOf({ alerts: [alert("a"), alert("b")] }, { list: "= body.alerts.filter(one, one.id == 'b')", id: "id" })).toHaveLength(
      1,
    ));
});

describe("a body that is none of its alerts", () => {
  test.each<Json>([{}, { other: 1 }, null, 7, "x", []])("is refused, and says which field was missing: %j", (body) =>
    expect(generic.parse(body, context({ id: "event.id", title: "event.title" }))).toEqual(
      fail({ where: "event.id", expected: "what mapping.id, mapping.key or mapping.title names" }),
    ),
  );

  test("a title that is always the same tells nothing", () =>
    expect(generic.parse({ x: 1 }, context({ id: "id", title: "= 'Something happened'" }))).toEqual(
      fail({ where: "id", expected: expect.any(String) }),
    ));

  test("unless there is nothing else", () =>
    expect(eventOf({ x: 1 }, { title: "= 'Something happened'" }).patch.title).toBe("Something happened"));

  test("an alert without a title is shown", () => expect(eventOf({ id: "7" }, { id: "id" }).patch.title).toBe("An alert without a title"));
});

describe("tests and what is left out", () => {
  const mapping = { test: "body.kind == 'test'", ignore: "= has(body.heartbeat)", list: "alerts" };

  test("are told apart by conditions, also without the list", () => {
    expect(entriesOf({ kind: "test" }, mapping)).toEqual([{ kind: "test" }]);
    expect(entriesOf({ heartbeat: 1 }, mapping)).toEqual([{ kind: "ignored", reason: expect.stringContaining("ignore") }]);
  });

  test("are decided for each entry", () =>
    expect(
      entriesOf({ alerts: [{ title: "t", dry: true }, { title: "u" }] }, { list: "alerts", test: "has(entry.dry)" }).map(
        ({ kind }) => kind,
      ),
    ).toEqual(["test", "event"]));

  test("a condition that fails is false: nothing is lost by it", () =>
    expect(entriesOf({ title: "t" }, { test: "body.kind == 'test'", ignore: "body.a.b > 1" })).toMatchObject([{ kind: "event" }]));
});

describe("what comes again", () => {
  const claims = (bodies: Json[], mapping: Record<string, unknown>) => bodies.map((body) => eventOf(body, mapping).claim);
  const distinct = (bodies: Json[], mapping: Record<string, unknown>) => new Set(claims(bodies, mapping)).size;

  test("is known by its id, whatever else differs", () =>
    expect(
      distinct(
        [
          { id: 1, title: "t", seen: 1 },
          { id: "1", title: "t", seen: 2 },
        ],
        { id: "id" },
      ),
    ).toBe(1));

  test("but a rise, a reopening and a new asset show, also where the id is the alert's", () => {
    const bodies = [
      { id: 1, title: "t", severity: "low", status: "open", hosts: ["a"] },
      { id: 1, title: "t", severity: "high", status: "open", hosts: ["a"] },
      { id: 1, title: "t", severity: "high", status: "closed", hosts: ["a"] },
      { id: 1, title: "t", severity: "high", status: "open", hosts: ["b", "a"] },
      { id: 1, title: "t", severity: "high", status: "open", hosts: ["a", "b"] },
    ];
    expect(distinct(bodies, { id: "id", severity: "severity", status: "status", assets: "hosts" })).toBe(4);
  });

  test("is known by itself where there is no id, for long only with a time", () => {
    const bodies = [
      { title: "t", at: 1_700_000_000 },
      { at: 1_700_000_000, title: "t" },
      { title: "t", at: 1_700_000_001 },
    ];
    expect(distinct(bodies, { time: "at" })).toBe(2);
    expect(eventOf({ title: "t", at: 1_700_000_000 }, { time: "at" }).identified).toBe(true);
    expect(eventOf({ title: "t", at: 0 }, { time: "at" }).identified).toBe(false);
    expect(eventOf({ title: "t" }, {}).identified).toBe(false);
    expect(eventOf({ title: "t", id: "7" }, { id: "id" }).identified).toBe(true);
  });

  test("what the body says around the same entry is news", () => {
    const mapping = { list: "alerts", status: "$.status", time: "$.at" };
    const bodies = ["firing", "resolved"].map((status): Json => ({ status, alerts: [{ title: "t" }] }));
    expect(distinct(bodies, mapping)).toBe(2);
    expect(
      distinct(
        [1_700_000_000, 1_700_000_001].map((at): Json => ({ at, alerts: [{ title: "t" }] })),
        mapping,
      ),
    ).toBe(2);
  });

  test("belongs to the alert of its key, else of its id, else to one of its own", () => {
    const key = (body: Json, mapping: Record<string, unknown>) => eventOf(body, mapping).key;
    expect(key({ title: "t", id: "e1", incident: "i1" }, { id: "id", key: "incident" })).toBe("alert:i1");
    expect(key({ title: "t", id: "e1" }, { id: "id", key: "incident" })).toBe("alert:e1");
    expect(key({ title: "t" }, {})).toMatch(/^entry:[0-9a-f]{32}$/);
    expect(key({ title: "t" }, {})).not.toBe(key({ title: "u" }, {}));
  });

  test("keys that differ in blanks or far at their end stay different", () => {
    const keys = ["a b", "a_b", "a  b", `${"x".repeat(300)}1`, `${"x".repeat(300)}2`].map(
      (key) => eventOf({ title: "t", key }, { key: "key" }).key,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("severity", () => {
  const severityOf = (told: Json, severity: unknown, severityMap?: ParseContext<GenericSettings>["severityMap"]) => {
    const { severity: found, severity_label } = eventOf({ title: "t", told }, { severity }, { severityMap }).patch;
    return found === undefined ? undefined : `${found} (${severity_label})`;
  };
  const rising = { from: "told", at_least: { low: 10, medium: 50, critical: 90 } };
  const falling = { from: "told", at_most: { critical: 1, high: 2, low: 4 } };

  test.each<[Json, unknown, string | undefined]>([
    ["High", "told", "high (High)"],
    ["P1", "told", "critical (P1)"],
    ["purple", "told", undefined],
    [null, "told", undefined],
    [7, "told", undefined],
    ["Purple", { from: "told", table: { PURPLE: "low" } }, "low (Purple)"],
    ["3", { from: "told", table: { 3: "critical" } }, "critical (3)"],
    [3, { from: "told", table: { 3: "critical" } }, "critical (3)"],
    ["high", { from: "told", table: { purple: "low" } }, "high (high)"],
    ["constructor", { from: "told", table: { purple: "low" } }, undefined],
    [0, rising, "info (0)"],
    [10, rising, "low (10)"],
    ["89.9", rising, "medium (89.9)"],
    [1e9, rising, "critical (1000000000)"],
    ["high", rising, "high (high)"],
    [1, falling, "critical (1)"],
    [3, falling, "low (3)"],
    [9, falling, "info (9)"],
    ["purple", { from: ["told", "= 'low'"] }, "low (low)"],
  ])("%j by %j is %j", (told, severity, expected) => expect(severityOf(told, severity)).toBe(expected));

  test("the route's map comes first", () => {
    expect(severityOf("High", { from: "told", table: { high: "high" } }, { high: "info" })).toBe("info (High)");
    expect(severityOf(95, rising, { "95": "medium" })).toBe("medium (95)");
  });
});

describe("status", () => {
  test.each<[Json, unknown, string | undefined, string]>([
    ["Acknowledged", "told", "in_progress", "opened"],
    ["In Progress", "told", "in_progress", "opened"],
    ["false-positive", "told", "suppressed", "opened"],
    ["OK", "told", "resolved", "resolved"],
    ["strange", "told", undefined, "opened"],
    ["gone", { from: "told", table: { Gone: "resolved" } }, "resolved", "resolved"],
    ["closed", { from: "told", table: { closed: "suppressed" } }, "suppressed", "opened"],
    [2, { from: "told", table: { 2: "in_progress" } }, "in_progress", "opened"],
    [true, { from: "= entry.told ? 'firing' : 'ok'" }, "new", "opened"],
  ])("%j by %j is %s", (told, status, expected, kind) => {
    const event = eventOf({ title: "t", told }, { status });
    expect([event.patch.status, event.kind]).toEqual([expected, kind]);
  });
});

test.each<[string, Json]>([
  ["ISO", "2026-11-20T11:00:00.123+01:00"],
  ["seconds", 1_795_168_800.123],
  ["ms", 1_795_168_800_123],
  ["µs", 1_795_168_800_123_000],
  ["ns", 1_795_168_800_123_000_000],
  ["ns as text, as an integer beyond a double is read", "1795168800123000000"],
])("a time in %s", (_how, at) => {
  const event = eventOf({ title: "t", at }, { time: "at" });
  expect(event).toMatchObject({ occurred_at: "2026-11-20T10:00:00.123Z", patch: { last_seen: "2026-11-20T10:00:00.123Z" } });
  expect(event.order).toBeCloseTo(1_795_168_800_123, 0);
});

describe("lists of an alert", () => {
  const body: Json = {
    title: "t",
    hosts: [{ name: "db-1", ip: "192.0.2.1", uid: 7 }, { name: "db-2", ip: "" }, null, { name: "db-1", ip: "192.0.2.9" }],
    source: { ip: "203.0.113.7", port: 22 },
    users: ["root", "root", ""],
    iocs: [
      { kind: "SHA256", value: "aa".repeat(32) },
      { kind: "domain", value: "evil.example" },
    ],
    techniques: ["T1021.004 (SSH)", "lateral_movement"],
    labels: { team: "soc", zone: 3 },
  };
  const patch = (mapping: Record<string, unknown>) => eventOf(body, mapping).patch;

  test("assets from each member of a list, each once", () =>
    expect(patch({ assets: [{ each: "hosts", name: "name", ip: "ip", id: "uid", type: "host" }] }).assets).toEqual([
      { name: "db-1", ip: "192.0.2.1", type: "host", id: "7" },
      { name: "db-2", type: "host" },
    ]));

  test("assets by name alone", () => {
    expect(patch({ assets: "hosts.*.name" }).assets).toEqual([{ name: "db-1" }, { name: "db-2" }]);
    expect(patch({ assets: ["source.ip"] }).assets).toEqual([{ name: "203.0.113.7", ip: "203.0.113.7" }]);
  });

  test("observables by a type, by their form, or by an expression", () =>
    expect(
      patch({
        observables: [
          { value: "source.ip", name: "source" },
          "hosts.*.ip",
          { value: "users", type: "User" },
          { each: "iocs", value: "value", type: "= each.kind.startsWith('SHA') ? 'hash' : each.kind" },
        ],
      }).observables,
    ).toEqual([
      { name: "source", type: "ip", value: "203.0.113.7" },
      { name: "hosts.ip", type: "ip", value: "192.0.2.1" },
      { name: "hosts.ip", type: "ip", value: "192.0.2.9" },
      { name: "users", type: "user", value: "root" },
      { name: "value", type: "hash", value: "aa".repeat(32) },
      { name: "value", type: "domain", value: "evil.example" },
    ]));

  test("ATT&CK and tags", () =>
    expect(
      patch({ attacks: "techniques", tags: ["users", "= entry.labels.map(name, name + '=' + string(entry.labels[name]))"] }),
    ).toMatchObject({
      attacks: [{ tactic: "Lateral Movement", technique: "T1021.004" }],
      tags: ["root", "team=soc", "zone=3"],
    }));

  test("what is not there stays as it was", () => {
    const { assets, observables, tags, attacks } = patch({ assets: "nobody", observables: "nothing", tags: "none", attacks: "none" });
    expect([assets, observables, tags, attacks]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("links", () => {
  const url = (link: Json, console?: string) => eventOf({ title: "t", link }, { url: "link" }, { console }).patch.url;
  const console = "https://siem.example.com/app";

  test.each<[Json, string | undefined, string | undefined]>([
    ["https://siem.example.com/a?b=1", undefined, "https://siem.example.com/a?b=1"],
    ["http://siem.example.com/a", undefined, undefined],
    ["javascript:alert(1)", undefined, undefined],
    ["/alerts/7", undefined, undefined],
    ["/alerts/7", console, "https://siem.example.com/app/alerts/7"],
    ["//evil.example/x", console, undefined],
    ["https://siem.example.com/app/alerts/7", console, "https://siem.example.com/app/alerts/7"],
    ["http://siem.lan/alerts/7", "http://siem.lan", "http://siem.lan/alerts/7"],
    ["https://docs.example.com/x", console, "https://docs.example.com/x"],
  ])("%j with the console %j lead to %j", (link, base, expected) => expect(url(link, base)).toBe(expected));
});

describe("data", () => {
  const body: Json = {
    title: "t",
    id: "7",
    score: 71,
    note: " x ",
    on: false,
    none: null,
    empty: "",
    deep: { a: 1 },
    list: [1],
    comment: "c",
  };
  const data = (mapping: Record<string, unknown>) => eventOf(body, mapping).patch.data;

  test("by default is what is plain and has no place of its own", () =>
    expect(data({ id: "id" })).toEqual({ score: 71, note: "x", on: false }));

  test("is what the mapping names", () => {
    expect(data({ data: ["score", "deep.a", "deep", "missing"] })).toEqual({ score: 71, a: 1, deep: { a: 1 } });
    expect(data({ data: { points: "score", remark: ["missing", "comment"], all: ["list.*"] } })).toEqual({
      points: 71,
      remark: "c",
      all: [1],
    });
    expect(data({ data: [] })).toBeUndefined();
  });

  test("is bounded", () => {
    const long = { ...Object(body), deep: "x".repeat(9_000), list: Array.from({ length: 5_000 }, () => "y") };
    for (const kept of Object.values(eventOf(long, { data: ["deep", "list"] }).patch.data ?? {}))
      expect(String(kept).length).toBeLessThanOrEqual(4_000);
  });
});

describe("a comment", () => {
  const mapping = { id: "id", key: "alert", comment: { text: "note.text", author: "note.by" }, time: "at" };

  test("is told as one, with its author and time", () =>
    expect(eventOf({ id: 2, alert: 1, at: "2026-11-20T10:00:00Z", note: { text: "On it", by: "Ana" } }, mapping)).toMatchObject({
      kind: "commented",
      key: "alert:1",
      patch: { data: { comment: { author: "Ana", text: "On it", at: "2026-11-20T10:00:00.000Z" } } },
    }));

  test("does not name the alert anew", () =>
    expect(eventOf({ id: 2, alert: 1, note: { text: "On it" } }, mapping).patch).not.toHaveProperty("title"));

  test("may come with the end", () =>
    expect(eventOf({ id: 2, title: "t", state: "closed", note: { text: "Done" } }, { ...mapping, status: "state" }).kind).toBe("resolved"));
});

describe("a secret in the body", () => {
  const own = { body_secret: { at: "auth.token", value: ["new-key", "old-key"] } };
  const check = (body: Json, mapping: Record<string, unknown> = {}, secret: object = own) =>
    generic.authenticateBody?.(body, context(mapping, { own: secret }).settings);

  test("any of several opens, while one is replaced", () => {
    expect(check({ auth: { token: "new-key" } })).toBe(true);
    expect(check({ auth: { token: "old-key" } })).toBe(true);
    expect(check({ auth: { token: "other" } })).toBe(false);
    expect(check({ auth: { token: ["new-key"] } })).toBe(false);
  });

  test("has to stand in every entry of a list", () => {
    const entry = (token: Json) => ({ title: "t", auth: { token } });
    expect(check({ alerts: [entry("new-key"), entry("old-key")] }, { list: "alerts" })).toBe(true);
    for (const wrong of [[entry("new-key"), entry("x")], [entry("new-key"), { title: "t" }], [entry("new-key"), 7], []] as Json[])
      expect(check({ alerts: wrong }, { list: "alerts" })).toBe(false);
    expect(check({ auth: { token: "new-key" } }, { list: "alerts" }), "the list is missing").toBe(true);
  });

  test("or once in the body, where the path begins there", () => {
    const secret = { body_secret: { at: "$.token", value: "key" } };
    expect(check({ token: "key", alerts: [{ title: "t" }] }, { list: "alerts" }, secret)).toBe(true);
    expect(check({ alerts: [{ title: "t", token: "key" }] }, { list: "alerts" }, secret)).toBe(false);
  });

  test("a secret that is not set opens nothing", () => {
    const settings = context({}, { own: { body_secret: { at: "token", value: "key" } } }).settings;
    const unset = { ...settings, body_secret: { at: "token", value: "" } };
    expect(generic.authenticateBody?.({ token: "" }, unset)).toBe(false);
  });

  test("is nowhere in what is kept", () => {
    const body: Json = { alerts: [{ title: "t", token: "hush", deep: [{ token: "hush" }] }], token: "hush" };
    const parsed = generic.parse(
      body,
      context(
        { list: "alerts", summary: "= string(body.token)", tags: "= body.alerts.map(one, one.token)", data: ["token", "deep"] },
        {
          own: { body_secret: { at: "token", value: "secret:KEY" } },
        },
      ),
    );
    expect(parsed.ok).toBe(true);
    expect(JSON.stringify(parsed)).not.toContain("hush");
  });
});

describe("remarks for whoever writes a mapping", () => {
  const remarks = (body: Json, mapping: Record<string, unknown>) => generic.remarks?.(body, context(mapping));

  test.each<[Json, Record<string, unknown>, string]>([
    [{ title: "t" }, { summary: "titel" }, "mapping.summary: the entry has no titel; did you mean title?"],
    [{ title: "t", a: { b: 1 } }, { summary: "a.c" }, "mapping.summary: a has no c; it has b"],
    [{ title: "t", "a.b": 1 }, { summary: "a.b" }, 'mapping.summary: the entry has no a; did you mean "a.b", in quotes?'],
    [{ title: "t", a: [{ b: 1 }] }, { summary: "a.b" }, "mapping.summary: a is a list of 1; write a position or * before b"],
    [{ title: "t", a: "x" }, { summary: "a.b" }, "mapping.summary: a is text and has no members"],
    [{ title: "t", a: null }, { summary: "a.b" }, "mapping.summary: a is null"],
    [{ title: "t", a: { b: {} } }, { summary: "a.b" }, "mapping.summary: a.b is a table, which cannot be used here"],
    [{ title: "t", a: "soon" }, { time: "a" }, "mapping.time: a is text, which cannot be used here"],
    [{ title: "t" }, { summary: ["= entry.x", "y"] }, "mapping.summary: field not found: x; the entry has no y; it has title"],
    [{ title: "t", n: 1 }, { tags: "= entry.n + 1" }, expect.stringMatching(/^mapping\.tags: .*overload/) as unknown as string],
    [{ title: "t", s: "purple" }, { severity: "s" }, 'mapping.severity: no meaning is known for "purple"; add it to the table'],
    [{ title: "t" }, { test: "body.kind == 'x'" }, "mapping.test: field not found: kind; this counts as false"],
    [{ title: "t", hosts: [{}] }, { assets: [{ each: "hosts", name: "name" }] }, "mapping.assets[0].name: the entry is empty"],
  ])("%j with %j", (body, mapping, said) => expect(remarks(body, mapping)).toContainEqual(said));

  test("there are none where everything is found", () => expect(remarks({ title: "t", a: "x" }, { summary: "a" })).toEqual([]));
});

test("a handshake is not offered where the route does not ask for it", () =>
  expect(
    generic.handshake?.({ query: new URLSearchParams("validationToken=x"), bytes: new Uint8Array() }, context({}).settings),
  ).toBeUndefined());

test("what proves the sender", () => {
  expect(generic.proof(context({}).settings)).toBe("path");
  expect(generic.proof(context({}, { own: { body_secret: { at: "a", value: "b" } } }).settings)).toBe("secret in the body");
});

test("twenty thousand entries are read in good time", () => {
  const body: Json = { alerts: Array.from({ length: 20_000 }, (_, id) => ({ id, title: "t" })) };
  const start = performance.now();
  expect(generic.parse(body, context({ list: "alerts", id: "id", summary: "= entry.title + '!'" }))).toEqual(ok(expect.any(Array)));
  expect(performance.now() - start).toBeLessThan(10_000);
});
