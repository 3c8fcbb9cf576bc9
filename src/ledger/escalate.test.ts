import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import type { Alert, Severity, Status } from "../alert.ts";
import type { EscalationStep, Rule } from "../config/model.ts";
import { escalate, noteEscalation } from "./escalate.ts";
import type { AlertState } from "./state.ts";

const MINUTE = 60_000;
const BEGIN = Date.parse("2026-11-20T10:00:00.000Z");
const all = (ms: number): EscalationStep["afterMs"] => ({ info: ms, low: ms, medium: ms, high: ms, critical: ms });

/** An alert with a rule's escalation, and a clock. */
class Case {
  state: AlertState;
  now = BEGIN;
  readonly rule: Rule;

  constructor(steps: EscalationStep[], alert: Partial<Alert> = {}) {
    this.rule = { name: "r", to: ["soc"], enabled: true, stop: false, escalate: steps };
    this.state = {
      alert: sampleAlert({ id: "prod.1", severity: "high", ...alert }),
      orders: {},
      events: 1,
      total: 0,
      severityKnown: true,
      sourceStatus: { status: "new", label: "new" },
      shownBy: ["soc"],
      decidedSeq: 0,
      plannedVersion: 1,
      handover: [],
      copies: 0,
    };
    this.note("r");
  }

  note(rule?: string): void {
    noteEscalation(this.state, rule, () => this.rule, this.now);
  }

  /** What is said at this time after the beginning, ms. */
  at(ms: number) {
    this.now = BEGIN + ms;
    const step = escalate(this.state, () => this.rule, this.now);
    if (step) this.state.shownBy.push(...step.begin);
    return step && { begin: step.begin, reminds: step.reminder?.to ?? [], text: step.trace.reason };
  }

  become(change: { severity?: Severity; status?: Status }): void {
    this.state.alert = { ...this.state.alert, ...change };
    this.note();
  }
}

describe("escalation", () => {
  test("reminds those who show the alert, then tells others, each step once", () => {
    const one = new Case([{ afterMs: all(5 * MINUTE) }, { afterMs: all(15 * MINUTE), to: ["boss"] }]);
    expect(one.at(5 * MINUTE - 1)).toBeUndefined();
    expect(one.at(5 * MINUTE)).toEqual({ begin: [], reminds: ["soc"], text: "nobody has taken it in hand for 5m" });
    expect(one.at(6 * MINUTE)).toBeUndefined();
    expect(one.at(15 * MINUTE)).toMatchObject({ begin: ["boss"], reminds: [] });
    expect(one.at(1_000 * MINUTE)).toBeUndefined();
  });

  test.each<Status>(["in_progress", "resolved", "suppressed"])("ends at once when the alert is %s, for good", (status) => {
    const one = new Case([{ afterMs: all(5 * MINUTE) }]);
    one.become({ status });
    expect(one.state.escalation).toBeUndefined();
    expect(one.at(10 * MINUTE)).toBeUndefined();
  });

  test("takes back words that were not handed over when somebody takes the alert", () => {
    const one = new Case([{ afterMs: all(5 * MINUTE) }]);
    one.state.reminders = [{ id: "prod.1.1", to: ["soc"], text: "waits", at: BEGIN }];
    one.become({ status: "in_progress" });
    expect(one.state.reminders).toBeUndefined();
  });

  test("waits as long as the severity says, passes over steps that leave it out, and comes sooner after a rise", () => {
    const steps = [{ afterMs: { critical: MINUTE } }, { afterMs: { critical: 2 * MINUTE, high: 30 * MINUTE } }];
    const high = new Case(steps);
    expect(high.state.escalation?.due).toBe(BEGIN + 30 * MINUTE);
    high.become({ severity: "critical" });
    expect(high.at(MINUTE)).toMatchObject({ reminds: ["soc"] });
    expect(high.at(2 * MINUTE)).toMatchObject({ reminds: ["soc"] });
    expect(new Case(steps, { severity: "low" }).state.escalation?.due).toBeUndefined();
  });

  test("repeats the last step until somebody takes the alert", () => {
    const one = new Case([{ afterMs: all(5 * MINUTE), everyMs: 10 * MINUTE }]);
    const said = [5, 14, 15, 16, 25, 26, 100, 109, 110].filter((minutes) => one.at(minutes * MINUTE) !== undefined);
    expect(said).toEqual([5, 15, 25, 100, 110]);
  });

  test("begins anew when somebody gives the alert back, and only then", () => {
    const one = new Case([{ afterMs: all(5 * MINUTE) }]);
    expect(one.at(5 * MINUTE)).toBeDefined();
    one.become({ severity: "critical" });
    expect(one.at(20 * MINUTE)).toBeUndefined();
    one.become({ status: "in_progress" });
    one.now = BEGIN + 30 * MINUTE;
    one.become({ status: "new" });
    expect(one.at(34 * MINUTE)).toBeUndefined();
    expect(one.at(35 * MINUTE)).toMatchObject({ reminds: ["soc"], text: "nobody has taken it in hand for 5m" });
    expect(one.at(100 * MINUTE)).toBeUndefined();
  });

  test("does not wait for a time that a clock had shown before it was set back", () => {
    const one = new Case([{ afterMs: all(5 * MINUTE) }]);
    one.now = BEGIN - 1_000 * MINUTE;
    one.become({ severity: "critical" });
    expect(one.at(-996 * MINUTE)).toBeUndefined();
    expect(one.at(-995 * MINUTE)).toMatchObject({ reminds: ["soc"] });
  });

  test("goes by the rule as it is configured now", () => {
    const one = new Case([{ afterMs: all(5 * MINUTE) }]);
    one.rule.escalate = undefined;
    expect(one.at(5 * MINUTE)).toBeUndefined();
    expect(one.state.escalation).toBeUndefined();
  });

  test("property: a clock that jumps takes no step twice, and words have ids of their own", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 60 }), (jumps) => {
        const one = new Case([{ afterMs: all(5 * MINUTE) }, { afterMs: all(20 * MINUTE), to: ["boss"] }, { afterMs: all(30 * MINUTE) }]);
        let minutes = 0;
        const said: string[] = [];
        for (const jump of jumps) {
          minutes += jump;
          one.now = BEGIN + minutes * MINUTE;
          const step = escalate(one.state, () => one.rule, one.now);
          if (step) said.push(JSON.stringify(step.trace.values?.step));
        }
        expect(said).toEqual([...new Set(said)]);
        expect(said.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
