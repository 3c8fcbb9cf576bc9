// The routing semantics as a table: which gate lets what through, what the event ends as, and what is said of it.
import { describe, expect, test } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import { sampleRoute } from "../../test/support/routes.ts";
import type { Alert, Change } from "../alert.ts";
import type { Inhibition, Rule, RuleHours, Silence } from "../config/model.ts";
import type { PlanContext } from "../ledger/stages.ts";
import { plannerOf } from "./planner.ts";

/** A Friday, 11:00 in Paris. */
const NOW = Date.parse("2026-11-20T10:00:00.000Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const rule = (more: Partial<Rule> = {}): Rule => ({ name: "r", to: ["soc"], enabled: true, stop: false, ...more });
const office = (outside: RuleHours["outside"]): RuleHours => ({
  zone: "Europe/Paris",
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: 8 * 60,
  to: 18 * 60,
  outside,
});
const silence = (more: Partial<Silence> = {}): Silence => ({
  id: "s1",
  when: "true",
  from: NOW - HOUR,
  until: NOW + HOUR,
  ceiling: "high",
  owner: "ana",
  comment: "maintenance",
  createdAt: NOW - HOUR,
  createdBy: "ana",
  ...more,
});
const resolved = { ...sampleAlert({ status: "resolved" }), change: change("resolved") };

function change(kind: Change["kind"], more: Partial<Change> = {}): Change {
  return { kind, fields: {}, added: {}, removed: {}, ...more };
}

interface Asked extends Partial<PlanContext> {
  alert?: Alert;
  changes?: Change[];
  silences?: Silence[];
  inhibitions?: Inhibition[];
}

function plan(rules: Rule[], { alert = sampleAlert(), changes, silences = [], inhibitions = [], ...context }: Asked = {}) {
  const planner = plannerOf(sampleRoute({ rules }), { silences, inhibitions });
  return planner.plan(alert, changes ?? [alert.change], { shownBy: [], now: NOW, ...context });
}
const decisionsOf = ({ trace }: ReturnType<typeof plan>) => trace.map(({ decision }) => decision);

describe("hours", () => {
  const night = Date.parse("2026-11-20T22:00:00.000Z");
  const monday = Date.parse("2026-11-23T07:00:00.000Z");

  test("let through what comes within them", () => {
    expect(plan([rule({ hours: office("hold") })])).toMatchObject({ end: "routed", matched: ["soc"], digest: [], hold: undefined });
  });

  test("hold what comes outside until they open; it counts as routed", () => {
    const held = plan([rule({ hours: office("hold") })], { now: night });
    expect(held).toMatchObject({ end: "routed", matched: [], hold: { due: monday, verdicts: { "hours:r": "held" } } });
    expect(decisionsOf(held)).toEqual(["matched", "held", "routed"]);
    const opened = plan([rule({ hours: office("hold") })], { now: monday, verdicts: held.hold?.verdicts });
    expect(opened).toMatchObject({ end: "routed", matched: ["soc"], digest: [], hold: undefined });
  });

  test("tell in one digest what waited, and singly what comes in time", () => {
    const verdicts = { "hours:r": "held" };
    expect(plan([rule({ hours: office("digest") })], { now: monday, verdicts }).digest).toEqual(["soc"]);
    expect(plan([rule({ hours: office("digest") })], { now: monday }).digest).toEqual([]);
  });

  test("drop it, as silenced, or give it to another destination", () => {
    expect(plan([rule({ hours: office("drop") })], { now: night })).toMatchObject({ end: "silenced", matched: [], hold: undefined });
    expect(plan([rule({ hours: office({ to: "oncall" }) })], { now: night })).toMatchObject({ end: "routed", matched: ["oncall"] });
  });

  test("of one rule hold up no other", () => {
    const rules = [rule({ hours: office("hold") }), rule({ name: "all", to: ["board"] })];
    expect(plan(rules, { now: night })).toMatchObject({ end: "routed", matched: ["board"], hold: { due: monday } });
  });
});

describe("mute", () => {
  test("true: tells nobody of those it names, whatever other rules say, and never hides the end of something shown", () => {
    const rules = [rule({ name: "all", to: ["soc", "board"] }), rule({ name: "quiet", to: ["soc"], mute: true })];
    expect(plan(rules)).toMatchObject({ end: "routed", matched: ["board"] });
    expect(plan(rules, { shownBy: ["soc"] })).toMatchObject({ matched: ["board"], withheld: ["soc"] });
    expect(plan(rules, { shownBy: ["soc"], alert: resolved })).toMatchObject({ withheld: [] });
  });

  test("true without a destination: nobody at all", () => {
    const rules = [rule({ name: "all", to: ["soc"] }), rule({ name: "quiet", to: [], mute: true })];
    expect(plan(rules)).toMatchObject({ end: "silenced", matched: [] });
    expect(plan(rules, { shownBy: ["board"] })).toMatchObject({ end: "silenced", withheld: ["board"] });
  });

  describe("for a while", () => {
    const rules = [rule({ mute: 30 * MINUTE })];
    const shown = { shownBy: ["soc"], toldAt: { soc: NOW - 10 * MINUTE } };

    test("holds back updates until that long after the last message", () => {
      const muted = plan(rules, { ...shown, changes: [change("updated", { fields: { count: { before: 1, after: 2 } } })] });
      expect(muted).toMatchObject({ end: "silenced", withheld: ["soc"], hold: { due: NOW + 20 * MINUTE } });
      expect(plan(rules, { ...shown, now: NOW + 20 * MINUTE, changes: [change("updated")] })).toMatchObject({
        end: "routed",
        withheld: [],
      });
    });

    test("lets through what a clock that was set back would hold for days", () => {
      const ahead = { shownBy: ["soc"], toldAt: { soc: NOW + 24 * HOUR } };
      expect(plan(rules, { ...ahead, changes: [change("updated")] })).toMatchObject({ end: "routed", withheld: [], hold: undefined });
    });

    test.each([
      ["a rise", change("updated", { fields: { severity: { before: "medium", after: "high" } } })],
      ["a reopening", change("reopened")],
      ["an asset that was not there", change("updated", { added: { assets: ["db-2"] } })],
    ])("never %s", (_, urgent) => {
      expect(plan(rules, { ...shown, changes: [urgent] }).withheld).toEqual([]);
    });

    test("never the end", () => {
      expect(plan(rules, { ...shown, alert: resolved }).withheld).toEqual([]);
    });

    test("lets a first message through", () => {
      expect(plan(rules)).toMatchObject({ end: "routed", matched: ["soc"] });
    });
  });
});

describe("windows, groups and answers", () => {
  test("a threshold counts and tells nobody itself", () => {
    const counted = plan([rule({ threshold: { count: 10, withinMs: 5 * MINUTE, by: ["rule.name"] } })]);
    expect(counted).toMatchObject({ end: "grouped", matched: [], hold: undefined });
    expect(counted.observations).toEqual([
      { by: "r", keys: [sampleAlert().rule?.name ?? ""], settings: { gate: "threshold", count: 10, withinMs: 5 * MINUTE } },
    ]);
  });

  test("an alert of a rule's own goes where the rule says, and is not counted again", () => {
    const rules = [rule({ threshold: { count: 10, withinMs: MINUTE, by: [] }, when: 'alert.title == "something else"' })];
    expect(plan(rules, { raisedBy: { gate: "threshold", by: "r" } })).toMatchObject({ end: "routed", matched: ["soc"], observations: [] });
  });

  test("a group hears of each later event of its members, whether or not the rule still matches", () => {
    const rules = [rule({ when: 'alert.status != "resolved"', group: { by: [], waitMs: 30_000, intervalMs: 5 * MINUTE } })];
    expect(plan(rules)).toMatchObject({ end: "grouped", observations: [{ by: "r", keys: [""], settings: { gate: "group" } }] });
    expect(plan(rules, { alert: resolved }).observations).toEqual([]);
    expect(plan(rules, { alert: resolved, memberOf: ["group:r"] }).observations).toHaveLength(1);
  });

  describe("unless", () => {
    const rules = [
      rule({ when: 'alert.type == "login-failed"', unless: { when: 'alert.type == "login-good"', withinMs: MINUTE, by: [] } }),
    ];
    const failed = sampleAlert({ type: "login-failed" });

    test("waits, and tells only what was not answered", () => {
      const waits = plan(rules, { alert: failed });
      expect(waits).toMatchObject({ end: "grouped", matched: [], observations: [{ settings: { gate: "unless", withinMs: MINUTE } }] });
      const { verdicts } = waits.hold ?? { verdicts: {} };
      expect(plan(rules, { alert: failed, verdicts })).toMatchObject({ matched: [], observations: [] });
      expect(plan(rules, { alert: failed, verdicts: { "unless:r": "answered" } })).toMatchObject({ end: "grouped", hold: undefined });
      expect(plan(rules, { alert: failed, verdicts: { "unless:r": "fired" } })).toMatchObject({ end: "routed", matched: ["soc"] });
    });

    test("is told when nobody says whether it was answered", () => {
      const { hold } = plan(rules, { alert: failed });
      expect(plan(rules, { alert: failed, verdicts: hold?.verdicts, now: hold?.due })).toMatchObject({ end: "routed", matched: ["soc"] });
    });

    test("hears of what answers", () => {
      expect(plan(rules, { alert: sampleAlert({ type: "login-good" }) })).toMatchObject({
        end: "unmatched",
        observations: [{ by: "r", settings: { gate: "unless_answer" } }],
      });
    });
  });
});

describe("inhibition", () => {
  const inhibitions: Inhibition[] = [
    { name: "site down", source: 'alert.type == "down"', target: 'alert.type == "slow"', by: [], waitMs: 1_000 },
  ];
  const slow = sampleAlert({ type: "slow" });
  const ask = (verdict: string) => plan([rule()], { alert: slow, inhibitions, verdicts: { "inhibit_target:site down": verdict } });

  test("a target waits until it is known whether something explains it", () => {
    const waits = plan([rule()], { alert: slow, inhibitions });
    expect(waits).toMatchObject({ end: "grouped", matched: [], observations: [{ settings: { gate: "inhibit_target", waitMs: 1_000 } }] });
    expect(waits.hold?.due).toBe(NOW + 16_000);
    // The correlator is asked again now and then: it may have lost what it knew, and the inhibition may be gone.
    expect(ask("held")).toMatchObject({ end: "grouped", matched: [], observations: [{ settings: { gate: "inhibit_target" } }] });
    expect(ask("held").hold?.due).toBe(NOW + HOUR);
    expect(ask("free")).toMatchObject({ end: "routed", matched: ["soc"] });
    expect(ask(`asked:${NOW - 16_000}`)).toMatchObject({ end: "routed", matched: ["soc"] });
  });

  test("a source is told, and told to be over when it is none any more", () => {
    expect(plan([rule()], { alert: sampleAlert({ type: "down" }), inhibitions })).toMatchObject({
      end: "routed",
      matched: ["soc"],
      observations: [{ by: "site down", settings: { gate: "inhibit_source" } }],
    });
    expect(plan([rule()], { alert: slow, inhibitions, memberOf: ["inhibit_source:site down"] }).observations).toContainEqual({
      by: "site down",
      keys: [""],
      settings: { gate: "inhibit_source" },
      over: true,
    });
  });

  test("holds back nothing that is shown, and asks nothing where nobody would be told", () => {
    expect(plan([rule()], { alert: slow, inhibitions, shownBy: ["soc"] })).toMatchObject({ end: "routed", observations: [] });
    expect(plan([rule({ when: "false" })], { alert: slow, inhibitions })).toMatchObject({ end: "unmatched", observations: [] });
  });
});

describe("silences", () => {
  test("hide what would be told, until they end", () => {
    const hidden = plan([rule()], { silences: [silence()] });
    expect(hidden).toMatchObject({
      end: "silenced",
      matched: [],
      silenced: { by: "s1", until: NOW + HOUR, from: ["soc"] },
      hold: { due: NOW + HOUR },
    });
    expect(hidden.trace.at(-2)).toMatchObject({ stage: "silence", reason: expect.stringContaining("by ana: maintenance") });
    expect(plan([rule()], { silences: [silence()], now: NOW + HOUR })).toMatchObject({ end: "routed", matched: ["soc"] });
  });

  test("hold back updates of what is shown, never its end", () => {
    expect(plan([rule()], { silences: [silence()], shownBy: ["soc"] })).toMatchObject({ end: "silenced", withheld: ["soc"] });
    expect(plan([rule()], { silences: [silence()], shownBy: ["soc"], alert: resolved })).toMatchObject({ end: "routed", withheld: [] });
  });

  test.each([
    ["above its ceiling", sampleAlert({ severity: "critical" }), silence()],
    ["of another route", sampleAlert(), silence({ routes: ["elsewhere"] })],
    ["whose condition does not fit", sampleAlert(), silence({ when: "alert.count > 1000" })],
    ["whose condition fails", sampleAlert(), silence({ when: "alert.data.nothing > 1" })],
    ["before it begins", sampleAlert(), silence({ from: NOW + 1 })],
    ["after somebody ended it", sampleAlert(), silence({ endedAt: NOW - 1 })],
  ])("hide nothing %s", (_, alert, one) => {
    expect(plan([rule()], { alert, silences: [one] })).toMatchObject({ end: "routed", matched: ["soc"], silenced: undefined });
  });

  test("hide a critical alert where they are told to", () => {
    expect(plan([rule()], { alert: sampleAlert({ severity: "critical" }), silences: [silence({ ceiling: "critical" })] }).end).toBe(
      "silenced",
    );
  });

  test("count nothing where nobody would be told anyway", () => {
    expect(plan([rule({ when: "false" })], { silences: [silence()] })).toMatchObject({ end: "unmatched", silenced: undefined });
  });

  test("raising one severity always shows", () => {
    const low = sampleAlert({ severity: "high" });
    const rose = sampleAlert({
      severity: "critical",
      change: change("updated", { fields: { severity: { before: "high", after: "critical" } } }),
    });
    const rules = [rule({ mute: 24 * HOUR })];
    const around = { silences: [silence()], shownBy: ["soc"], toldAt: { soc: NOW } };
    expect(plan(rules, { ...around, alert: low }).withheld).toEqual(["soc"]);
    expect(plan(rules, { ...around, alert: rose }).withheld).toEqual([]);
  });
});

test("an escalation begins with the first rule that tells and has one", () => {
  const escalate = [{ afterMs: { high: 15 * MINUTE } }];
  expect(plan([rule({ name: "a", when: "false", escalate }), rule({ name: "b", escalate })]).escalatedBy).toBe("b");
  expect(plan([rule({ escalate })], { silences: [silence()] }).escalatedBy).toBeUndefined();
});

describe("what would be told together with others", () => {
  const group = { by: [], waitMs: 0, intervalMs: 0 };
  const joins = [rule({ group })];
  const counts = [rule({ threshold: { count: 3, withinMs: MINUTE, by: [] } })];
  const member = { memberOf: ["group:r"] };
  const gates = ({ observations }: ReturnType<typeof plan>) => observations.map(({ settings }) => settings.gate);

  test.each([
    ["a group", joins],
    ["a threshold", counts],
  ])("is hidden by a silence from %s, until it ends", (_, rules) => {
    const hidden = plan(rules, { silences: [silence()] });
    expect(hidden).toMatchObject({ end: "silenced", observations: [], silenced: { by: "s1", from: ["soc"] }, hold: { due: NOW + HOUR } });
    const { verdicts } = hidden.hold ?? {};
    expect(plan(rules, { silences: [silence()], now: NOW + HOUR, verdicts })).toMatchObject({
      end: "grouped",
      observations: [{ by: "r" }],
    });
    expect(plan(rules, { silences: [silence()], alert: sampleAlert({ severity: "critical" }) })).toMatchObject({ end: "grouped" });
  });

  test("of a group's member is hidden by a silence, but never its end", () => {
    expect(plan(joins, { ...member, silences: [silence()] })).toMatchObject({ end: "silenced", observations: [] });
    expect(gates(plan(joins, { ...member, silences: [silence()], alert: resolved }))).toEqual(["group"]);
  });

  test("begins in no group when it was resolved before its silence ended", () => {
    const verdicts = { silence: "s1" };
    expect(plan(joins, { alert: resolved, verdicts })).toMatchObject({ end: "silenced", observations: [] });
  });

  test("is muted where all whom it would tell are muted", () => {
    const quiet = rule({ name: "quiet", to: ["soc"], mute: true });
    expect(plan([...joins, quiet])).toMatchObject({ end: "silenced", observations: [] });
    expect(gates(plan([rule({ to: ["soc", "board"], group }), quiet]))).toEqual(["group"]);
    expect(plan([...counts, rule({ name: "quiet", to: [], mute: true })])).toMatchObject({ end: "silenced", observations: [] });
  });

  test("waits for what another alert explains before it joins a group, and not as its member", () => {
    const inhibitions: Inhibition[] = [{ name: "down", source: "false", target: "true", by: [], waitMs: 0 }];
    const waits = plan(joins, { inhibitions });
    expect([waits.end, gates(waits)]).toEqual(["grouped", ["inhibit_target"]]);
    expect(gates(plan(joins, { inhibitions, verdicts: { "inhibit_target:down": "held" } }))).toEqual(["inhibit_target"]);
    expect(gates(plan(joins, { inhibitions, verdicts: { "inhibit_target:down": "free" } }))).toEqual(["group"]);
    expect(gates(plan(joins, { inhibitions, ...member }))).toEqual(["group"]);
  });

  test("ends as grouped also where only the group still hears of it", () => {
    const rules = [rule({ when: 'alert.status != "resolved"', group })];
    expect(plan(rules, { ...member, alert: resolved })).toMatchObject({ end: "grouped" });
  });
});

describe("what an event ends as", () => {
  const grouped = rule({ name: "g", to: ["board"], group: { by: [], waitMs: 0, intervalMs: 0 } });
  const muted = rule({ name: "m", to: ["soc"], mute: true });
  test.each([
    ["routed over all", [grouped, rule({ name: "b", to: ["board"] }), muted], "routed"],
    ["grouped over silenced", [grouped, muted], "grouped"],
    ["silenced over unmatched", [muted, rule({ name: "n", when: "false" })], "silenced"],
    ["unmatched", [rule({ when: "false" })], "unmatched"],
  ])("%s", (_, rules, end) => {
    expect(plan(rules).end).toBe(end);
  });
});
