import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import { unhurried } from "../../test/support/patience.ts";
import type { Alert, Change } from "../alert.ts";
import { compileCondition, rememberConditions, type Verdict } from "./condition.ts";

const anAlert = (fields: Partial<Alert>): Alert => sampleAlert({ rule: undefined, enriched: false, ...fields });
const NOW = Date.parse("2026-03-01T12:00:00Z");

function judge(text: string, alert: Partial<Alert> = {}, change: Partial<Change> = {}, now = NOW): Verdict {
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Error(compiled.reason.message);
  const whole = anAlert(alert);
  return compiled.value.matches(whole, { ...whole.change, ...change }, now);
}

const errorOf = (text: string) => {
  const compiled = compileCondition(text);
  return compiled.ok ? undefined : compiled.reason;
};

describe("what conditions can say", () => {
  const alert: Partial<Alert> = {
    severity: "high",
    status: "new",
    title: "Suspicious PowerShell",
    tags: ["vip", "office"],
    assets: [{ name: "db-1", ip: "192.0.2.1" }, { name: "db-2" }],
    observables: [{ name: "source", type: "ip", value: "203.0.113.7" }],
    count: 3,
    first_seen: "2026-03-01T10:30:00Z",
    data: { score: 71, ratio: 0.5, tlp: "RED", flow: { ports: [22, 443] }, nothing: null },
    change: { kind: "updated", fields: { severity_id: { before: 2, after: 4 } }, added: { assets: ["db-2"] }, removed: {} },
  };
  it.each([
    ['alert.severity_id >= HIGH && alert.status != "resolved"', true],
    ["alert.severity_id == CRITICAL", false],
    ['alert.severity in ["high", "critical"]', true],
    ['alert.tags.exists(tag, tag == "vip")', true],
    ['"vip" in alert.tags', true],
    ['alert.assets.exists(asset, asset.name.startsWith("db-") && asset.ip == "192.0.2.1")', true],
    ['alert.assets.all(asset, asset.name.matches("^db-[0-9]$"))', true],
    ["alert.assets.filter(asset, has(asset.ip)).size() == 1", true],
    ['alert.title.lowerAscii().contains("powershell")', true],
    ['alert.title.matches("(?i)POWERSHELL")', true],
    ["alert.data.score > 70 && alert.data.ratio < 1", true],
    ["alert.data.flow.ports[1] == 443", true],
    ['alert["title"] == "Suspicious PowerShell"', true],
    ['alert.data["tlp"] == "RED"', true],
    ["has(alert.data.score) && !has(alert.data.missing) && !has(alert.data.nothing)", true],
    ['change.kind == "updated" && "severity_id" in change.fields', true],
    ["change.fields.severity_id.after > change.fields.severity_id.before", true],
    ['has(change.added.assets) && "db-2" in change.added.assets', true],
    ['alert.change.kind == "updated"', true],
    ['now - timestamp(alert.first_seen) > duration("1h")', true],
    ['now.getHours("Europe/Paris") == 13', true],
    ["alert.count + 1 == 4 && double(alert.count) * 0.5 == 1.5", true],
    ["alert.enriched ? alert.count > 100 : alert.count > 1", true],
    ["size(alert.observables) == 1 && alert.version < 10", true],
    ["alert.severity_id == INFO || alert.severity_id == LOW || alert.severity_id == MEDIUM", false],
  ])("%s is %s", (text, expected) => {
    expect(judge(text, alert)).toEqual({ matched: expected });
  });
});

describe("fields that are absent", () => {
  it.each([
    ["has(alert.tenant)", false],
    ['alert.tenant == "acme"', false],
    ['alert.tenant.startsWith("acme")', false],
    ["has(alert.rule)", false],
    ['alert.rule.name == "Brute force"', false],
    ['alert.assets.exists(asset, asset.ip == "192.0.2.9")', false],
    ['alert.attacks.exists(attack, attack.technique.startsWith("T1059"))', false],
    ['"tenant" in alert', false],
  ])("%s is %s", (text, expected) => {
    expect(judge(text, { assets: [{ name: "db-1" }], attacks: [{ tactic: "TA0002" }] })).toEqual({ matched: expected });
  });

  it("are failures where only the source knows the field, so that a typing error there loses nothing", () => {
    expect(judge("alert.data.scroe > 70", { data: { score: 71 } })).toEqual({ failed: "field not found: scroe" });
    expect(judge("has(alert.data.scroe) && alert.data.scroe > 70", { data: { score: 71 } })).toEqual({ matched: false });
    expect(judge('alert.data.score == "x" || alert.severity_id >= LOW', { data: {} })).toEqual({ matched: true });
  });

  it("fails when the value is not true or false", () => {
    expect(judge("alert.data.score", { data: { score: 71 } })).toEqual({ failed: "the condition gave neither true nor false" });
  });

  it("survives data with hostile keys", () => {
    const data = JSON.parse('{"constructor":{"name":"x"},"__proto__":{"a":1},"toString":"y","hasOwnProperty":1}');
    expect(judge('alert.data.constructor.name == "x" && alert.data.toString == "y"', { data })).toEqual({ matched: true });
    expect(judge("has(alert.data.valueOf)", { data })).toEqual({ matched: false });
  });
});

describe("what does not compile", () => {
  it.each([
    ["", "the condition is empty; leave `when` out to match every alert", undefined],
    ["alert.severity_id >= HIGH and true", 'the condition cannot be read from "and true" on; write &&', 27],
    ["alert.severity_id => HIGH", 'the condition cannot be read from "=> HIGH" on; write >=', 19],
    ["alert.severity_id = 4", 'the condition cannot be read from "= 4" on; write ==', 19],
    ["alert.severity_id >=", 'the condition cannot be read from ">=" on; something is missing after it', 19],
    ["alert.sevrity == 'high'", "alert has no field sevrity; did you mean severity?", 6],
    ["alert.score > 5", "alert has no field score; the source's own fields are in alert.data", 6],
    ['alert["sevrity"] == "high"', "alert has no field sevrity; did you mean severity?", 6],
    ["severity == 'high'", "severity is not known here; did you mean alert.severity?", 1],
    ["alert.severity_id >= HIGHT", "HIGHT is not known here; did you mean HIGH?", 22],
    ["alert.assets.exists(a, a.nam == 'x')", "a has no field nam; did you mean name?", 25],
    ["alert.assets.exists(a, b.name == 'x')", "b is not known here; there are alert, change, now, lists and INFO to CRITICAL", 24],
    ["change.kinds == 'opened'", "change has no field kinds; did you mean kind?", 7],
    ["alert.title.contans('x')", "there is no function contans(); did you mean contains()?", 12],
    ["fetch('https://example.com')", "there is no function fetch()", 1],
    ["alert.title.contains('a', 'b')", "contains() is called as x.contains(a)", 12],
    ["has(alert)", "has() is called as has(alert.field)", 1],
    ["alert.title", "the condition gives text, not true or false", 6],
    ["alert.severity_id", "the condition gives a whole number, not true or false", 6],
    ["alert.title && true", "&& wants true or false, and alert.title is text", 6],
    ["alert.severity == 'hihg'", 'alert.severity is never "hihg"; did you mean "high"?', 16],
    ["alert.status in ['open']", 'alert.status is never "open"; it is one of new, in_progress, suppressed, resolved', 14],
    [
      "alert.severity in [HIGH, CRITICAL]",
      'alert.severity is never in this list: text against a whole number; compare alert.severity_id with HIGH, or alert.severity with "high"',
      16,
    ],
    ["alert.tenant == null", "alert.tenant is never null; ask has(alert.tenant) instead", 14],
    ["alert.title.x", "alert.title is text and has no field x", 12],
    ["alert.title.exists(c, c == 'x')", "alert.title is text; exists(), all(), filter() and map() want a list", 12],
    ["alert.title.matches('[')", "the regular expression is not right: missing closing ]: `[`", 21],
    ["alert.title.matches('(a)\\\\1')", "the regular expression is not right: invalid escape sequence: `\\1`", 21],
    ["google.Timestamp{seconds: 1}", 'the condition cannot be read from "{seconds: 1}" on; no messages are built here', 17],
    ["alert.tags.exists(tag, tag)", "exists() wants true or false, and tag is text", 24],
    ["!alert.title", "! does not work on alert.title, which is text", 1],
    ["alert.count in alert.title", "in does not work on alert.count, which is a whole number, and alert.title, which is text", 13],
  ])("%s", (text, message, column) => {
    expect(errorOf(text)).toEqual({ message, position: column === undefined ? undefined : { line: 1, column } });
  });

  it("says what to compare a severity with", () => {
    expect(errorOf("alert.severity >= HIGH")?.message).toContain("compare alert.severity_id with HIGH");
    expect(errorOf("alert.severity_id == 'high'")?.message).toContain("write alert.severity_id >= HIGH");
  });

  it("counts lines", () => {
    expect(errorOf("alert.severity_id >= HIGH\n  && alert.sttus == 'new'")?.position).toEqual({ line: 2, column: 11 });
  });

  it("refuses what is too long or too deep without falling over", () => {
    expect(errorOf(`${"true && ".repeat(1_000)}true`)?.message).toContain("longer than 4000 characters");
    const deep = compileCondition(`${"(".repeat(1_990)}true${")".repeat(1_990)}`);
    expect(deep.ok || deep.reason.message.length > 0).toBe(true);
  });

  it("never throws, whatever the text", () => {
    const word = fc.constantFrom(
      "alert",
      ".",
      "title",
      "(",
      ")",
      "[",
      "]",
      '"x"',
      "&&",
      "==",
      "exists",
      "has",
      "now",
      "1",
      "-",
      "?",
      ":",
      "{",
      "}",
      ",",
      " ",
      "data",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 12 }).map((words) => words.join("")),
        ),
        (text) => {
          const compiled = compileCondition(text);
          if (compiled.ok) compiled.value.matches(anAlert({}), anAlert({}).change, NOW);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("regular expressions", () => {
  it("take linear time", () => {
    const title = `${"a".repeat(50_000)}b`;
    const started = performance.now();
    expect(judge('alert.title.matches("^(a+)+$")', { title })).toEqual({ matched: false });
    expect(judge('alert.title.matches("^(a|aa)*$")', { title })).toEqual({ matched: false });
    // A backtracking engine would not be done before the sun burns out.
    expect(performance.now() - started).toBeLessThan(unhurried(2_000));
  });
});

it("tells the fields that it read", () => {
  const compiled = compileCondition('alert.severity_id >= HIGH && alert.tags.size() > 0 && change.kind == "opened" && alert.title != ""');
  if (!compiled.ok) throw new Error(compiled.reason.message);
  const alert = anAlert({ title: "x".repeat(500), tags: ["a"] });
  expect(compiled.value.values(alert, alert.change)).toEqual({
    "alert.severity_id": 4,
    "alert.title": "x".repeat(200),
    "change.kind": "opened",
  });
});

it("remembers what it compiled", () => {
  const conditionOf = rememberConditions();
  expect(conditionOf("alert.count > 1")).toBe(conditionOf("alert.count > 1"));
  expect(conditionOf("nonsense")).toBe(conditionOf("nonsense"));
});
