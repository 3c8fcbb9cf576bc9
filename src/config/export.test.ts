import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destinations } from "../destinations/index.ts";
import { enrichers } from "../enrichers/index.ts";
import { sources } from "../sources/index.ts";
import { changesBetween } from "./changes.ts";
import { documentOf, rowsOf } from "./document.ts";
import { exportText, maskedText } from "./export.ts";
import { registries as fakes } from "./fake-registries.ts";
import { parseTables } from "./parse.ts";
import { parseConfigText } from "./toml.ts";

const ID_A = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ID_B = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const registries = { sources, destinations, enrichers };

/** The tables of a text, which has to be TOML. */
function tablesOf(text: string): Record<string, unknown> {
  const file = parseConfigText(text);
  if (!file.ok) throw new Error(`${file.reason.message} (line ${file.reason.line}) in\n${text}`);
  return file.value.document;
}

// Configurations as people and adapters may write them: every adapter with its own example, odd texts wherever text may stand.
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,8}$/);
const oddText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== "" && !text.includes("\0"));
const label = oddText.filter((text) => !/^\d+$/.test(text) && text !== "__proto__");
const liquid = oddText.filter((text) => !/[{}]/.test(text));
const severity = fc.constantFrom("info", "low", "medium", "high", "critical");
const duration = fc.constantFrom("90s", "5m", "2h", "7d");
const retention = fc.constantFrom("1h", "30d");
const template = fc.record({ title: liquid, summary: liquid, fields: fc.dictionary(label, liquid, { maxKeys: 4 }) }, { requiredKeys: [] });
const ping = fc.dictionary(severity, oddText);
const compact = <Table extends object>(table: Table) =>
  Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));

const destination = fc
  .record({
    type: fc.constantFrom(...destinations.keys()),
    rate: maybe(fc.constantFrom("1/s", "30/m")),
    digest: maybe(fc.record({ after: fc.integer({ min: 1, max: 99 }), every: duration })),
    ping: maybe(ping),
    priority: maybe(fc.integer({ min: 0, max: 100 })),
    template: maybe(template),
  })
  .map(({ type, ...common }) => compact({ ...(destinations.get(type)?.example as object), type, ...common }));

const path = fc.constantFrom("asset.ip", "rule.name", "data.flow.port");
const paths = fc.oneof(path, fc.uniqueArray(path, { minLength: 1 }));
const condition = fc.constantFrom("alert.severity_id >= HIGH", '"a" in lists.vips');
/** One of the gates of a rule that may not stand together, or none, and those that may. */
const gates = (names: string[]) =>
  fc
    .record({
      alone: fc.oneof(
        fc.constant({}),
        fc.record({
          threshold: fc.record({ count: fc.integer({ min: 2, max: 9 }), within: duration, by: paths, tags: fc.array(oddText) }),
        }),
        fc.record({ unless: fc.record({ when: condition, within: duration }) }),
        fc.record({ group: fc.record({ by: paths, wait: fc.constantFrom("0s", "30s") }) }),
      ),
      beside: fc.record(
        {
          hours: fc.record({
            zone: fc.constantFrom("UTC", "Europe/Paris"),
            days: fc.uniqueArray(fc.constantFrom("mon", "wed", "sun"), { minLength: 1 }),
            from: fc.constant("08:00"),
            to: fc.constantFrom("06:30", "18:00", "24:00"),
            holidays: fc.constantFrom("days_off", ["2026-12-25"]),
            outside: fc.constantFrom("hold", "drop", names[0] ?? ""),
          }),
          escalate: fc.tuple(
            fc.record({ after: fc.constantFrom("1m", { high: "1m" }) }),
            fc.record({
              after: fc.constant("5m"),
              to: fc.subarray(names, { minLength: 1 }),
              ping: fc.oneof(oddText, ping),
              every: duration,
            }),
          ),
          mute: fc.constantFrom("90s", "5m"),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ alone, beside }) => ({ ...alone, ...beside }));

const rule = (names: string[]) =>
  fc
    .record({
      gates: gates(names),
      when: maybe(fc.constantFrom("alert.severity_id >= HIGH", 'alert.title == "a\\nb \\u00e9"', "alert.status != 'resolved' &&\n  true")),
      to: fc.oneof(
        fc.subarray(names, { minLength: 1 }),
        fc.dictionary(fc.oneof(severity, fc.constant("default")), fc.subarray(names, { minLength: 1 }), { minKeys: 1 }),
      ),
      stop: maybe(fc.boolean()),
      enabled: maybe(fc.boolean()),
      template: maybe(template),
      ping: maybe(ping),
    })
    .map(({ gates, ...others }) => compact({ ...others, ...gates }));

const route = (names: string[]) =>
  fc
    .record({
      id: fc.uuid(),
      source: fc.constantFrom(...sources.keys()),
      enabled: maybe(fc.boolean()),
      shards: maybe(fc.integer({ min: 1, max: 64 })),
      auth: maybe(fc.record({ type: fc.constant("header"), name: fc.constant("X-Key"), value: fc.constant("secret:HEADER_KEY") })),
      dedup_key: maybe(paths),
      silent_after: maybe(fc.constantFrom("2h", { after: "1h", by: "asset.name" }, { after: "5m", severity: "low" })),
      severity_map: maybe(fc.dictionary(label, severity, { maxKeys: 3 })),
      retention: maybe(retention),
      former_ids: maybe(
        fc.array(fc.record({ id: fc.uuid(), until: fc.constantFrom(new Date("2099-12-01T00:00:00Z"), "2099-12-01T00:00:00+01:00") }), {
          maxLength: 2,
        }),
      ),
      rules: fc.array(rule(names), { maxLength: 3 }),
    })
    // Copies are recognised by one ledger.
    .map(({ dedup_key, ...table }) => ({ ...table, ...((table.shards ?? 1) === 1 ? { dedup_key } : {}) }))
    .map(({ source, ...common }) => compact({ ...sources.get(source)?.example, source, ...common }));

const configuration = fc.uniqueArray(name, { minLength: 1, maxLength: 4 }).chain((names) =>
  fc.record({
    relay: fc.record({ url: fc.constant("https://relay.example.com"), retention }, { requiredKeys: [] }),
    destinations: fc
      .tuple(...names.map(() => destination))
      .map((tables) => Object.fromEntries(names.map((one, index) => [one, tables[index]]))),
    enrichers: fc.constantFrom({}, { virustotal: { token: "secret:VT", except: ["corp.example.com"] } }),
    lists: fc.constantFrom(
      { vips: ["10.0.0.1", 'a "quoted" one'], days_off: ["2026-12-25"] },
      { days_off: [], vips: ["é\n"], more: ["x"] },
    ),
    routes: fc.dictionary(name, route(names), { maxKeys: 3 }),
    inhibit: fc.uniqueArray(
      fc.record({ name: oddText, source: condition, target: condition, by: paths, wait: maybe(fc.constant("5s")) }).map(compact),
      {
        maxLength: 3,
        selector: (one) => String(Object(one).name),
      },
    ),
  }),
);

describe("an export", () => {
  it("makes the same rows again, and is the same again", () => {
    fc.assert(
      fc.property(configuration, (document) => {
        expect(parseTables(document, registries, { local: true }).problems).toEqual([]);
        const rows = rowsOf(document);
        const text = exportText(rows, undefined, registries, "plain");
        const again = rowsOf(tablesOf(text));
        expect(changesBetween(rows, again, registries)).toEqual([]);
        expect(exportText(again, undefined, registries, "plain")).toBe(text);
        expect(parseTables(tablesOf(text), registries, { local: true }).problems).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("does not depend on the order in which things were written", () => {
    fc.assert(
      fc.property(configuration, (document) => {
        const turned = Object.fromEntries(
          Object.entries(document).map(([section, tables]) => [
            section,
            Array.isArray(tables)
              ? tables.toReversed()
              : Object.fromEntries(
                  Object.entries(tables)
                    .reverse()
                    .map(([key, table]) => [
                      key,
                      typeof table === "object" && !Array.isArray(table)
                        ? Object.fromEntries(Object.entries(table as object).reverse())
                        : table,
                    ]),
                ),
          ]),
        );
        expect(exportText(rowsOf(turned), undefined, registries)).toBe(exportText(rowsOf(document), undefined, registries));
      }),
      { numRuns: 50 },
    );
  });

  it("has a fixed order", () => {
    const document = {
      routes: {
        b: {
          rules: [{ to: ["soc"], when: "true", name: "all" }],
          shards: 2,
          token: "secret:T",
          source: "bell",
          id: ID_B,
          api: "http://api",
        },
        a: { source: "drum", id: ID_A.toUpperCase(), enabled: false },
      },
      enrichers: { oracle: { rate: "1/s", token: "secret:O" } },
      destinations: { soc: { rate: "1/s", url: "secret:U", type: "wall" }, box: { type: "box" } },
      relay: { retention: "10d", url: "https://relay.example.com" },
      lists: { vips: ["b", "a"], none: [] },
      inhibit: [
        { by: "tag", target: "true", name: "b", source: "true" },
        { wait: "5s", by: ["tag"], target: "true", source: "true", name: "a" },
      ],
    };
    expect(exportText(rowsOf(document), undefined, fakes)).toBe(`[relay]
url = "https://relay.example.com"
retention = "10d"

[lists]
none = []
vips = [ "b", "a" ]

[destinations.box]
type = "box"

[destinations.soc]
type = "wall"
url = "secret:U"
rate = "1/s"

[enrichers.oracle]
token = "secret:O"
rate = "1/s"

[routes.a]
id = "${ID_A}"
source = "drum"
enabled = false

[routes.b]
id = "${ID_B}"
source = "bell"
api = "http://api"
token = "secret:T"
shards = 2

[[routes.b.rules]]
name = "all"
when = "true"
to = [ "soc" ]

[[inhibit]]
name = "a"
source = "true"
target = "true"
by = [ "tag" ]
wait = "5s"

[[inhibit]]
name = "b"
source = "true"
target = "true"
by = "tag"
`);
  });

  it("leaves out a list or an inhibition whose row by hand is none, and says so", () => {
    const rows = { ...rowsOf({}), lists: [{ name: "vips", items: "{}" }], inhibitions: [{ name: "a", settings: "[" }] };
    expect(exportText(rows, undefined, fakes)).toBe(
      "# Left out, since their rows in the database are no tables: the list vips, the inhibition a.\n\n# Nothing is configured.\n",
    );
  });

  const TEXT = `# ours\n[destinations.soc]\ntype = "wall"\nurl = "secret:SOC"   # the wall\n`;

  it("is the text that was applied, where that still says what is in effect", () => {
    const rows = rowsOf(tablesOf(TEXT));
    expect(exportText(rows, TEXT, fakes)).toBe(TEXT);
    expect(exportText(rowsOf({ destinations: { soc: { type: "wall", url: "secret:OTHER" } } }), TEXT, fakes)).toBe(
      '[destinations.soc]\ntype = "wall"\nurl = "secret:OTHER"\n',
    );
    expect(exportText(rows, "not TOML [", fakes)).toContain('url = "secret:SOC"');
    expect(exportText(rowsOf({}), undefined, fakes)).toBe("# Nothing is configured.\n");
  });

  it("has names for plain secrets, each its own, and says which; an edit on the relay's machine has them as they are", () => {
    const document = {
      destinations: {
        "soc-a": { type: "wall", url: "https://wall.example.com/secret-one", headers: { "X-Key": "secret-two" } },
        soc_a: { type: "wall", url: "secret:DESTINATION_SOC_A_URL" },
      },
      routes: {
        prod: { id: ID_A, source: "bell", keys: ["secret:K", "secret-three"], tokn: "secret-four" },
        lost: { id: ID_B, source: "gone", token: "secret-five", auth: { type: "basic", username: "u", password: "secret-six" } },
      },
    };
    const rows = rowsOf(document);
    const text = exportText(rows, undefined, fakes);
    expect(text).not.toMatch(/secret-(one|two|three|four|five|six)/);
    expect(
      text.split("\n\n")[0],
    ).toBe(`# Plain secrets are never exported. Each of these is a name now; set its value before this file is applied:
#   DESTINATION_SOC_A_HEADERS_X_KEY  destinations.soc-a.headers.X-Key
#   DESTINATION_SOC_A_URL_2          destinations.soc-a.url
#   ROUTE_LOST_AUTH_PASSWORD         routes.lost.auth.password
#   ROUTE_LOST_TOKEN                 routes.lost.token
#   ROUTE_PROD_KEYS_2                routes.prod.keys[1]
#   ROUTE_PROD_TOKN                  routes.prod.tokn
# On this machine: a line NAME=value in the file given with --secrets. Deployed: \`npx wrangler secret put NAME\`.`);
    expect(tablesOf(text)).toMatchObject({
      destinations: { "soc-a": { url: "secret:DESTINATION_SOC_A_URL_2" }, soc_a: { url: "secret:DESTINATION_SOC_A_URL" } },
      routes: { prod: { keys: ["secret:K", "secret:ROUTE_PROD_KEYS_2"] } },
    });
    const applied = `# a comment\n${exportText(rows, undefined, fakes, "plain")}`;
    expect(changesBetween(rows, rowsOf(tablesOf(applied)), fakes)).toEqual([]);
    expect(exportText(rows, applied, fakes, "plain")).toBe(applied);
    expect(exportText(rows, applied, fakes)).toBe(text);
  });

  it("leaves out what a file cannot say, and says so", () => {
    const rows = rowsOf({ destinations: { box: { type: "box" } }, routes: { a: { id: ID_A, source: "bell" } } });
    const [a] = rows.routes;
    const broken = {
      ...rows,
      destinations: [...rows.destinations, { name: "bad", type: "box", settings: "{" }],
      routes: [{ ...(a as NonNullable<typeof a>), settings: '{"token":null,"keys":["secret:A",null]}' }],
    };
    const text = exportText(broken, undefined, fakes);
    expect(text.split("\n").slice(0, 3)).toEqual([
      "# Left out, since their rows in the database are no tables: the destination bad.",
      "# Left out, since TOML has no null: routes.a.keys[1], routes.a.token.",
      "",
    ]);
    expect(tablesOf(text)).toEqual({
      destinations: { box: { type: "box" } },
      routes: { a: { id: ID_A, source: "bell", keys: ["secret:A"] } },
    });
  });
});

describe("rows", () => {
  it("are tables again, without what says nothing", () => {
    const document = {
      relay: { url: "https://relay.example.com" },
      destinations: { box: { type: "box" } },
      enrichers: { oracle: { token: "secret:O" }, second: { type: "oracle", token: "secret:P" } },
      routes: { a: { id: ID_A, source: "bell" } },
    };
    expect(documentOf(rowsOf(document))).toEqual({ document: { ...document, lists: {}, inhibit: [] }, unreadable: [] });
  });

  it("have what is no text in the relay's settings as JSON", () => {
    const relay = {
      url: "https://relay.example.com",
      notify: ["soc"],
      access: { read: ["a@example.com"] },
      days: 5,
      odd: "[x",
      quoted: '"q"',
    };
    const rows = rowsOf({ relay });
    expect(rows.relay).toEqual([
      { key: "url", value: "https://relay.example.com" },
      { key: "notify", value: '["soc"]' },
      { key: "access", value: '{"read":["a@example.com"]}' },
      { key: "days", value: "5" },
      { key: "odd", value: "[x" },
      { key: "quoted", value: '"\\"q\\""' },
    ]);
    expect(documentOf(rows).document.relay).toEqual(relay);
  });
});

describe("an earlier text", () => {
  it("is shown as it was, with stars for plain secrets", () => {
    const text = `# token was secret-two-long
[destinations.soc]
type = "wall"   # the wall
url = 'https://wall.example.com/secret-one'
headers = { "X-Key" = "k", "X-Other" = "secret:OTHER" }

[[routes.prod.rules]]
to = ["soc"]

[routes.prod]
id = "${ID_A}"
source = "bell"
token = """
secret-two-long"""
keys = ["secret:K", "k3"]
`;
    expect(maskedText(text.replace('"""\nsecret-two-long"""', '"secret-two-long"'), fakes)).toBe(`# token was ***
[destinations.soc]
type = "wall"   # the wall
url = "***"
headers = { "X-Key" = "***", "X-Other" = "secret:OTHER" }

[[routes.prod.rules]]
to = ["soc"]

[routes.prod]
id = "${ID_A}"
source = "bell"
token = "***"
keys = ["secret:K", "***"]
`);
    expect(maskedText(text, fakes)).not.toContain("secret-two");
    expect(maskedText("[", fakes)).toBeUndefined();
  });
});
