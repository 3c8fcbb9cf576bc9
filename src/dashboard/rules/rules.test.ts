import { describe, expect, test } from "vitest";
import { HOSTILE } from "../../../test/support/alerts.ts";
import type { RouteItem, RuleItem } from "../../admin/queries/routes.ts";
import { noRouteCounts } from "../../ledger/interface.ts";
import { decisionsList } from "./decisions.ts";
import { copyName, ruleInText, withAct, withTable } from "./edit.ts";
import { fieldsOf, problemsAt, type RuleFields, tableOf } from "./form.ts";
import { ruleFormPage } from "./form-page.ts";
import { rulesFound } from "./found.ts";
import { rulesPage } from "./list-page.ts";
import { tryPage } from "./try-page.ts";
import { gateWords, whomLines } from "./words.ts";

const NOW = Date.UTC(2026, 10, 21, 14);
const rule = (name: string, more: Partial<RuleItem> = {}): RuleItem => ({
  name,
  enabled: true,
  to: ["soc"],
  stop: false,
  matched: 0,
  last_matched_at: null,
  ...more,
});
const route = (name: string, rules: RuleItem[], more: Partial<RouteItem> = {}): RouteItem => ({
  name,
  state: "ok",
  source: "sekoia",
  label: "SEKOIA.IO",
  shards: 1,
  rules,
  backlog: 0,
  last_event_at: null,
  counts: noRouteCounts(),
  ...more,
});
const ROUTES = [
  route("prod", [
    rule("urgent", {
      when: "alert.severity_id >= HIGH",
      to: ["oncall"],
      matched: 1_234,
      last_matched_at: new Date(NOW - 60_000).toISOString(),
    }),
    rule("night", { enabled: false, hours: { zone: "UTC", days: ["mon"], from: "08:00", to: "18:00", outside: "phone" } }),
    rule("all"),
  ]),
  route("lab", [], { source: "text", label: "Text" }),
  route("gone", [], { state: "removed" }),
];
const page = (search = {}, mayConfigure = true, routes = ROUTES): Promise<string> =>
  Promise.resolve(rulesPage({ routes, search, destinations: ["oncall", "phone", "soc"], state: "3.abc", mayConfigure, now: NOW })).then(
    String,
  );

describe("rules that are looked for", () => {
  const names = (search: object): string[] =>
    rulesFound(ROUTES, search).flatMap(({ rules }) => rules.map(({ rule: { name }, place }) => `${place} ${name}`));

  test.each<[object, string[]]>([
    [{}, ["1 urgent", "2 night", "3 all"]],
    [{ q: "SEVERITY_ID" }, ["1 urgent"]],
    [{ q: "nigh" }, ["2 night"]],
    [{ q: "utc" }, ["2 night"]],
    [{ to: "oncall" }, ["1 urgent"]],
    [{ to: "phone" }, ["2 night"]],
    [{ is: "off" }, ["2 night"]],
    [{ is: "never" }, ["2 night", "3 all"]],
    [{ source: "text" }, []],
    [{ route: "prod", to: "soc" }, ["2 night", "3 all"]],
  ])("%j", (search, expected) => expect(names(search)).toEqual(expected));

  test("have no routes without one, unless nothing but the route was asked", () => {
    expect(rulesFound(ROUTES, { q: "urgent" }).map(({ route: { name } }) => name)).toEqual(["prod"]);
    expect(rulesFound(ROUTES, {}).map(({ route: { name } }) => name)).toEqual(["prod", "lab"]);
  });
});

describe("a rule in plain words", () => {
  test("says whom it tells, and how", () => {
    expect(whomLines({ to: { critical: ["oncall"], default: ["soc", "board"] } })).toEqual(["critical: oncall", "others: soc, board"]);
    expect(whomLines({ to: [], mute: true })).toEqual(["nobody at all"]);
    const words = gateWords(
      rule("all", {
        stop: true,
        mute: "15m",
        group: { by: ["asset.name"], wait: "30s", interval: "5m" },
        hours: { zone: "Europe/Paris", days: ["mon", "fri"], from: "08:00", to: "18:00", holidays: "bank", outside: "digest" },
        escalate: [
          { after: "15m", to: ["oncall"] },
          { after: { critical: "5m" }, every: "1h" },
        ],
        template: { title: "x" },
      }),
    ).join("\n");
    expect(words).toContain("holds updates back for 15m");
    expect(words).toContain("One message for all of the same asset.name: waits 30s");
    expect(words).toContain(
      "Open mon, fri from 08:00 to 18:00 (Europe/Paris), not on holidays (list bank). Outside, alerts wait, and are told as one digest",
    );
    expect(words).toContain("within 15m: tells oncall.");
    expect(words).toContain("within 5m if critical: says so again, and again every 1h.");
    expect(words).toContain("Has a template of its own.");
    expect(words).toContain("Stops here");
  });

  test("tells thresholds and answers", () => {
    const threshold = { count: 10, within: "5m", by: ["asset.name"], title: "Many" };
    expect(gateWords(rule("a", { threshold }))).toEqual([
      "Tells of 10 within 5m of the same asset.name only, as one alert of our own, “Many”.",
    ]);
    expect(gateWords(rule("a", { unless: { when: 'alert.status == "resolved"', within: "2m" } }))).toEqual([
      'Waits 2m: told unless alert.status == "resolved".',
    ]);
  });
});

describe("the page of the rules", () => {
  test("has them in order, how often each matched, and what may be done", async () => {
    const html = await page();
    expect(html).toMatch(/urgent[\s\S]*1,234<\/strong> matched[\s\S]*night[\s\S]*switched off[\s\S]*never matched/);
    expect(html).toContain("No rules: its alerts are counted as unmatched");
    expect(html).toContain('name="state" value="3.abc"');
    expect(html.match(/value="up"/g)).toHaveLength(2);
    expect(html.match(/value="down"/g)).toHaveLength(2);
    expect(html).not.toContain("gone");
  });

  test("offers nothing to those who may only look", async () => {
    const html = await page({}, false);
    for (const offered of ["/rules/act", "/rules/new", "/rules/edit"]) expect(html).not.toContain(offered);
    expect(html).toContain("/rules/try");
  });

  test("says what to do where there is nothing", async () => {
    expect(await page({}, true, [])).toContain("No route is configured");
    expect(await page({ q: "nowhere" })).toContain("No rule is like that");
    const broken = route("prod", [], { state: "broken", problem: "id must be a UUID" });
    expect(await page({}, true, [broken])).toContain("id must be a UUID Its rules are not asked.");
  });

  test.each(HOSTILE)("takes no markup from a name or a condition: %s", async (text) => {
    const html = await page({ q: "" }, true, [route("prod", [rule(text, { when: text, to: { default: [text] } })])]);
    expect(html).not.toMatch(/<script|<b>/i);
    // A form sends the name as it is.
    expect(html.replaceAll(/value="[^"]*"/g, "")).not.toMatch(/\u202e/);
  });
});

const TEXT = `[destinations.soc]
type = "inbox"

[routes.prod]
id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11"
source = "text"

# urgent ones
[[routes.prod.rules]]
name = "urgent" # and up
when = 'alert.severity_id >= HIGH' # or worse
to = ["soc"]
[routes.prod.rules.hours] # the day
zone = "UTC"
days = ["mon"]
from = "08:00"
to = "18:00"
outside = "hold"

[[routes.prod.rules]]
to = ["soc"]
`;
const found = (name: string) => {
  const one = ruleInText(TEXT, "prod", name);
  if (!one.ok) throw new Error(one.reason);
  return one.value;
};
const edited = (result: ReturnType<typeof withTable>): string => {
  if (!result.ok) throw new Error(result.reason.kind);
  return result.value;
};

describe("an edit of a rule", () => {
  test("finds it by its name, or by its number", () => {
    expect(found("urgent").index).toBe(0);
    expect(found("rule 2").index).toBe(1);
    expect(ruleInText(TEXT, "prod", "no")).toMatchObject({ ok: false, reason: expect.stringContaining("has no rule “no” any more") });
    expect(ruleInText(TEXT, "__proto__", "no")).toMatchObject({ ok: false, reason: expect.stringContaining("no route __proto__") });
  });

  test("that changes nothing changes no character", () => {
    const { table } = found("urgent");
    expect(edited(withTable(TEXT, found("urgent"), table))).toBe(TEXT);
    expect(edited(withTable(TEXT, found("urgent"), { ...table, enabled: true, stop: false }))).toBe(TEXT);
  });

  test("keeps the comments of what stays", () => {
    const { hours: _, ...table } = found("urgent").table;
    const text = edited(withTable(TEXT, found("urgent"), { ...table, stop: true, name: "very urgent" }));
    expect(text).toContain(
      "# urgent ones\n[[routes.prod.rules]]\nname = \"very urgent\" # and up\nstop = true\nwhen = 'alert.severity_id >= HIGH' # or worse",
    );
    expect(text).not.toContain("hours");
    const other = edited(
      withTable(TEXT, found("urgent"), { ...table, hours: { zone: "UTC", days: ["tue"], from: "08:00", to: "18:00", outside: "hold" } }),
    );
    expect(other).toContain('hours = { zone = "UTC", days = ["tue"]');
    expect(other).not.toContain("# the day");
  });

  test("is one press for what is done often", () => {
    expect(edited(withAct(TEXT, found("urgent"), "disable"))).toContain('name = "urgent" # and up\nenabled = false\n');
    expect(edited(withAct(TEXT, found("rule 2"), "remove"))).not.toContain('\n[[routes.prod.rules]]\nto = ["soc"]');
    expect(copyName("a", ["a", "a copy"])).toBe("a copy 2");
  });
});

describe("a rule's form", () => {
  const empty: RuleFields = { name: "a", when: "", to: ["soc"], enabled: true, stop: false, rest: "" };

  test("has all of a rule, and makes the same of it", () => {
    const { table } = found("urgent");
    const fields = fieldsOf("urgent", table);
    expect(fields).toMatchObject({ name: "urgent", when: "alert.severity_id >= HIGH", to: ["soc"], enabled: true, stop: false });
    expect(fields.rest).toContain("[hours]");
    expect(tableOf(fields)).toEqual({ ok: true, value: table });
    const bySeverity = { name: "b", to: { critical: ["soc"] }, enabled: false };
    expect(tableOf(fieldsOf("b", bySeverity))).toEqual({ ok: true, value: bySeverity });
  });

  test.each<[Partial<RuleFields>, string, string]>([
    [{ name: " " }, "name", "A rule needs a name"],
    [{ rest: "a = " }, "rest", "Line 1: this is not TOML"],
    [{ rest: 'name = "b"' }, "rest", "“name” has a field of its own above"],
    [{ rest: 'to = { critical = ["soc"] }' }, "to", "take one of the two out"],
    [{ to: [], rest: 'to = ["soc"]' }, "rest", "only where it is by severity"],
  ])("%j is told at its field", (more, field, sentence) => {
    const made = tableOf({ ...empty, ...more });
    expect(made.ok ? [] : made.reason).toContainEqual({ field, sentence: expect.stringContaining(sentence) });
  });

  test("has each problem of the whole at its field, and the others apart", () => {
    const path = ["routes", "prod", "rules", 1];
    const problems = [
      [...path, "when"],
      [...path, "to", 0],
      [...path, "group", "wait"],
      ["destinations", "x", "type"],
      [...path, "to", "high", 0],
    ].map((at) => ({ path: at }));
    const { fields, others } = problemsAt(problems, path, () => "is wrong");
    expect(fields.map(({ field, sentence }) => `${field}: ${sentence}`)).toEqual([
      "when: is wrong",
      "to: is wrong",
      "rest: group.wait: is wrong",
      "rest: to.high.0: is wrong",
    ]);
    expect(others).toEqual([{ path: ["destinations", "x", "type"] }]);
  });

  test("keeps what was typed, whatever it is", async () => {
    for (const text of HOSTILE) {
      const html = String(
        await ruleFormPage({
          route: "prod",
          rule: text,
          fields: { ...empty, name: text, when: text, rest: text },
          names: [text],
          destinations: ["soc"],
          state: "1.a",
          problems: [{ field: "when", sentence: text }],
        }),
      );
      expect(html).not.toMatch(/<script|<b>/i);
      expect(html).toContain('aria-invalid="true"');
    }
  });
});

describe("an alert that is tried", () => {
  const step = (decision: string, values: object = {}) => ({
    at: new Date(NOW).toISOString(),
    stage: "match",
    decision,
    reason: "true: a",
    values: { rule: "urgent", ...values },
  });

  test("shows every gate with its values, each answer once", async () => {
    const html = String(
      await decisionsList([
        step("not_matched", { version: 1, "alert.severity_id": 2 }),
        step("not_matched", { version: 2, "alert.severity_id": 2 }),
        step("matched", { to: ["soc"] }),
      ]),
    );
    expect(html.match(/not matched/g)).toHaveLength(1);
    expect(html).toContain("alert.severity_id = 2");
    expect(html).toMatch(/urgent<\/strong>: true: a → <strong>soc/);
  });

  test("says who would be told, and when there is nobody", async () => {
    const tried = {
      route: "prod",
      source: "text",
      enabled: false,
      tests: 1,
      ignored: ["too old"],
      alerts: [],
      events: [],
      told: [],
      messages: [],
    };
    const html = String(await tryPage({ routes: ["prod"], alert: "", route: "prod", payload: "<b>{}", tried, now: NOW }));
    expect(html).toContain("Nobody.");
    expect(html).toContain("1 test message of the vendor");
    expect(html).toContain("Ignored: too old.");
    expect(html).toContain("it answers 404 now");
    expect(html).toContain("&lt;b&gt;{}</textarea>");
  });
});
