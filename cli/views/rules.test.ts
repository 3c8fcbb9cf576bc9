import { expect, test } from "vitest";
import type { ListedRule, RouteRules } from "../config/listed-rules.ts";
import { painted } from "../frame/paint.ts";
import { rulesLines } from "./rules.ts";

const NOW = Date.parse("2026-11-21T14:00:00Z");
const rule = (more: Partial<ListedRule> = {}): ListedRule => ({ name: "all", enabled: true, to: ["soc"], stop: false, ...more });
const lines = (...routes: RouteRules[]) => rulesLines(routes, NOW).map((paint) => painted(paint, false));

test("rules in their order, with whom they tell, and whether they ever match", () => {
  const urgent = rule({
    name: "urgent to the SOC",
    when: 'alert.severity_id >= HIGH &&\n  alert.status != "resolved"',
    to: { critical: ["soc", "oncall"], info: [], default: ["soc"] },
    stop: true,
    template: { title: "!" },
    matched: 1,
    last_matched_at: "2026-11-21T13:48:00.000Z",
  });
  const scanner = rule({ name: "the scanner", to: [], mute: true, enabled: false, matched: 0, last_matched_at: null });
  expect(lines({ route: "prod", enabled: true, rules: [urgent, scanner] }, { route: "lab", enabled: false, rules: [] })).toEqual([
    "prod",
    "   1  urgent to the SOC  matched 1 event, last 12m ago",
    '      when alert.severity_id >= HIGH && alert.status != "resolved"',
    "      to critical: soc, oncall; info: nobody; default: soc",
    "      own template",
    "      stop: the rules below are not asked",
    "   2  the scanner  disabled  never matched",
    "      every alert",
    "      to nobody at all",
    "      mutes what it matches",
    "",
    "lab  disabled",
    "  no rules: every alert is counted as unmatched",
  ]);
});

test("gates, each in a line", () => {
  const hours = { zone: "Europe/Paris", days: ["mon" as const, "fri" as const], from: "08:00", to: "18:00", outside: "night" };
  const gates = lines({
    route: "prod",
    enabled: true,
    rules: [
      rule({
        mute: "15m",
        hours: { ...hours, holidays: "days_off" },
        escalate: [
          { after: "15m", ping: "@here" },
          { after: { high: "1h", critical: "20m" }, to: ["boss"], every: "30m" },
        ],
      }),
      rule({ threshold: { count: 10, within: "5m", by: ["asset.ip"] } }),
      rule({ unless: { when: "true", within: "10m" } }),
      rule({ group: { by: ["rule.name", "tenant"], wait: "30s", interval: "5m" } }),
    ],
  });
  expect(gates.filter((line) => /^ {6}(?!every alert|to soc)/.test(line)).map((line) => line.trim())).toEqual([
    "holds updates back for 15m after a message",
    "hours mon fri 08:00-18:00 Europe/Paris, not on holidays, outside: night",
    "escalate after 15m again with ping @here",
    "then after 20m (critical), 1h (high) to boss every 30m",
    "threshold 10 within 5m by asset.ip",
    "unless true within 10m",
    "group by rule.name, tenant, wait 30s, interval 5m",
  ]);
});

test("a route that is broken says why", () => {
  expect(lines({ route: "prod", enabled: true, problem: "rules[0].to: names no destination", rules: [] })).toEqual([
    "prod",
    "  BROKEN rules[0].to: names no destination",
  ]);
});
