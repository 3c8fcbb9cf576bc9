// What a rule's gates may say, as the file has them and as the flow gets them. Also `[lists]`, `[[inhibit]]` and `dedup_key`.
import { describe, expect, it } from "vitest";
import { registries } from "./fake-registries.ts";
import type { Hours, Rule } from "./model.ts";
import { parseTables } from "./parse.ts";
import { pathText, sentence } from "./problem.ts";
import { parseConfigText, placedProblems } from "./toml.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const parse = (tables: object) =>
  parseTables({ destinations: { soc: { type: "box" }, night: { type: "box" } }, ...tables }, registries, { local: true });
const route = (rule: object, more: object = {}) => ({
  routes: { prod: { id: ID, source: "bell", rules: [{ name: "one", to: ["soc"], ...rule }], ...more } },
});
const told = (tables: object): string[] => parse(tables).problems.map((one) => `${pathText(one.path)}: ${sentence(one)}`);
const wrong = (tables: object): string[] => told(tables).map((text) => text.replace(/^routes\.prod\.(rules\[0\]\.?)?/, ""));
/** The gates of the only rule. */
function gates(rule: object, tables: object = {}): Partial<Rule> {
  const { config, problems } = parse({ ...route(rule), ...tables });
  expect(problems).toEqual([]);
  const { name: _, enabled: __, to: ___, stop: ____, ...rest } = config.routes[0]?.rules[0] ?? ({} as Rule);
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}

const PARIS = { zone: "Europe/Paris", days: ["mon", "tue"], from: "08:00", to: "18:30" };
const paris: Hours = { zone: "Europe/Paris", days: ["mon", "tue"], from: 480, to: 1_110 };

describe("as the flow has them", () => {
  it.each<[string, object, Partial<Rule>]>([
    ["mute for good", { mute: true }, { mute: true }],
    ["mute for a while", { mute: "15m" }, { mute: 15 * MINUTE }],
    ["hours", { hours: PARIS }, { hours: { ...paris, outside: "hold" } }],
    ["hours that digest", { hours: { ...PARIS, outside: "digest" } }, { hours: { ...paris, outside: "digest" } }],
    ["hours that drop", { hours: { ...PARIS, outside: "drop" } }, { hours: { ...paris, outside: "drop" } }],
    ["hours with another destination", { hours: { ...PARIS, outside: "night" } }, { hours: { ...paris, outside: { to: "night" } } }],
    [
      "hours over midnight",
      { hours: { ...PARIS, from: "22:00", to: "06:00" } },
      { hours: { ...paris, from: 1_320, to: 360, outside: "hold" } },
    ],
    [
      "hours of whole days",
      { hours: { ...PARIS, from: "00:00", to: "24:00" } },
      { hours: { ...paris, from: 0, to: 1_440, outside: "hold" } },
    ],
    ["days that stand twice", { hours: { ...PARIS, days: ["mon", "tue", "mon"] } }, { hours: { ...paris, outside: "hold" } }],
    [
      "holidays",
      { hours: { ...PARIS, holidays: ["2026-12-25", "2028-02-29"] } },
      { hours: { ...paris, holidays: ["2026-12-25", "2028-02-29"], outside: "hold" } },
    ],
    ["threshold", { threshold: { count: 10, within: "5m" } }, { threshold: { count: 10, withinMs: 5 * MINUTE, by: [] } }],
    [
      "threshold with everything",
      { threshold: { count: 2, within: "7d", by: "asset.ip", title: "Many", severity: "critical", category: "flood", tags: ["m:1"] } },
      {
        threshold: {
          count: 2,
          withinMs: 7 * 24 * HOUR,
          by: ["asset.ip"],
          title: "Many",
          severity: "critical",
          category: "flood",
          tags: ["m:1"],
        },
      },
    ],
    [
      "unless",
      { unless: { when: 'alert.status == "resolved"', within: "10m", by: ["alert.assets.name", "rule.name"] } },
      { unless: { when: 'alert.status == "resolved"', withinMs: 10 * MINUTE, by: ["asset.name", "rule.name"] } },
    ],
    ["group", { group: { by: "rule.name" } }, { group: { by: ["rule.name"], waitMs: 30_000, intervalMs: 5 * MINUTE } }],
    ["group with times", { group: { by: ["tag"], wait: "0s", interval: "1h" } }, { group: { by: ["tag"], waitMs: 0, intervalMs: HOUR } }],
    [
      "escalate",
      { escalate: [{ after: "15m" }, { after: { critical: "20m", high: "1h" }, to: ["night", "night"], ping: "@here", every: "30m" }] },
      {
        escalate: [
          { afterMs: { info: 900_000, low: 900_000, medium: 900_000, high: 900_000, critical: 900_000 } },
          {
            afterMs: { critical: 20 * MINUTE, high: HOUR },
            to: ["night"],
            ping: { info: "@here", low: "@here", medium: "@here", high: "@here", critical: "@here" },
            everyMs: 30 * MINUTE,
          },
        ],
      },
    ],
    [
      "escalate with a mention by severity",
      { escalate: [{ after: "1s", ping: { critical: "@all" } }] },
      {
        escalate: [{ afterMs: { info: 1_000, low: 1_000, medium: 1_000, high: 1_000, critical: 1_000 }, ping: { critical: "@all" } }],
      },
    ],
    [
      "hours beside all others",
      { hours: PARIS, threshold: { count: 2, within: "1m" }, escalate: [{ after: "1m" }] },
      {
        hours: { ...paris, outside: "hold" },
        threshold: { count: 2, withinMs: MINUTE, by: [] },
        escalate: [{ afterMs: { info: MINUTE, low: MINUTE, medium: MINUTE, high: MINUTE, critical: MINUTE } }],
      },
    ],
    ["none", {}, {}],
  ])("%s", (_, written, expected) => expect(gates(written)).toEqual(expected));

  it("a rule that mutes needs nobody to tell", () => {
    const { config, problems } = parse({ routes: { prod: { id: ID, source: "bell", rules: [{ when: "true", mute: true }] } } });
    expect(problems).toEqual([]);
    expect(config.routes[0]?.rules).toMatchObject([{ name: "rule 1", to: [], mute: true }]);
  });

  it("dedup_key is one path or a list", () => {
    expect(parse(route({}, { dedup_key: "rule.name" })).config.routes[0]?.dedupKey).toEqual(["rule.name"]);
    expect(parse(route({}, { dedup_key: ["data.a.b", "data.a.b", "tags"] })).config.routes[0]?.dedupKey).toEqual(["data.a.b", "tag"]);
    expect(parse(route({})).config.routes[0]?.dedupKey).toBeUndefined();
  });

  it("lists, in conditions and as holidays", () => {
    const lists = { vips: ["10.0.0.1", "192.0.2.0/24"], days_off: ["2026-12-25"], none: [] };
    const { config, problems } = parse({
      lists,
      ...route({ when: 'alert.title in lists.vips && inCidr("10.0.0.1", lists.vips)', hours: { ...PARIS, holidays: "days_off" } }),
    });
    expect(problems).toEqual([]);
    expect(config.lists).toEqual(lists);
    expect(config.routes[0]?.rules[0]?.hours?.holidays).toBe("days_off");
  });

  it("inhibitions", () => {
    const inhibit = [
      { name: "host down", source: 'alert.category == "down"', target: "true", by: "asset.name" },
      { name: "lab", source: "true", target: "true", by: ["asset.ip", "asset.name"], wait: "30s", routes: ["prod", "prod"] },
    ];
    const { config, problems } = parse({ ...route({}), inhibit });
    expect(problems).toEqual([]);
    expect(config.inhibitions).toEqual([
      { name: "host down", source: 'alert.category == "down"', target: "true", by: ["asset.name"], waitMs: 0 },
      { name: "lab", source: "true", target: "true", by: ["asset.ip", "asset.name"], waitMs: 30_000, routes: ["prod"] },
    ]);
  });
});

describe("is refused with a sentence", () => {
  const STEP = { after: "5m" };
  it.each<[string, object, string[]]>([
    ["mute = false", { mute: false }, ['mute: must be true or a duration; write for example mute = true or mute = "15m"']],
    [
      "no zone",
      { hours: { ...PARIS, zone: undefined } },
      ['hours.zone: is missing: hours are those of a time zone; write for example "Europe/Paris", "America/New_York" or "UTC"'],
    ],
    [
      "a zone that there is not",
      { hours: { ...PARIS, zone: "Europe/Pari" } },
      ['hours.zone: must be the name of a time zone; write for example "Europe/Paris", "America/New_York" or "UTC"'],
    ],
    [
      "an offset for a zone",
      { hours: { ...PARIS, zone: "+01:00" } },
      [expect.stringContaining("hours.zone: must be the name of a time zone")],
    ],
    ["no days", { hours: { ...PARIS, days: [] } }, ["hours.days: must have at least 1 member"]],
    [
      "a day that there is not",
      { hours: { ...PARIS, days: ["thr"] } },
      ['hours.days[0]: must be one of mon, tue, wed, thu, fri, sat, sun; did you mean "thu"?'],
    ],
    [
      "a time that is none",
      { hours: { ...PARIS, from: "8:00" } },
      ['hours.from: must be a time of day; write for example "08:00"; the last is "23:59"'],
    ],
    [
      "24:00 to begin with",
      { hours: { ...PARIS, from: "24:00" } },
      ['hours.from: must be a time of day; write for example "08:00"; the last is "23:59"'],
    ],
    ["24:01", { hours: { ...PARIS, to: "24:01" } }, ['hours.to: must be a time of day; write for example "08:00"; the last is "24:00"']],
    [
      "a time that is missing",
      { hours: { ...PARIS, to: undefined } },
      ['hours.to: is missing; write for example "08:00"; the last is "24:00"'],
    ],
    [
      "hours of no length",
      { hours: { ...PARIS, to: "08:00" } },
      [
        'hours.to: is the same as `from`, so that nobody can tell whether it is never or always open; for whole days write from = "00:00" and to = "24:00"',
      ],
    ],
    [
      "a day of no calendar",
      { hours: { ...PARIS, holidays: ["2026-02-30"] } },
      ['hours.holidays[0]: must be a date in text; write for example "2026-12-25"'],
    ],
    [
      "a date without quotes",
      { hours: { ...PARIS, holidays: [new Date("2026-12-25")] } },
      ['hours.holidays[0]: must be a date in text; write it in quotes: "2026-12-25"'],
    ],
    [
      "a list that there is not",
      { hours: { ...PARIS, holidays: "days_of" } },
      ['hours.holidays: there is no list "days_of"; did you mean "days_off"?'],
    ],
    [
      "a list of other things",
      { hours: { ...PARIS, holidays: "vips" } },
      ['hours.holidays: names the list "vips", whose member 1 is no date; write dates such as "2026-12-25"'],
    ],
    [
      "a destination that there is not",
      { hours: { ...PARIS, outside: "nihgt" } },
      ['hours.outside: there is no destination "nihgt"; did you mean "night"?'],
    ],
    ["a key of hours", { hours: { ...PARIS, holiday: [] } }, ["hours.holiday: is not a known key; did you mean holidays?"]],
    ["a count of one", { threshold: { count: 1, within: "5m" } }, ["threshold.count: must be at least 2"]],
    ["a count without end", { threshold: { count: 100_001, within: "5m" } }, ["threshold.count: must be at most 10000"]],
    ["a window without end", { threshold: { count: 2, within: "8d" } }, ["threshold.within: must be at most 7d"]],
    [
      "a threshold of nothing",
      { threshold: {} },
      ["threshold.count: is missing", 'threshold.within: must be a duration; write for example "30s", "5m", "2h" or "7d"'],
    ],
    [
      "a path that leads nowhere",
      { threshold: { count: 2, within: "5m", by: "aset.ip" } },
      [expect.stringContaining("threshold.by: there is no aset; did you mean asset?")],
    ],
    ["a path in a list", { group: { by: ["rule.name", "asset.ipp"] } }, [expect.stringContaining("group.by[1]: ")]],
    [
      "a path that is no text",
      { group: { by: 5 } },
      ['group.by: must be a key path; write for example "asset.ip" or ["asset.ip", "rule.name"]'],
    ],
    ["a group by nothing", { group: { by: [] } }, ["group.by: must have at least 1 member"]],
    [
      "unless without a condition",
      { unless: { within: "5m" } },
      ["unless.when: is missing; write for example 'alert.severity_id >= HIGH'"],
    ],
    [
      "unless with a wrong one",
      { unless: { when: "alert.sttus == 1", within: "5m" } },
      ["unless.when: alert has no field sttus; did you mean status? (column 6 of the condition)"],
    ],
    ["a list in a condition", { when: '"a" in lists.vip' }, [expect.stringMatching(/^when: .*did you mean .*vips\?/)]],
    [
      "addresses in a list of other things",
      { when: 'inCidr("10.0.0.1", lists.days_off)' },
      [
        'when: asks inCidr() of lists.days_off, whose member 1 is no network; write networks such as "10.0.0.0/8", and names into a list of their own',
      ],
    ],
    ["no steps", { escalate: [] }, ["escalate: must have at least 1 member"]],
    [
      "a step without a time",
      { escalate: [{ to: ["soc"] }] },
      ['escalate[0].after: must be a duration; write for example "30s", "5m", "2h" or "7d"'],
    ],
    [
      "a time that is none",
      { escalate: [{ after: "5" }] },
      ['escalate[0].after: must be a duration; write for example "30s", "5m", "2h" or "7d"'],
    ],
    [
      "a time that is none, by severity",
      { escalate: [{ after: { high: 5 } }] },
      ['escalate[0].after.high: must be a duration; write "5s" for 5 seconds'],
    ],
    ["times of no severity", { escalate: [{ after: {} }] }, ["escalate[0].after: names no severity"]],
    [
      "to a destination that there is not",
      { escalate: [STEP, { after: "10m", to: ["sock"] }] },
      ['escalate[1].to[0]: there is no destination "sock"; did you mean "soc"?'],
    ],
    ["to nobody", { escalate: [{ after: "5m", to: [] }] }, ["escalate[0].to: must have at least 1 member"]],
    [
      "every that is not last",
      { escalate: [{ after: "5m", every: "5m" }, { after: "10m" }] },
      ["escalate[0].every: may stand in the last step only: what repeats has no end"],
    ],
    [
      "steps in another order",
      { escalate: [STEP, { after: { critical: "1m" } }] },
      ["escalate[1].after: comes before an earlier step; put the steps in the order of their times"],
    ],
    [
      "threshold beside unless",
      { threshold: { count: 2, within: "5m" }, unless: { when: "true", within: "5m" } },
      ["unless: cannot stand beside `threshold`, which tells of many events and not of one; make two rules of it"],
    ],
    [
      "threshold beside group",
      { threshold: { count: 2, within: "5m" }, group: { by: "tag" } },
      ["group: cannot stand beside `threshold`, which already makes one alert of many; take one of the two out"],
    ],
    [
      "group beside unless",
      { group: { by: "tag" }, unless: { when: "true", within: "5m" } },
      ["group: cannot stand beside `unless`: what waits for an answer is told by itself; make two rules of it"],
    ],
    [
      "escalate beside mute",
      { mute: true, escalate: [STEP] },
      ["escalate: cannot stand beside mute = true, which tells nobody; take one of the two out"],
    ],
    ["nobody to tell", { to: undefined }, ["to: is missing: a rule has to say where its alerts go"]],
    ["nobody to tell, muted for a while", { to: undefined, mute: "5m" }, ["to: is missing: a rule has to say where its alerts go"]],
  ])("%s", (_, rule, expected) => {
    expect(wrong({ lists: { vips: ["ana"], days_off: ["2026-12-25"] }, ...route(rule) })).toEqual(expected);
  });

  it.each<[string, object, string[]]>([
    [
      "a name that a condition cannot say",
      { lists: { "a-b": [] } },
      ["lists.a-b: is not a name that can be used; use up to 63 letters, digits and _, beginning with a letter"],
    ],
    ["what is no list", { lists: { a: "x" } }, ['lists.a: must be a list of texts; write for example ["10.0.0.1"]']],
    [
      "members that are no text",
      { lists: { a: ["x", 5, ""] } },
      ["lists.a[1]: must be text; write it in quotes", "lists.a[2]: is empty, and would be like every field that says nothing"],
    ],
    [
      "a list that is too long",
      { lists: { a: Array.from({ length: 4_001 }, () => "10.0.0.1") } },
      ["lists.a: takes more than 48000 bytes in the database; make several lists of it, or ask for a network or a pattern"],
    ],
    ["lists that are no table", { lists: [] }, [expect.stringContaining("lists: must be a table")]],
    ["inhibitions that are no list", { inhibit: { name: "a" } }, ["inhibit: must be a list of tables; write [[inhibit]]"]],
    [
      "an inhibition of nothing",
      { inhibit: [{}] },
      [
        "inhibit[0].name: is missing",
        "inhibit[0].source: is missing; write for example 'alert.severity_id >= HIGH'",
        "inhibit[0].target: is missing; write for example 'alert.severity_id >= HIGH'",
        expect.stringContaining("inhibit[0].by: "),
      ],
    ],
    [
      "two of one name",
      { inhibit: [inhibition(), inhibition()] },
      ["inhibit[1].name: is also the name of inhibition 1; give each inhibition its own name"],
    ],
    [
      "a route that there is not",
      { inhibit: [inhibition({ routes: ["prd"] })] },
      ['inhibit[0].routes[0]: there is no route of that name; did you mean "prod"?'],
    ],
    ["a wait without end", { inhibit: [inhibition({ wait: "1h" })] }, ["inhibit[0].wait: must be at most 10m"]],
    ["a condition", { inhibit: [inhibition({ target: "1" })] }, [expect.stringContaining("inhibit[0].target: ")]],
    [
      "a key path of dedup_key",
      route({}, { dedup_key: "nothing" }),
      [expect.stringContaining("routes.prod.dedup_key: there is no nothing")],
    ],
  ])("%s", (_, tables, expected) => expect(told({ ...route({}), ...tables })).toEqual(expected));
});

function inhibition(more: object = {}): object {
  return { name: "a", source: "true", target: "false", by: "asset.name", ...more };
}

it("each problem has its line and column in the file", () => {
  const file = parseConfigText(`[destinations.soc]
type = "box"
[routes.prod]
id = "${ID}"
source = "bell"
[[routes.prod.rules]]
to = ["soc"]
hours = { zone = "Europe/Paris", days = ["mon"], from = "08:00", to = "18:00", holidays = ["25.12.2026"] }
escalate = [
  { after = "5m" },
  { after = "4m", to = ["sock"] },
]
[[inhibit]]
name = "a"
source = "alert.sttus == 1"
target = "true"
by = ["tag", "nix"]
`);
  if (!file.ok) throw new Error(file.reason.message);
  const { problems } = parseTables(file.value.document, registries, { local: true });
  expect(placedProblems(problems, file.value.locate).map(({ line, column, key }) => `${line}:${column} ${key}`)).toEqual([
    "8:92 routes.prod.rules[0].hours.holidays[0]",
    "11:5 routes.prod.rules[0].escalate[1].after",
    "11:25 routes.prod.rules[0].escalate[1].to[0]",
    "15:1 inhibit[0].source",
    "17:14 inhibit[0].by[1]",
  ]);
});
