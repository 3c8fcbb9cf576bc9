// docs/routing.md says what happens: each of its examples is read as a configuration, and does what the page says of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AlertPatch } from "../src/alert.ts";
import type { Silence } from "../src/config/model.ts";
import { parseTables } from "../src/config/parse.ts";
import { parseConfigText } from "../src/config/toml.ts";
import { Simulation } from "../src/simulate/simulation.ts";
import type { ParsedEntry } from "../src/sources/source.ts";
import { registries } from "./registries.ts";
import { formatProblems } from "./toml.ts";

const PAGE = readFileSync(join(import.meta.dirname, "..", "docs", "routing.md"), "utf8");
/** A Monday, 10:00 in Paris. */
const START = Date.parse("2026-11-23T09:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The examples by the heading that they stand below. The first one brings the route and its destinations. */
const EXAMPLES = new Map(
  PAGE.split(/^##+ /m).flatMap((part): [string, string[]][] => {
    const blocks = [...part.matchAll(/^```toml\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);
    return blocks.length === 0 ? [] : [[part.split("\n")[0] ?? "", blocks]];
  }),
);
const FIRST = EXAMPLES.get("Rules and their order")?.[0] ?? "";
const [HEAD = ""] = FIRST.split(/^(?=\[\[)/m);

/** A rule for every alert. */
const ALL = '[[routes.prod.rules]]\nname = "all"\nto = ["soc"]\n';

const proved = new Set<string>();

/** A relay with an example of the page. */
function example(heading: string, index = 0, silences: Silence[] = []): Simulation {
  const text = EXAMPLES.get(heading)?.[index];
  if (text === undefined) throw new Error(`the page has no such example: ${heading}`);
  proved.add(text);
  return relay(text === FIRST ? FIRST : HEAD + text, silences);
}

/** An example of keys of the route itself, whose alerts all go to `soc`. */
function exampleOfRoute(heading: string): Simulation {
  const [text = ""] = EXAMPLES.get(heading) ?? [];
  proved.add(text);
  const [, keys = ""] = /^\[routes\.\w+\]\n([\s\S]+)$/.exec(text) ?? [];
  return relay(`${HEAD.replace("[routes.prod]\n", `[routes.prod]\n${keys}`)}${ALL}`);
}

function relay(text: string, silences: Silence[] = []): Simulation {
  const file = parseConfigText(text);
  if (!file.ok) throw new Error(file.reason.message);
  const { config, problems } = parseTables(file.value.document, registries, { local: false });
  expect(formatProblems("routing.md", problems, file.value.locate)).toEqual([]);
  return new Simulation({ config, silences, sources: registries.sources });
}

let made = 0;
function event(key: string, patch: AlertPatch = {}): ParsedEntry[] {
  made += 1;
  const told: AlertPatch = { title: key, severity: "high", ...patch };
  return [
    {
      kind: "event",
      event: { claim: `c${made}`, identified: true, key, type: "seen", kind: "updated", order: made, patch: told, payload: null },
    },
  ];
}

/** An event comes so many minutes after the start. */
function at(minutes: number, one: Simulation, key: string, patch: AlertPatch = {}): void {
  one.accept("prod", event(key, patch), START + minutes * MINUTE);
}
const until = (one: Simulation, minutes: number): void => one.until(START + minutes * MINUTE);
/** What was told: minutes after the start, to whom, what it is there, the alert's title. */
const told = ({ told }: Simulation): string[] =>
  told.map(({ at, destination, kind, title }) => `${(at - START) / MINUTE} ${destination} ${kind} ${title}`);
const ends = (one: Simulation): string[] => one.events().map(({ end }) => end);
const on = (name: string): AlertPatch => ({ assets: [{ name }] });
const silence = (more: Partial<Silence> = {}): Silence => ({
  id: "s1",
  when: "true",
  from: START,
  until: START + HOUR,
  ceiling: "high",
  owner: "ana",
  comment: "a drill",
  createdAt: START,
  createdBy: "ana",
  ...more,
});

describe("rules and their order", () => {
  test("a rule that matched and has stop is the last that is asked", () => {
    const one = example("Rules and their order");
    at(0, one, "scan", { severity: "critical", assets: [{ name: "scanner", ip: "192.0.2.10" }] });
    at(1, one, "break-in", { severity: "critical" });
    at(2, one, "dust", { severity: "low" });
    expect(told(one)).toEqual(["0 soc create scan", "1 oncall create break-in", "1 soc create break-in"]);
    expect(ends(one)).toEqual(["routed", "routed", "unmatched"]);
  });

  test("what shows an alert keeps showing it", () => {
    const one = example("What shows it, keeps showing it");
    at(0, one, "a");
    at(1, one, "a", { severity: "low" });
    at(2, one, "a", { status: "resolved" });
    at(3, one, "b", { status: "resolved" });
    expect(told(one)).toEqual(["0 soc create a", "1 soc update a", "2 soc resolve a"]);
    expect(ends(one)).toEqual(["routed", "routed", "routed", "unmatched"]);
  });
});

describe("gates", () => {
  test("mute = true takes out whom it names, and its severity is in its condition", () => {
    const one = example("`mute`");
    at(0, one, "a", { tags: ["test"] });
    at(1, one, "b", { tags: ["test"], severity: "critical" });
    expect(told(one)).toEqual(["0 soc create a", "1 soc create b", "1 oncall create b"]);
  });

  test("mute for a while spares what is not urgent, and tells the latest after it", () => {
    const one = example("`mute`", 1);
    at(0, one, "a", { severity: "medium" });
    at(1, one, "a", { severity: "medium", summary: "more" });
    at(2, one, "a", { severity: "medium", summary: "still more" });
    expect(ends(one)).toEqual(["routed", "silenced", "silenced"]);
    at(20, one, "a", { severity: "medium", summary: "again" });
    at(21, one, "a", { severity: "high" });
    at(22, one, "a", { status: "resolved" });
    // At 15 what waited; at 20 less than 15 minutes have passed since: it waits for the rise at 21.
    expect(told(one)).toEqual(["0 soc create a", "15 soc update a", "21 soc update a", "22 soc resolve a"]);
  });

  test("a threshold raises one alert for each key, and a new one after a gap", () => {
    const one = example("`threshold`");
    const failed = (minutes: number, ip: string) =>
      at(minutes, one, `login ${made}`, { type: "login-failed", severity: "low", assets: [{ name: ip, ip }] });
    for (const minutes of [0, 1, 2, 3]) failed(minutes, "192.0.2.1");
    for (const minutes of [4, 5]) failed(minutes, "192.0.2.2");
    for (const minutes of [30, 31, 32]) failed(minutes, "192.0.2.1");
    until(one, 60);
    expect(told(one)).toEqual([
      "2 soc create Brute force (192.0.2.1)",
      "3 soc update Brute force (192.0.2.1)",
      "32 soc create Brute force (192.0.2.1)",
    ]);
    expect(new Set(one.told.map(({ alert }) => alert)).size).toBe(2);
    expect(one.told[0]?.severity).toBe("critical");
    expect(new Set(ends(one))).toEqual(new Set(["grouped"]));
  });

  test("a group is told after its wait, then at most once per interval, and ends with its members", () => {
    const one = example("`group`");
    at(0, one, "a", on("srv"));
    at(0.25, one, "b", on("srv"));
    at(1, one, "c", on("srv"));
    at(2, one, "d", on("srv"));
    at(3, one, "e", { ...on("srv"), severity: "critical" });
    at(4, one, "f", on("srv"));
    for (const key of ["a", "b", "c", "d", "e", "f"]) at(10, one, key, { status: "resolved", ...on("srv") });
    until(one, 30);
    const minutes = one.told.map(({ at, kind }) => `${(at - START) / MINUTE} ${kind}`);
    // The rise at 3 does not wait for 5.5, nor the end at 10 for 13.
    expect(minutes).toEqual(["0.5 create", "3 update", "8 update", "10 resolve"]);
    expect(new Set(ends(one))).toEqual(new Set(["grouped"]));
  });

  test("unless tells what was not answered in time, by key", () => {
    const one = example("`unless`");
    at(0, one, "in on srv", { type: "root-login", ...on("srv") });
    at(0, one, "in on db", { type: "root-login", ...on("db") });
    at(9, one, "ticket", { type: "ticket", ...on("db") });
    until(one, 30);
    expect(told(one)).toEqual(["10 soc create in on srv"]);
    expect(ends(one)).toEqual(["routed", "grouped", "unmatched"]);
  });

  test("hours hold until they begin, and what is over by then is not told; what is critical has a rule of its own", () => {
    const one = example("`hours`");
    const night = 12 * 60;
    at(night, one, "a");
    at(night, one, "b");
    at(night, one, "c", { severity: "critical" });
    at(night + 60, one, "b", { status: "resolved" });
    at(night + 61, one, "c", { severity: "critical", summary: "more" });
    expect(ends(one).slice(0, 3)).toEqual(["routed", "routed", "routed"]);
    until(one, 24 * 60);
    expect(told(one)).toEqual([`${night} oncall create c`, `${night + 61} oncall update c`, `${22 * 60} soc create a`]);
  });

  test("escalation reminds, calls others by severity, and ends when somebody takes the alert", () => {
    const one = example("`escalate`");
    at(0, one, "a", { severity: "critical" });
    at(0, one, "b", { severity: "medium" });
    until(one, 51);
    expect(told(one).slice(2)).toEqual(["15 soc reminder a", "15 soc reminder b", "20 oncall create a", "50 oncall reminder a"]);
    one.change("prod", one.told[0]?.alert ?? "", { status: "in_progress", author: "ana" }, START + 52 * MINUTE);
    until(one, 600);
    expect(told(one).slice(6)).toEqual(["52 soc update a", "52 oncall update a"]);
  });
});

describe("over all rules", () => {
  test("an inhibition holds back what another alert explains, while that one lasts", () => {
    const one = example("`[[inhibit]]`");
    const site = (name: string) => ({ data: { site: name } });
    at(0, one, "paris", { type: "site-down", ...site("paris") });
    at(1, one, "web", { type: "service-down", ...site("paris") });
    at(1, one, "mail", { type: "service-down", ...site("lyon") });
    expect(ends(one)).toEqual(["routed", "grouped", "routed"]);
    at(5, one, "paris", { type: "site-down", status: "resolved", ...site("paris") });
    expect(told(one)).toEqual(["0 soc create paris", "1 soc create mail", "5 soc resolve paris", "5 soc create web"]);
  });

  test("a silence hides up to its ceiling, and at its end the rules are asked again", () => {
    const one = example("What shows it, keeps showing it", 0, [silence()]);
    at(0, one, "a");
    at(1, one, "b");
    at(2, one, "c", { severity: "critical" });
    at(3, one, "b", { status: "resolved" });
    expect(ends(one).slice(0, 3)).toEqual(["silenced", "silenced", "routed"]);
    until(one, 120);
    expect(told(one)).toEqual(["2 soc create c", "60 soc create a"]);
  });
});

describe("keys of a route", () => {
  test("a key that falls silent raises an alert, and its return resolves it", () => {
    const one = exampleOfRoute("Keys that fall silent");
    at(0, one, "a", on("srv"));
    until(one, 59);
    expect(told(one)).toEqual(["0 soc create a"]);
    at(90, one, "b", on("srv"));
    expect(told(one)).toEqual([
      "0 soc create a",
      expect.stringMatching(/^60 soc create .*srv/),
      "90 soc create b",
      expect.stringMatching(/^90 soc resolve/),
    ]);
  });

  test("a copy says the same of the same key", () => {
    const one = exampleOfRoute("Copies");
    const scan = (severity: "low" | "high"): AlertPatch => ({ ...on("srv"), rule: { name: "scan" }, severity });
    at(0, one, "a", scan("low"));
    at(1, one, "b", scan("low"));
    at(2, one, "c", scan("high"));
    at(3, one, "d", { ...scan("high"), ...on("other") });
    at(63, one, "e", scan("high"));
    expect(told(one)).toEqual(["0 soc create a", "2 soc create c", "3 soc create d", "63 soc create e"]);
  });
});

describe("a rise always shows", () => {
  const rises = (one: Simulation): string[] => {
    at(0, one, "a", { ...on("srv"), severity: "medium" });
    at(1, one, "a", { ...on("srv"), severity: "critical" });
    return told(one);
  };
  const INHIBIT = '[[inhibit]]\nname = "x"\nsource = \'alert.title == "s"\'\ntarget = \'alert.title == "a"\'\nby = "asset.name"\n';

  test.each([
    ["a mute for a while", `${ALL}mute = "1h"\n`, []],
    ["a silence below it, where nobody was told before", ALL, [silence()]],
  ])("through %s", (_, rules, silences) => {
    expect(rises(relay(HEAD + rules, silences)).at(-1)).toMatch(/^1 soc (create|update) a$/);
  });

  test("ahead of a group's interval", () => {
    const one = relay(`${HEAD}${ALL}group = { by = "asset.name", wait = "0s", interval = "1h" }\n`);
    expect(rises(one)).toEqual([expect.stringMatching(/^0 soc create/), expect.stringMatching(/^1 soc update/)]);
  });

  test("to who shows it, whatever inhibits it and whatever the hours", () => {
    const one = relay(`${HEAD}${ALL}hours = { zone = "UTC", days = ["mon"], from = "09:00", to = "09:01" }\n${INHIBIT}`);
    at(0, one, "a", { ...on("srv"), severity: "medium" });
    at(0.5, one, "s", on("srv"));
    at(1, one, "a", { ...on("srv"), severity: "critical" });
    expect(told(one)).toEqual(["0 soc create a", "0.5 soc create s", "1 soc update a"]);
  });

  test("but not past mute = true or a ceiling of critical: they are told to", () => {
    expect(rises(relay(`${HEAD}${ALL}[[routes.prod.rules]]\nname = "m"\nto = ["soc"]\nmute = true\n`))).toEqual([]);
    expect(rises(relay(HEAD + ALL, [silence({ ceiling: "critical" })]))).toEqual([]);
  });
});

test("every example of the page is proved", () => {
  expect([...EXAMPLES.values()].flat().filter((text) => !proved.has(text))).toEqual([]);
});
