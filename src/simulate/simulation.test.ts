// A relay in memory, through every gate: who is told what, and when.
import { describe, expect, test } from "vitest";
import type { AlertPatch } from "../alert.ts";
import { checkConfigText } from "../config/check.ts";
import type { Silence } from "../config/model.ts";
import { parseTables } from "../config/parse.ts";
import { destinations } from "../destinations/index.ts";
import { enrichers } from "../enrichers/index.ts";
import { sources } from "../sources/index.ts";
import type { ParsedEntry } from "../sources/source.ts";
import { Simulation } from "./simulation.ts";

const START = Date.parse("2026-11-23T07:00:00Z");
const MINUTE = 60_000;
const HEAD = `
[destinations.soc]
type = "inbox"
[destinations.night]
type = "inbox"
[routes.prod]
id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11"
source = "generic"
mapping = { title = "title", key = "key" }
`;

function simulation(rules: string, silences: Silence[] = []): Simulation {
  const registries = { sources, destinations, enrichers };
  const checked = checkConfigText(HEAD + rules, registries, { local: true });
  if (!checked.ok) throw new Error(JSON.stringify(checked.reason));
  const { config } = parseTables(checked.value.file.document, registries, { local: true });
  return new Simulation({ config, silences, sources });
}

let claims = 0;
function event(key: string, patch: AlertPatch = {}): ParsedEntry[] {
  claims += 1;
  return [
    {
      kind: "event",
      event: {
        claim: `c${claims}`,
        identified: true,
        key,
        type: "seen",
        kind: "updated",
        order: claims,
        patch: { title: key, severity: "high", ...patch },
        payload: null,
      },
    },
  ];
}

/** What was told: minutes after the start, destination, kind, title. */
const told = ({ told }: Simulation): string[] =>
  told.map(({ at, destination, kind, title }) => `${(at - START) / MINUTE} ${destination} ${kind} ${title}`);
const ends = (one: Simulation): string[] => one.events().map(({ end }) => end);

describe("an alert", () => {
  test("is told, updated, resolved and reopened to those who show it", () => {
    const one = simulation(`[[routes.prod.rules]]\nname = "new"\nwhen = 'change.kind == "opened"'\nto = ["soc"]\n`);
    for (const [index, patch] of [{}, { summary: "more" }, { status: "resolved" }, { status: "new" }].entries())
      one.accept("prod", event("a", patch as AlertPatch), START + index * MINUTE);
    expect(told(one)).toEqual(["0 soc create a", "1 soc update a", "2 soc resolve a", "3 soc reopen a"]);
    expect(ends(one)).toEqual(["routed", "routed", "routed", "routed"]);
  });

  test("that comes twice is told once", () => {
    const one = simulation(`[[routes.prod.rules]]\nname = "all"\nto = ["soc"]\n`);
    const body = { title: "Failed login", key: "k", id: 7 };
    for (const at of [START, START + 1_000]) expect(one.receive("prod", body, at).ok).toBe(true);
    expect(told(one)).toEqual(["0 soc create Failed login"]);
  });

  test("that the source cannot read is refused as the sender would be", () => {
    const one = simulation(`[[routes.prod.rules]]\nname = "all"\nto = ["soc"]\n`);
    expect(one.receive("prod", "text", START)).toMatchObject({ ok: false, reason: expect.stringContaining("422") });
  });
});

describe("gates", () => {
  test("hours hold until they begin, or make one digest of what waited", () => {
    const one = simulation(`[[routes.prod.rules]]
name = "by day"
to = ["soc"]
hours = { zone = "Europe/Paris", days = ["mon", "tue"], from = "09:00", to = "18:00", outside = "digest" }
`);
    one.accept("prod", event("a"), START);
    expect(told(one)).toEqual([]);
    one.until(START + 60 * MINUTE);
    expect(told(one)).toEqual(["60 soc digest a"]);
    expect(ends(one)).toEqual(["routed"]);
  });

  test("mute holds an update back, and not what is urgent", () => {
    const one = simulation(`[[routes.prod.rules]]\nname = "calm"\nto = ["soc"]\nmute = "10m"\n`);
    one.accept("prod", event("a", { severity: "medium" }), START);
    one.accept("prod", event("a", { severity: "medium", summary: "more" }), START + MINUTE);
    one.accept("prod", event("a", { severity: "critical" }), START + 2 * MINUTE);
    one.accept("prod", event("a", { summary: "still more" }), START + 3 * MINUTE);
    one.until(START + 30 * MINUTE);
    expect(told(one)).toEqual(["0 soc create a", "2 soc update a", "12 soc update a"]);
  });

  test("a threshold raises one alert, which goes on counting", () => {
    const one = simulation(`[[routes.prod.rules]]
name = "many"
to = ["soc"]
threshold = { count = 3, within = "5m", by = "asset.name", title = "Many logins", severity = "critical" }
`);
    for (let index = 0; index < 4; index += 1)
      one.accept("prod", event(`a${index}`, { assets: [{ name: "srv" }] }), START + index * MINUTE);
    one.accept("prod", event("other", { assets: [{ name: "db" }] }), START + 4 * MINUTE);
    expect(one.told.map(({ kind, severity, version }) => [kind, severity, version])).toEqual([
      ["create", "critical", 1],
      ["update", "critical", 2],
    ]);
    expect(ends(one)).toEqual(["grouped", "grouped", "grouped", "grouped", "grouped"]);
  });

  test("unless: it fires at its time, or never where it was answered", () => {
    const one = simulation(`[[routes.prod.rules]]
name = "no answer"
when = 'alert.title == "login"'
to = ["soc"]
unless = { when = 'alert.title == "logout"', within = "5m", by = "asset.name" }
`);
    const on = (name: string) => ({ assets: [{ name }] });
    one.accept("prod", event("a", { title: "login", ...on("srv") }), START);
    one.accept("prod", event("b", { title: "login", ...on("db") }), START);
    one.accept("prod", event("c", { title: "logout", ...on("db") }), START + 2 * MINUTE);
    one.until(START + 10 * MINUTE);
    expect(told(one)).toEqual(["5 soc create login"]);
    expect(one.told[0]?.key).toBe("a");
    expect(ends(one)).toEqual(["routed", "grouped", "unmatched"]);
  });

  test("a group is one message after its wait, and ends with its members", () => {
    const one = simulation(`[[routes.prod.rules]]
name = "together"
to = ["soc"]
group = { by = "asset.name", wait = "30s", interval = "5m" }
`);
    for (const key of ["a", "b"]) one.accept("prod", event(key, { assets: [{ name: "srv" }] }), START);
    for (const key of ["a", "b"]) one.accept("prod", event(key, { status: "resolved" }), START + MINUTE);
    one.until(START + 60 * MINUTE);
    expect(one.told.map(({ at, kind, title }) => `${(at - START) / MINUTE} ${kind} ${title}`)).toEqual([
      expect.stringMatching(/^0\.5 create 2 alerts/),
      expect.stringMatching(/ resolve 2 alerts/),
    ]);
  });

  test("an inhibition holds back what another alert explains, until that one is over", () => {
    const one = simulation(`[[inhibit]]
name = "down"
source = 'alert.title == "host down"'
target = 'alert.title == "no backup"'
by = ["asset.name"]
[[routes.prod.rules]]
name = "all"
to = ["soc"]
`);
    const assets = [{ name: "srv" }];
    one.accept("prod", event("down", { title: "host down", assets }), START);
    one.accept("prod", event("backup", { title: "no backup", assets }), START + MINUTE);
    expect(told(one)).toEqual(["0 soc create host down"]);
    one.accept("prod", event("down", { status: "resolved" }), START + 2 * MINUTE);
    expect(told(one)).toEqual(["0 soc create host down", "2 soc resolve down", "2 soc create no backup"].map((line) => line));
  });

  test("a silence hides up to its ceiling, and what it hid is told when it ends", () => {
    const silence: Silence = {
      id: "s1",
      when: "true",
      from: START,
      until: START + 10 * MINUTE,
      ceiling: "high",
      owner: "ana",
      comment: "a drill",
      createdAt: START,
      createdBy: "ana",
    };
    const one = simulation(`[[routes.prod.rules]]\nname = "all"\nto = ["soc"]\n`, [silence]);
    one.accept("prod", event("a"), START + MINUTE);
    one.accept("prod", event("b", { severity: "critical" }), START + MINUTE);
    expect(ends(one)).toEqual(["silenced", "routed"]);
    one.until(START + 11 * MINUTE);
    expect(told(one)).toEqual(["1 soc create b", "10 soc create a"]);
    expect(ends(one)).toEqual(["routed", "routed"]);
  });

  test("escalation reminds, calls others, and ends when somebody takes it", () => {
    const one = simulation(`[[routes.prod.rules]]
name = "all"
to = ["soc"]
escalate = [{ after = "5m" }, { after = "10m", to = ["night"], every = "5m" }]
`);
    one.accept("prod", event("a"), START);
    one.until(START + 16 * MINUTE);
    expect(told(one)).toEqual(["0 soc create a", "5 soc reminder a", "10 night create a", "15 night reminder a"]);
    const { alert = "" } = one.told[0] ?? {};
    expect(one.change("prod", alert, { status: "in_progress", author: "ana" }, START + 17 * MINUTE)).toBe(true);
    one.until(START + 120 * MINUTE);
    expect(told(one).slice(4)).toEqual(["17 soc update a", "17 night update a"]);
    expect(one.change("prod", "prod.000000000000000000000000", { author: "ana" }, START + 121 * MINUTE)).toBe(false);
  });
});

test("the same inputs are told the same way, each time", () => {
  const run = () => {
    const one = simulation(`[[routes.prod.rules]]\nname = "all"\nto = ["soc"]\ngroup = { by = "title" }\n`);
    for (let index = 0; index < 20; index += 1)
      one.receive("prod", { title: `t${index % 3}`, key: index, id: index }, START + index * 1_000);
    one.until(START + 60 * MINUTE);
    return one.told;
  };
  expect(run()).toEqual(run());
});
