// The parts of `npm run new-rule`: its command line, and the condition that it guesses. The whole is tried in test/e2e/rules-tried.test.ts.
import { describe, expect, test } from "vitest";
import { type Alert, blankAlert } from "../../src/alert.ts";
import { rememberConditions } from "../../src/rules/condition.ts";
import { readRequest } from "./command.ts";
import { guessCondition } from "./guess.ts";

const wrong = (...args: string[]): string => {
  const asked = readRequest(args);
  return asked.kind === "wrong" ? asked.message : asked.kind;
};

describe("the command line", () => {
  test("names a rule and where it comes from", () => {
    expect(readRequest(["disk full", "--sample", "s.json"])).toEqual({
      kind: "request",
      request: { name: "disk full", from: { sample: "s.json" }, config: "tocsin.toml" },
    });
    expect(readRequest(["x", "--from", "prod.1", "--route", "prod", "--to", "soc, board", "--config", "c.toml"])).toEqual({
      kind: "request",
      request: { name: "x", from: { alert: "prod.1" }, route: "prod", to: ["soc", "board"], config: "c.toml" },
    });
    expect(readRequest(["x", "--from", "prod.1", "--persist-to", "state"])).toMatchObject({
      request: { from: { alert: "prod.1", persistTo: "state" } },
    });
    expect(readRequest(["--help"])).toEqual({ kind: "help" });
  });

  test.each([
    [["--sample", "s.json"], "NAME is missing."],
    [["disk", "full", "--sample", "s.json"], "put quotes around a name with blanks"],
    [["x"], "--sample FILE or --from ALERT_ID is missing."],
    [["x", "--sample", "s", "--from", "a"], "not both"],
    [["x", "--sample", "s", "--to", "a,"], "--to must be a comma list"],
    [["x", "--smple", "s"], "Unknown option '--smple'"],
  ])("%j is wrong", (args, sentence) => expect(wrong(...args)).toContain(sentence));
});

describe("the condition", () => {
  const alertOf = (more: Partial<Alert>): Alert => ({
    ...blankAlert({ id: "prod.1", key: "k", source: "generic", route: "prod", severity: "high" }, 0, { title: 'a "title"' }),
    ...more,
  });

  test.each<[string, Partial<Alert>, string]>([
    ["the source's rule", { rule: { name: 'Say "hi"' }, category: "c" }, 'alert.rule.name == "Say \\"hi\\"" && alert.severity_id >= HIGH'],
    ["the category", { category: "malware" }, 'alert.category == "malware" && alert.severity_id >= HIGH'],
    ["the type", { type: "edr" }, 'alert.type == "edr" && alert.severity_id >= HIGH'],
    ["the title", {}, 'alert.title == "a \\"title\\"" && alert.severity_id >= HIGH'],
    ["no severity that nobody told", { severity_label: "unknown" }, 'alert.title == "a \\"title\\""'],
  ])("is by %s, and matches the alert", (_, more, expected) => {
    const alert = alertOf(more);
    const text = guessCondition(alert);
    expect(text).toBe(expected);
    const condition = rememberConditions()(text);
    if (!condition.ok) throw new Error(condition.reason.message);
    expect(condition.value.matches(alert, alert.change, 0, {})).toMatchObject({ matched: true });
  });
});
