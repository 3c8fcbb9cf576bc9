// Stored alerts through rules: the same rules say again what was told, others are compared with them.
import { describe, expect, test } from "vitest";
import type { AlertPatch } from "../alert.ts";
import { checkConfigText } from "../config/check.ts";
import type { Config } from "../config/model.ts";
import { parseTables } from "../config/parse.ts";
import { destinations } from "../destinations/index.ts";
import { enrichers } from "../enrichers/index.ts";
import type { StoredHistory } from "../ledger/interface.ts";
import { alertHash, alertId } from "../lib/names.ts";
import { sources } from "../sources/index.ts";
import type { ParsedEntry } from "../sources/source.ts";
import { compare } from "./compare.ts";
import { replay } from "./replay.ts";
import { Simulation } from "./simulation.ts";

const START = Date.parse("2026-11-23T10:00:00Z");
const MINUTE = 60_000;
const END = START + 24 * 60 * MINUTE;
const HEAD = `
[destinations.soc]
type = "inbox"
[destinations.oncall]
type = "inbox"
[routes.prod]
id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11"
source = "generic"
mapping = { title = "title" }
`;

function configOf(rules: string): Config {
  const registries = { sources, destinations, enrichers };
  const checked = checkConfigText(HEAD + rules, registries, { local: true });
  if (!checked.ok) throw new Error(JSON.stringify(checked.reason));
  return parseTables(checked.value.file.document, registries, { local: true }).config;
}

const rule = (name: string, more: string): string => `[[routes.prod.rules]]\nname = "${name}"\n${more}\n`;
const BY_SEVERITY = rule("critical", 'when = "alert.severity_id >= CRITICAL"\nto = ["oncall"]') + rule("rest", 'to = ["soc"]');

let claims = 0;
function event(key: string, patch: AlertPatch): ParsedEntry {
  claims += 1;
  const claim = `c${claims}`;
  return { kind: "event", event: { claim, identified: true, key, type: "seen", kind: "updated", order: claims, patch, payload: null } };
}

/** What happens over an hour: alerts that rise, end, come back, and one that somebody takes. */
function lived(rules: string): { simulation: Simulation; histories: StoredHistory[] } {
  const simulation = new Simulation({ config: configOf(rules), sources });
  const say = (minute: number, key: string, patch: AlertPatch) => simulation.accept("prod", [event(key, patch)], START + minute * MINUTE);
  say(0, "a", { title: "A", severity: "medium", assets: [{ name: "srv" }] });
  say(1, "b", { title: "B", severity: "critical", assets: [{ name: "srv" }] });
  say(2, "a", { severity: "critical", data: { note: "x" } });
  say(3, "c", { title: "C", severity: "low", assets: [{ name: "db" }] });
  say(4, "a", { status: "resolved" });
  say(5, "a", { status: "new", title: "A again" });
  simulation.change("prod", alertId("prod", alertHash("a")), { status: "in_progress", author: "ana" }, START + 6 * MINUTE);
  simulation.until(END);
  return { simulation, histories: historiesOf(simulation) };
}

/** As a ledger tells it. */
function historiesOf(simulation: Simulation): StoredHistory[] {
  const { rows } = simulation.route("prod");
  return [...rows.states].flatMap(([hash, { alert, raisedBy }]) => {
    const events = rows.all
      .filter((row) => row.hash === hash)
      .map(({ claim, receivedAt, end, body }) => ({
        id: claim,
        type: body.type,
        received_at: new Date(receivedAt).toISOString(),
        occurred_at: body.occurredAt ?? null,
        end,
        change: body.change,
      }));
    return raisedBy ? [] : [{ alert, events }];
  });
}

const through = (rules: string, histories: StoredHistory[]): Simulation =>
  replay(histories, { config: configOf(rules), silences: [] }, sources, END);
const compared = (before: string, after: string) => {
  const { histories } = lived(before);
  return compare(through(before, histories), through(after, histories), histories, START);
};

describe("the rules that were in effect", () => {
  test.each([
    ["by severity", BY_SEVERITY],
    ["a group", rule("together", 'to = ["soc"]\ngroup = { by = "asset.name" }')],
    ["a threshold", rule("many", 'to = ["soc"]\nthreshold = { count = 2, within = "5m", by = "asset.name" }')],
    ["hours", rule("later", 'to = ["soc"]\nhours = { zone = "Europe/Paris", days = ["mon"], from = "14:00", to = "18:00" }')],
    ["unless", rule("alone", `to = ["soc"]\nunless = { when = 'alert.title == "C"', within = "5m" }`)],
    ["escalation", rule("all", 'to = ["soc"]\nescalate = [{ after = "2m", to = ["oncall"] }]')],
  ])("say again what was told: %s", (_, rules) => {
    const { simulation, histories } = lived(rules);
    expect(simulation.told.length).toBeGreaterThan(0);
    const short = (one: Simulation) =>
      one.told.map(({ at, destination, kind, title, severity, status }) => ({ at, destination, kind, title, severity, status }));
    expect(short(through(rules, histories))).toEqual(short(simulation));
  });
});

describe("other rules", () => {
  test("that are the same differ in nothing", () => {
    expect(compared(BY_SEVERITY, BY_SEVERITY)).toMatchObject({ alerts: 3, events: 7, differing: 0, examples: [], lost: 0 });
  });

  test("are compared by destination, with the alerts that go elsewhere, the worst first", () => {
    const { destinations: told, differing, examples, lost } = compared(BY_SEVERITY, rule("all", 'to = ["soc"]'));
    expect(told).toEqual([
      { name: "oncall", messages: { before: expect.any(Number), after: 0 }, gains: 0, loses: 2 },
      { name: "soc", messages: { before: expect.any(Number), after: expect.any(Number) }, gains: 0, loses: 0 },
    ]);
    expect(differing).toBe(2);
    expect(examples.map(({ title, severity, before, after }) => [title, severity, before, after])).toEqual([
      ["B", "critical", ["oncall", "soc"], ["soc"]],
      ["A again", "critical", ["oncall", "soc"], ["soc"]],
    ]);
    expect(lost).toBe(0);
  });

  test("by which criticals reach nobody name each of them, also one that has been critical for a while only", () => {
    const { lost, lost_examples: named } = compared(BY_SEVERITY, rule("lows", 'when = "alert.severity_id <= LOW"\nto = ["soc"]'));
    expect([lost, named.map(({ title }) => title).sort()]).toEqual([2, ["A again", "B"]]);
  });

  test("that tell criticals in a group, later or by a threshold lose none of them", () => {
    const after = [
      'to = ["soc"]\ngroup = { by = "asset.name" }',
      'to = ["soc"]\nthreshold = { count = 2, within = "10m", by = "asset.name" }',
      'to = ["soc"]\nhours = { zone = "Europe/Paris", days = ["sun"], from = "14:00", to = "18:00" }',
    ];
    for (const more of after) expect(compared(BY_SEVERITY, rule("new", more)).lost, more).toBe(0);
  });

  test("that count criticals higher than there were lose them", () => {
    expect(compared(BY_SEVERITY, rule("many", 'to = ["soc"]\nthreshold = { count = 20, within = "5m" }')).lost).toBe(2);
  });

  test("without the route, or with it disabled, lose all", () => {
    const { histories } = lived(BY_SEVERITY);
    const config = configOf(BY_SEVERITY);
    for (const routes of [[], config.routes.map((route) => ({ ...route, enabled: false }))]) {
      const after = replay(histories, { config: { ...config, routes }, silences: [] }, sources, END);
      expect(compare(through(BY_SEVERITY, histories), after, histories, START).lost).toBe(2);
    }
  });
});

test("what was told before the time that is looked at is not counted", () => {
  const { histories } = lived(BY_SEVERITY);
  const one = through(BY_SEVERITY, histories);
  expect(compare(one, one, histories, END).destinations).toEqual([]);
});
