// What a condition sees of an alert that was made large, and what it may cost.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import type { Alert, Json } from "../alert.ts";
import type { Rule } from "../config/model.ts";
import { compileCondition, type Verdict } from "./condition.ts";
import { MOST_CHARACTERS, MOST_MEMBERS, MOST_VALUES } from "./limits.ts";
import { matchRules } from "./match.ts";
import { compileValue, valueInput } from "./value.ts";

const many = <Made>(count: number, make: (index: number) => Made): Made[] => Array.from({ length: count }, (_, index) => make(index));

function judge(text: string, fields: Partial<Alert>, lists = {}): Verdict {
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Error(compiled.reason.message);
  const alert = sampleAlert(fields);
  return compiled.value.matches(alert, alert.change, 0, lists);
}

const TOO_MANY = { failed: "it takes too many steps; look at fewer members, or at shorter texts" };
const HUGE: Partial<Alert> = {
  title: `${"a".repeat(20_000)}b`,
  summary: "abc def ".repeat(8_192),
  tags: many(1_000, (index) => `tag-${index}`),
  assets: many(1_000, (index) => ({ name: `host-${index}`, ip: `10.0.${index >> 8}.${index & 255}` })),
  observables: many(1_000, (index) => ({ name: "x", type: "ip", value: `203.0.113.${index}` })),
  data: { text: "a".repeat(60_000), other: `${"a".repeat(59_999)}b`, list: many(1_000, String), table: { a: many(1_000, String) } },
};

describe("what a condition sees", () => {
  it.each<[string, string, Partial<Alert>, string | undefined]>([
    ["the last member", `alert.tags.exists(t, t == "${MOST_MEMBERS - 1}")`, { tags: many(MOST_MEMBERS, String) }, undefined],
    ["none after it", `alert.tags.size() == ${MOST_MEMBERS}`, { tags: many(MOST_MEMBERS + 1, String) }, "alert.tags"],
    [
      "so many assets",
      `alert.assets.size() == ${MOST_MEMBERS}`,
      { assets: many(5_000, (index) => ({ name: `h${index}` })) },
      "alert.assets",
    ],
    ["so much text", `size(alert.summary) == ${MOST_CHARACTERS}`, { summary: "x".repeat(MOST_CHARACTERS + 1) }, "alert.summary"],
    ["a text to its end", `size(alert.summary) == ${MOST_CHARACTERS}`, { summary: "x".repeat(MOST_CHARACTERS) }, undefined],
    ["so much of a name", `size(alert.rule.name) == ${MOST_CHARACTERS}`, { rule: { name: "x".repeat(90_000) } }, "alert.rule"],
    ["so many of the source's own", `alert.data.list.size() == ${MOST_MEMBERS}`, { data: { list: many(2_000, String) } }, "alert.data"],
    ["so much text of the source's own", `size(alert.data.x) == ${MOST_CHARACTERS}`, { data: { x: "x".repeat(70_000) } }, "alert.data"],
    [
      "so many fields",
      `size(alert.data.t) == ${MOST_MEMBERS}`,
      { data: { t: Object.fromEntries(many(2_000, (i) => [`k${i}`, i])) } },
      "alert.data",
    ],
    [
      "so many values in all",
      "alert.data.t.all(key, alert.data.t[key].size() > 0)",
      { data: { t: Object.fromEntries(many(50, (i) => [`k${i}`, many(900, String)])) } },
      "alert.data",
    ],
  ])("is %s: %s", (_what, text, fields, cut) => {
    const verdict = judge(text, fields);
    expect(verdict.cut).toEqual(cut === undefined ? undefined : [cut]);
    if (!text.includes("all(")) expect(verdict).toMatchObject({ matched: true });
  });

  it("is told where it is not all, also when another condition looked first, and only where this one looks", () => {
    const rules = ['alert.tags.exists(t, t == "x")', 'alert.tags.exists(t, t == "0")', "alert.severity_id >= HIGH"].map(
      (when, index): Rule => ({ name: `r${index}`, enabled: true, when, to: ["soc"], stop: false }),
    );
    const alert = sampleAlert({ tags: many(2_000, String) });
    const reasons = matchRules(rules, { alert, change: alert.change, nowMs: 0, lists: {} }, compileCondition).map(({ reason }) => reason);
    expect(reasons).toEqual([
      'false: alert.tags.exists(t, t == "x"); there is more of alert.tags than a condition sees',
      'true: alert.tags.exists(t, t == "0"); there is more of alert.tags than a condition sees',
      "true: alert.severity_id >= HIGH",
    ]);
  });

  it("is the alert as it is now, although lists are made ready once", () => {
    const compiled = compileCondition('alert.tags.size() == 1 && alert.title == "b"');
    if (!compiled.ok) throw new Error(compiled.reason.message);
    const alert = sampleAlert({ tags: ["x"], title: "a" });
    expect(compiled.value.matches(alert, alert.change, 0)).toEqual({ matched: false });
    alert.title = "b";
    expect(compiled.value.matches(alert, alert.change, 0)).toEqual({ matched: true });
    alert.tags = ["x", "y"];
    expect(compiled.value.matches(alert, alert.change, 0)).toEqual({ matched: false });
  });

  it("are lists of the configuration as a whole", () => {
    expect(judge("lists.long.size() == 10000", {}, { long: many(10_000, String) })).toEqual({ matched: true });
    expect(judge('lists.long.exists(one, one == "9999")', {}, { long: many(10_000, String) })).toEqual({ matched: true });
  });
});

describe("what a condition may cost", () => {
  it.each([
    'alert.tags.exists(t, t == "x")',
    'alert.observables.filter(o, o.type == "ip" && o.value.startsWith("203.")).size() > 10',
    'alert.summary.matches("(?i)ransom(ware)?")',
    'alert.summary.split(" ").exists(word, word == "x")',
    "alert.assets.exists(a, a.name in alert.tags)",
    "alert.assets.exists(a, inCidr(a.ip, ['198.51.100.0/24', '192.0.2.0/24']))",
  ])("%s is enough for a huge alert", (text) => expect(judge(text, HUGE)).toHaveProperty("matched"));

  it("is enough to compare 100 members with 100 others, each with each", () => {
    const fields = { assets: HUGE.assets?.slice(0, 100), observables: HUGE.observables?.slice(0, 100) };
    expect(judge("alert.assets.exists(a, alert.observables.exists(o, o.value == a.ip))", fields)).toEqual({ matched: false });
  });

  it.each([
    "alert.assets.exists(a, alert.observables.exists(o, o.value == a.ip))",
    "alert.assets.exists(a, alert.observables.exists(o, alert.tags.exists(t, t == a.ip && t == o.value)))",
    "alert.assets.exists(a, alert.observables.filter(o, o.value == a.ip).size() > 0)",
    "alert.tags.map(a, alert.tags.map(b, a + b)).size() < 0",
    'alert.tags.exists(t, alert.summary.contains(t + "x"))',
    "alert.tags.exists(t, alert.summary.matches(t))",
    "alert.tags.exists(t, size(alert.summary) == 1)",
    "alert.tags.exists(t, size(alert.data.text) == 1)",
    'alert.tags.exists(t, alert.summary.lowerAscii() == "x")',
    'alert.tags.exists(t, alert.summary.replace("a", t) == "x")',
    'alert.tags.exists(t, alert.summary.split("a").size() == 1)',
    "alert.tags.exists(t, alert.data.text + t == alert.data.other + t)",
    "alert.tags.exists(t, alert.assets == alert.observables)",
    "alert.tags.exists(t, alert.data.list == alert.data.table.a + [t])",
    "alert.tags.exists(t, alert.data == alert.data.table)",
    "alert.tags.exists(t, alert.data.list.exists(x, x == t))",
    "alert.tags.exists(t, lists.long.exists(one, one == t))",
    'alert.tags.exists(t, hasObservable("ip", alert.tags.map(x, x + t)))',
    'alert.summary.matches("(x+x+)+y|(a|ab|abc)*z") || alert.summary.matches("(a|b)*x") || alert.summary.matches("q+$")',
    "alert.data.text.contains(alert.title)",
    'alert.summary.replace("a", alert.summary).replace("a", alert.summary).size() > 0',
    `[alert.summary]${".map(x, x + x)".repeat(12)}.exists(x, x.contains("z"))`,
    `"%s".format([alert.tags.map(t, alert.summary)]) == ""`,
    'alert.tags.map(t, alert.summary).join("") == ""',
  ])("%s fails on a huge alert, and does not stall it", (text) => {
    const long = many(10_000, (index) => `l${index}`);
    const started = performance.now();
    expect(judge(text, HUGE, { long })).toHaveProperty("failed");
    // Unbounded, each takes from a tenth of a second to for ever; bounded, some milliseconds.
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("says what to do, and is given anew to the next", () => {
    expect(judge("alert.assets.exists(a, alert.tags.exists(t, t == a.name))", HUGE)).toEqual(TOO_MANY);
    expect(judge('alert.tags.exists(t, t == "tag-999")', HUGE)).toEqual({ matched: true });
  });

  it("is spent on what has to be asked only", () => {
    const dear = "alert.assets.exists(a, alert.tags.exists(t, t == a.name))";
    expect(judge(`alert.severity_id >= LOW || ${dear}`, HUGE)).toEqual({ matched: true });
    expect(judge(`alert.severity_id < LOW && ${dear}`, HUGE)).toEqual({ matched: false });
    // What comes after it is not believed.
    expect(judge(`${dear} || alert.severity_id >= LOW`, HUGE)).toEqual(TOO_MANY);
  });

  it("is bounded whatever the condition is", () => {
    const variable = fc.constantFrom("a", "b", "c");
    const range = fc.constantFrom("alert.tags", "alert.data.list", "alert.data.table.a", "alert.tags.map(z, z + z)", "lists.long");
    const text = fc.constantFrom("alert.summary", "alert.data.text", "alert.title", "alert.data.other");
    const leaf = fc.oneof(
      fc.tuple(text, text).map(([left, right]) => `${left} == ${right} + "x"`),
      fc.tuple(text, text).map(([left, right]) => `${left}.contains(${right})`),
      text.map((one) => `${one}.matches("(a|b|ab)*c")`),
      text.map((one) => `${one}.split("a").size() == 0`),
      range.map((one) => `"nothing" in ${one}`),
      text.map((one) => `${one}.replace("a", ${one}) == ""`),
    );
    const { condition } = fc.letrec<{ condition: string }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc
          .tuple(range, fc.constantFrom("exists", "all", "exists_one"), variable, tie("condition"))
          .map(([over, macro, name, body]) => `${over}.${macro}(${name}, ${body})`),
        fc
          .tuple(tie("condition"), fc.constantFrom("&&", "||"), tie("condition"))
          .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      ),
    }));
    const long = many(2_000, (index) => `l${index}`);
    fc.assert(
      fc.property(condition, (one) => {
        fc.pre(one.length < 4_000);
        const started = performance.now();
        judge(one, HUGE, { long });
        expect(performance.now() - started).toBeLessThan(1_000);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});

it("an expression for a value sees all of its body", () => {
  const list: Json = many(MOST_VALUES + 1, (index) => ({ name: `n${index}` }));
  const compiled = compileValue("body.list.map(one, one.name).size() + int(body.text.size())", ["body"], "value");
  if (!compiled.ok) throw new Error(compiled.reason.message);
  const body = valueInput({ list, text: "x".repeat(MOST_CHARACTERS + 1) });
  expect(compiled.value.evaluate({ body })).toEqual({ value: MOST_VALUES + 1 + MOST_CHARACTERS + 1 });
});
