import { describe, expect, it } from "vitest";
import { changeLines, changesInWords, lineText } from "./change-lines.ts";
import { type Change, changesBetween } from "./changes.ts";
import { rowsOf } from "./document.ts";
import { registries } from "./fake-registries.ts";

const ID_A = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ID_B = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const PLAIN = "https://wall.example.com/very-secret";
const route = (table: object) => ({ routes: { prod: { id: ID_A, source: "bell", ...table } } });
const rules = (...all: object[]) => route({ rules: all });
const changes = (before: object, after: object): Change[] => changesBetween(rowsOf(before), rowsOf(after), registries);
const keys = (before: object, after: object) => changes(before, after).flatMap((one) => one.keys);
const lines = (before: object, after: object) => changeLines(changes(before, after)).map(lineText);

describe("the difference of two configurations", () => {
  it("tells what comes into a list and what goes, and inhibitions by their names", () => {
    const inhibit = (...all: object[]) => ({ inhibit: all });
    const a = { name: "a", source: "true", target: "true", by: "tag" };
    expect(lines({ lists: { vips: ["x", "y"] } }, { lists: { vips: ["y", "z"], more: [] } })).toEqual([
      "+ list more",
      "  + items = []",
      "~ list vips",
      '  - items = ["x"]',
      '  + items = ["z"]',
    ]);
    expect(lines({ lists: { vips: ["x", "y"] } }, { lists: { vips: ["y", "x"] } })).toEqual([
      "~ list vips",
      "  ~ items: in another order, or some twice",
    ]);
    expect(lines({ lists: { vips: ["x"] } }, {})).toEqual(["- list vips"]);
    expect(lines(inhibit(a, { ...a, name: "b" }), inhibit({ ...a, name: "b", wait: "5s" }))).toEqual([
      "- inhibition a",
      "~ inhibition b",
      '  + wait = "5s"',
    ]);
    expect(changes(inhibit(a, { ...a, name: "b" }), inhibit({ ...a, name: "b" }, a))).toEqual([]);
    expect(changesInWords(changes({ lists: { x: [] } }, { lists: { y: [] }, ...inhibit(a) }))).toBe(
      "1 list added, 1 inhibition added, 1 list removed",
    );
  });

  it("of gates is told key by key", () => {
    expect(
      lines(
        rules({ name: "a", to: ["box"], hours: { zone: "UTC", from: "08:00" } }),
        rules({ name: "a", to: ["box"], hours: { zone: "UTC", from: "09:00" }, mute: true }),
      ),
    ).toEqual(["~ route prod", '  + rules["a"].mute = true', '  ~ rules["a"].hours.from: "08:00" -> "09:00"']);
  });

  it("names what came, went and changed, in the order of the export", () => {
    const before = {
      relay: { url: "https://relay.example.com" },
      destinations: { box: { type: "box" }, soc: { type: "wall", url: "secret:SOC" } },
      routes: { b: { id: ID_B, source: "drum" }, a: { id: ID_A, source: "bell", token: "secret:T" } },
    };
    const after = {
      relay: { url: "https://other.example.com", retention: "10d" },
      destinations: { soc: { type: "wall", url: "secret:SOC", rate: "1/s" }, more: { type: "box" } },
      enrichers: { oracle: { token: "secret:O" } },
      routes: { a: { id: ID_A, source: "bell" } },
    };
    expect(changes(before, after)).toEqual([
      {
        kind: "relay",
        name: "relay",
        change: "changed",
        keys: [
          { key: "url", before: "https://relay.example.com", after: "https://other.example.com" },
          { key: "retention", after: "10d" },
        ],
      },
      { kind: "destination", name: "box", change: "removed", keys: [] },
      { kind: "destination", name: "more", change: "added", keys: [{ key: "type", after: "box" }] },
      { kind: "destination", name: "soc", change: "changed", keys: [{ key: "rate", after: "1/s" }] },
      { kind: "enricher", name: "oracle", change: "added", keys: [{ key: "token", after: "secret:O" }] },
      { kind: "route", name: "a", change: "changed", keys: [{ key: "token", before: "secret:T" }] },
      { kind: "route", name: "b", change: "removed", keys: [] },
    ]);
    expect(changesInWords(changes(before, after))).toBe(
      "1 destination added, 1 enricher added, relay changed, 1 destination changed, 1 route changed, 1 destination removed, 1 route removed",
    );
    expect(changes(before, before)).toEqual([]);
  });

  it.each<[string, object, object, object[]]>([
    [
      "a rule by its name, wherever it stands",
      rules({ name: "a", to: ["x"] }, { name: "b", to: ["x"], when: "true" }),
      rules({ name: "new", to: ["x"] }, { name: "a", to: ["x"] }, { name: "b", to: ["x"], when: "false" }),
      [
        { key: 'rules["new"]', after: { name: "new", to: ["x"] } },
        { key: 'rules["b"].when', before: "true", after: "false" },
      ],
    ],
    [
      "a rule without a name by its place",
      rules({ to: ["x"], when: "true" }),
      rules({ to: ["x"], when: "false" }),
      [{ key: "rules[0].when", before: "true", after: "false" }],
    ],
    [
      "a rule without a name before one that stays as it is",
      rules({ to: ["x"] }),
      rules({ to: ["y"] }, { to: ["x"] }),
      [{ key: "rules[0]", after: { to: ["y"] } }],
    ],
    [
      "rules in another order",
      rules({ name: "a", to: ["x"] }, { name: "b", to: ["x"] }),
      rules({ name: "b", to: ["x"] }, { name: "a", to: ["x"] }),
      [{ key: "rules", before: ["a", "b"], after: ["b", "a"], note: "in another order" }],
    ],
    ["a rule that goes", rules({ name: "a", to: ["x"] }), route({}), [{ key: 'rules["a"]', before: { name: "a", to: ["x"] } }]],
    [
      "a key of a table",
      route({ auth: { type: "header", name: "X", value: "secret:A" } }),
      route({ auth: { type: "header", name: "Y", value: "secret:B" } }),
      [
        { key: "auth.name", before: "X", after: "Y" },
        { key: "auth.value", before: "secret:A", after: "secret:B" },
      ],
    ],
    ["a list as a whole", rules({ to: ["x"] }), rules({ to: ["x", "y"] }), [{ key: "rules[0].to", before: ["x"], after: ["x", "y"] }]],
    [
      "a template's fields in another order",
      rules({ to: ["x"], template: { fields: { A: "1", B: "2" } } }),
      rules({ to: ["x"], template: { fields: { B: "2", A: "1" } } }),
      [{ key: "rules[0].template.fields", before: ["A", "B"], after: ["B", "A"], note: "in another order" }],
    ],
    ["that it is disabled", route({}), route({ enabled: false }), [{ key: "enabled", after: false }]],
    [
      "nothing where only the order of keys differs",
      route({ token: "secret:T", api: "http://a" }),
      route({ api: "http://a", token: "secret:T" }),
      [],
    ],
    ["nothing where a default is written out", route({}), route({ enabled: true, rules: [] }), []],
  ])("tells %s", (_, before, after, expected) => {
    expect(keys(before, after)).toEqual(expected);
  });

  it("never tells an id, nor a plain secret, nor what stands where no schema knows it", () => {
    const before = {
      destinations: { soc: { type: "wall", url: PLAIN, headers: { "X-Key": "key-one-secret" } } },
      routes: {
        prod: {
          id: ID_A,
          source: "bell",
          token: "token-secret",
          tokn: "misplaced-secret",
          former_ids: [{ id: ID_B, until: "2099-01-01" }],
        },
      },
    };
    const after = {
      destinations: { soc: { type: "wall", url: `${PLAIN}-two`, headers: { "X-Key": "secret:KEY" } } },
      routes: { prod: { id: ID_B, source: "nobody", token: "other-secret", former_ids: [{ id: ID_A, until: "2099-01-01" }] } },
    };
    const told = JSON.stringify([changes(before, after), changes({}, after), lines(before, after)]);
    for (const secret of [ID_A, ID_B, PLAIN, "key-one-secret", "token-secret", "misplaced-secret", "other-secret"])
      expect(told).not.toContain(secret);
    expect(keys(before, after)).toEqual([
      { key: "headers.X-Key", before: "***", after: "secret:KEY" },
      { key: "url", before: "***", after: "***", note: "another value" },
      { key: "id", note: "changed: the old address is accepted until 2099-01-01" },
      { key: "source", before: "bell", after: "nobody" },
      { key: "token", before: "***", after: "***", note: "another value" },
      { key: "tokn", before: "***" },
      { key: "former_ids", note: "other ids" },
    ]);
  });

  it("says what becomes of an old address", () => {
    const until = new Date("2026-12-01T00:00:00Z");
    expect(keys(route({}), route({ id: ID_B }))).toEqual([{ key: "id", note: "changed: the old address stops working" }]);
    expect(keys(route({}), route({ id: ID_B, former_ids: [{ id: ID_A.toUpperCase(), until }] }))).toEqual([
      { key: "id", note: "changed: the old address is accepted until 2026-12-01T00:00:00.000Z" },
      { key: "former_ids", after: ["accepted until 2026-12-01T00:00:00.000Z"] },
    ]);
    expect(keys({}, route({}))[0]).toEqual({ key: "id", note: "a new address" });
  });

  it("tells of rows by hand that are no tables", () => {
    const rows = rowsOf(route({ token: "secret:T" }));
    const broken = { ...rows, routes: rows.routes.map((row) => ({ ...row, settings: "{" })) };
    expect(changesBetween(broken, rows, registries)).toEqual([
      {
        kind: "route",
        name: "prod",
        change: "changed",
        keys: [
          { key: "token", after: "secret:T" },
          { key: "settings", note: "the row in the database is no table" },
        ],
      },
    ]);
    expect(
      changesBetween({ ...rows, routes: rows.routes.map((row) => ({ ...row, settings: '{"id":1}' })) }, rowsOf(route({})), registries),
    ).toHaveLength(1);
  });
});

describe("as lines", () => {
  it("show short values beside each other, long ones below", () => {
    const when = "alert.severity_id >= HIGH && alert.status != 'resolved' && alert.source == 'bell'";
    expect(
      lines(
        rules({ name: "urgent", to: ["x"], when: "true" }),
        route({ id: ID_B, shards: 2, rules: [{ name: "urgent", to: ["x", "y"], when }] }),
      ),
    ).toEqual([
      "~ route prod",
      "  ~ id: changed: the old address stops working",
      "  + shards = 2",
      '  ~ rules["urgent"].when:',
      '    - "true"',
      `    + ${JSON.stringify(when)}`,
      '  ~ rules["urgent"].to: ["x"] -> ["x", "y"]',
    ]);
  });

  it("cut what is endless, and write a table's keys below it", () => {
    const [, , , , first, ...more] = lines({}, rules({ name: "x", to: ["x"], when: "a".repeat(400), stop: true }));
    expect([first, ...more]).toEqual([
      '    + name = "x"',
      `    + when = "${"a".repeat(299)}... (402 characters)`,
      '    + to = ["x"]',
      "    + stop = true",
    ]);
  });
});
