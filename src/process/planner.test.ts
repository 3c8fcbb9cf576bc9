import { describe, expect, test } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import { sampleRoute } from "../../test/support/routes.ts";
import type { Alert, Change } from "../alert.ts";
import type { Rule } from "../config/model.ts";
import { plannerOf } from "./planner.ts";

const NOW = Date.parse("2026-11-20T10:00:00.000Z");
const rule = (name: string, when: string | undefined, to: Rule["to"] = ["soc"], more: Partial<Rule> = {}): Rule => ({
  name,
  when,
  to,
  enabled: true,
  stop: false,
  ...more,
});
function plan(
  rules: Rule[],
  { alert = sampleAlert(), changes, shownBy = [] }: { alert?: Alert; changes?: Change[]; shownBy?: string[] } = {},
) {
  return plannerOf(sampleRoute({ rules }), { revision: 7 }).plan(alert, changes ?? [alert.change], { shownBy, now: NOW });
}
const commented: Change = { kind: "commented", fields: {}, added: {}, removed: {} };

describe("who shows an alert", () => {
  test("is every destination that a rule names, once", () => {
    const { end, matched } = plan([
      rule("a", "alert.severity_id >= HIGH", ["soc", "oncall"]),
      rule("b", undefined, ["soc", "wall"]),
      rule("c", "false", ["nobody"]),
    ]);
    expect([end, matched]).toEqual(["routed", ["soc", "oncall", "wall"]]);
  });

  test("may depend on the severity", () => {
    const bySeverity = { critical: ["oncall"], default: ["soc"] };
    expect(plan([rule("a", undefined, bySeverity)], { alert: sampleAlert({ severity: "critical" }) }).matched).toEqual(["oncall"]);
    expect(plan([rule("a", undefined, bySeverity)]).matched).toEqual(["soc"]);
  });

  test("is nobody without a rule that matches, and nobody without rules", () => {
    expect(plan([rule("a", "alert.severity_id >= CRITICAL")])).toMatchObject({ end: "unmatched", matched: [] });
    const none = plan([]);
    expect(none).toMatchObject({ end: "unmatched", matched: [], trace: [{ stage: "plan", reason: "the route has no rules" }] });
  });

  test("is whoever shows it already, whatever the rules say now", () => {
    expect(plan([rule("a", "false")], { shownBy: ["soc"] })).toMatchObject({ end: "routed", matched: [] });
  });

  test("is asked of each change on its own: one that matches is enough", () => {
    const alert = sampleAlert();
    expect(plan([rule("a", 'change.kind == "commented"')], { alert, changes: [alert.change, commented] }).matched).toEqual(["soc"]);
    expect(plan([rule("a", 'change.kind == "commented"')], { alert, changes: [alert.change] }).matched).toEqual([]);
  });

  test("is asked of the last change where an event changed nothing", () => {
    const alert = sampleAlert({ change: commented });
    expect(plan([rule("a", 'change.kind == "commented"')], { alert, changes: [] }).matched).toEqual(["soc"]);
  });
});

describe("the trace", () => {
  test("has each rule with what it read, and who begins to show the alert", () => {
    const { trace } = plan([rule("urgent", "alert.severity_id >= HIGH && alert.count > 1", ["soc", "oncall"])], { shownBy: ["soc"] });
    expect(trace).toEqual([
      {
        at: "2026-11-20T10:00:00.000Z",
        stage: "match",
        decision: "matched",
        reason: expect.stringContaining("alert.severity_id >= HIGH"),
        values: { rule: "urgent", to: ["soc", "oncall"], "alert.severity_id": 4, "alert.count": 3, version: 1, revision: 7 },
      },
      {
        at: "2026-11-20T10:00:00.000Z",
        stage: "plan",
        decision: "routed",
        reason: expect.any(String),
        values: { begins: ["oncall"], shows: ["soc"], withheld: [], version: 1, revision: 7 },
      },
    ]);
  });

  test("says what failed in a condition, which then counts as a match", () => {
    const { end, trace } = plan([rule("mistaken", "alert.data.nothing.there > 3")]);
    expect(end).toBe("routed");
    expect(trace[0]).toMatchObject({ stage: "match", values: { rule: "mistaken" } });
    expect(trace[0]?.decision).not.toBe("not_matched");
    expect(trace[0]?.reason).toMatch(/nothing/);
  });

  test("keeps lists and tables short", () => {
    const alert = sampleAlert({ tags: Array.from({ length: 500 }, (_, n) => `tag-${n}`) });
    const { trace } = plan([rule("tagged", '"x" in alert.tags')], { alert });
    for (const value of Object.values(trace[0]?.values ?? {})) if (typeof value === "string") expect(value.length).toBeLessThanOrEqual(200);
  });
});

test("the same question has the same answer", () => {
  const rules = [rule("a", "alert.severity_id >= HIGH"), rule("b", "alert.data.missing == 1")];
  expect(plan(rules)).toEqual(plan(rules));
});

describe("how it is told", () => {
  test("is said by the first rule that says it, for each destination", () => {
    const { styledBy } = plan([
      rule("plain", undefined, ["box"]),
      rule("short", undefined, ["box", "oncall"], { detail: "simple" }),
      rule("loud", undefined, ["oncall"], { ping: { high: "@here" } }),
      rule("other", "false", ["mail"], { detail: "simple" }),
    ]);
    expect(styledBy).toEqual({ box: "short", oncall: "short" });
  });
});
