import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import { SEVERITIES } from "../alert.ts";
import type { Rule } from "../config/model.ts";
import { compileCondition } from "./condition.ts";
import { destinationsOf, matchRules } from "./match.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const rule = (name: string, fields: Partial<Rule> = {}): Rule => ({ name, enabled: true, to: ["soc"], stop: false, ...fields });

function match(rules: Rule[], alert = sampleAlert({ severity: "high", data: {} })) {
  const decisions = matchRules(rules, { alert, change: alert.change, nowMs: NOW, lists: {} }, compileCondition);
  return { destinations: [...new Set(decisions.flatMap(({ to }) => to ?? []))], decisions };
}
const decisionsOf = (rules: Rule[]) => match(rules).decisions.map(({ decision }) => decision);

describe("matching", () => {
  it("applies every rule that matches, names each destination once, in order", () => {
    const { destinations, decisions } = match([
      rule("a", { when: "alert.severity_id >= HIGH", to: ["soc", "oncall"] }),
      rule("b", { when: "alert.severity_id >= CRITICAL", to: ["ceo"] }),
      rule("c", { to: ["archive", "soc"] }),
    ]);
    expect(destinations).toEqual(["soc", "oncall", "archive"]);
    expect(decisions).toEqual([
      {
        rule: "a",
        decision: "matched",
        reason: "true: alert.severity_id >= HIGH",
        to: ["soc", "oncall"],
        values: { "alert.severity_id": 4 },
      },
      { rule: "b", decision: "not_matched", reason: "false: alert.severity_id >= CRITICAL", values: { "alert.severity_id": 4 } },
      { rule: "c", decision: "matched", reason: "no condition: matches every alert", to: ["archive", "soc"] },
    ]);
  });

  it("ends at stop, and only where the rule matched", () => {
    expect(
      decisionsOf([rule("a", { when: "false", stop: true }), rule("b", { stop: true }), rule("c"), rule("d", { enabled: false })]),
    ).toEqual(["not_matched", "matched", "not_reached", "disabled"]);
    expect(match([rule("b", { stop: true }), rule("c")]).decisions[1]?.reason).toBe('the rule "b" matched and has stop = true');
  });

  it("skips disabled rules and says so", () => {
    const { destinations, decisions } = match([rule("a", { enabled: false, stop: true }), rule("b", { to: ["box"] })]);
    expect(destinations).toEqual(["box"]);
    expect(decisions[0]).toEqual({ rule: "a", decision: "disabled", reason: "the rule has enabled = false" });
  });

  it("counts a failed condition as a match that does not stop", () => {
    const { destinations, decisions } = match([
      rule("a", { when: "alert.data.score > 5", stop: true, to: ["soc"] }),
      rule("b", { to: ["box"] }),
    ]);
    expect(destinations).toEqual(["soc", "box"]);
    expect(decisions[0]).toEqual({
      rule: "a",
      decision: "failed_matched",
      reason: "the condition failed, which counts as a match: field not found: score",
      to: ["soc"],
      values: {},
    });
    expect(match([rule("a", { when: "nonsense" })]).decisions[0]?.decision).toBe("failed_matched");
  });

  it("chooses by severity, with a default", () => {
    const to = { critical: ["oncall"], default: ["box"] };
    expect(destinationsOf(to, "critical")).toEqual(["oncall"]);
    expect(destinationsOf(to, "low")).toEqual(["box"]);
    expect(destinationsOf({ critical: ["oncall"] }, "low")).toEqual([]);
    expect(match([rule("a", { to: { critical: ["oncall"] } })])).toEqual({
      destinations: [],
      decisions: [
        { rule: "a", decision: "matched", reason: "no condition: matches every alert; it names no destination for severity high", to: [] },
      ],
    });
  });

  it("has nothing to say without rules", () => {
    expect(match([])).toEqual({ destinations: [], decisions: [] });
  });
});

const anyRule = fc.record({
  name: fc.string({ minLength: 1 }),
  enabled: fc.boolean(),
  when: fc.option(fc.constantFrom("true", "false", "alert.severity_id >= HIGH", "alert.data.missing > 1", "not a condition"), {
    nil: undefined,
  }),
  to: fc.oneof(
    fc.array(fc.constantFrom("a", "b", "c")),
    fc.dictionary(fc.constantFrom(...SEVERITIES, "default"), fc.array(fc.constantFrom("a", "b", "c"))) as fc.Arbitrary<Rule["to"]>,
  ),
  stop: fc.boolean(),
});

it("properties: one decision for each rule, and the destinations are those of the rules that matched", () => {
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 8 }), fc.constantFrom(...SEVERITIES), (rules, severity) => {
      const { destinations, decisions } = match(rules, sampleAlert({ severity, data: {} }));
      expect(decisions.map((one) => one.rule)).toEqual(rules.map((one) => one.name));
      expect(new Set(destinations)).toEqual(new Set(decisions.flatMap((one) => one.to ?? [])));
      expect(new Set(destinations).size).toBe(destinations.length);
      for (const [index, { decision, reason }] of decisions.entries()) {
        expect(reason).not.toBe("");
        expect(decision === "disabled").toBe(!rules[index]?.enabled);
        const stopped = rules.slice(0, index).some((one, before) => one.stop && decisions[before]?.decision === "matched");
        expect(decision === "not_reached").toBe(stopped && rules[index]?.enabled === true);
      }
    }),
  );
});
