// Rules for people: in their order, when each tells whom, what holds it up, and whether it ever matches.
import type { RuleTable } from "../../src/admin/config-words.ts";
import { SEVERITIES, type Severity } from "../../src/alert.ts";
import type { ListedRule, RouteRules } from "../config/listed-rules.ts";
import { bad, faint, loud, type Paint, strong, warn } from "../frame/paint.ts";
import { ago } from "../frame/times.ts";
import { wrapped } from "../frame/wrap.ts";
import { plural } from "./words.ts";

const WIDE = 100;
const INDENT = "      ";

/** The lines of all routes. */
export const rulesLines = (routes: readonly RouteRules[], now: number, width = WIDE): Paint[] =>
  routes.flatMap((one, index) => [...(index === 0 ? [] : [""]), ...routeLines(one, now, width)]);

function routeLines({ route, enabled, problem, rules }: RouteRules, now: number, width: number): Paint[] {
  const head: Paint = [strong(route), enabled ? "" : faint("  disabled")];
  if (problem !== undefined) return [head, ["  ", loud("BROKEN"), ` ${problem}`]];
  if (rules.length === 0) return [head, ["  ", warn("no rules: every alert is counted as unmatched")]];
  return [head, ...rules.flatMap((rule, index) => ruleLines(rule, index + 1, now, width))];
}

/** The lines of one rule. `place`: 1 is the first of its route. */
export function ruleLines(rule: ListedRule, place: number, now: number, width = WIDE): Paint[] {
  const { name, enabled, when } = rule;
  const gates = gatesInShort(rule);
  const body = [when === undefined ? "every alert" : `when ${when.replace(/\s*\n\s*/g, " ")}`, `to ${whom(rule)}`, ...gates];
  return [
    [`${String(place).padStart(4)}  `, enabled ? strong(name) : faint(name), enabled ? "" : bad("  disabled"), ...matched(rule, now)],
    ...body.flatMap((text) => wrapped(text, Math.max(40, width - INDENT.length)).map((line): Paint => [INDENT, line])),
  ];
}

function matched({ matched, last_matched_at }: ListedRule, now: number): Paint[] {
  if (matched === undefined) return [];
  return ["  ", faint(matched === 0 ? "never matched" : `matched ${plural(matched, "event")}, last ${ago(last_matched_at, now)}`)];
}

function whom({ to, mute }: RuleTable): string {
  if (Array.isArray(to)) return to.length === 0 && mute === true ? "nobody at all" : to.join(", ");
  return Object.entries(to)
    .map(([severity, names]) => `${severity}: ${names.join(", ") || "nobody"}`)
    .join("; ");
}

/** What a rule has besides condition and destinations, a line each. */
export function gatesInShort({ stop, mute, hours, threshold, unless, group, escalate, detail, template, ping }: RuleTable): string[] {
  const own = [detail && "detail", template && "template", ping && "ping"].filter((word) => typeof word === "string");
  return [
    mute === true ? "mutes what it matches" : mute === undefined ? "" : `holds updates back for ${mute} after a message`,
    hours === undefined
      ? ""
      : `hours ${hours.days.join(" ")} ${hours.from}-${hours.to} ${hours.zone}${hours.holidays === undefined ? "" : ", not on holidays"}, outside: ${hours.outside}`,
    threshold === undefined ? "" : `threshold ${threshold.count} within ${threshold.within}${by(threshold.by)}`,
    unless === undefined ? "" : `unless ${unless.when} within ${unless.within}${by(unless.by)}`,
    group === undefined ? "" : `group${by(group.by)}, wait ${group.wait}, interval ${group.interval}`,
    ...(escalate ?? []).map((step, index) => `${index === 0 ? "escalate" : "then"} ${stepText(step)}`),
    own.length === 0 ? "" : `own ${own.join(", ")}`,
    stop ? "stop: the rules below are not asked" : "",
  ].filter((text) => text !== "");
}

const by = (paths: readonly string[] | undefined): string => (paths === undefined ? "" : ` by ${paths.join(", ")}`);

const stepText = ({ after, to, ping, every }: NonNullable<RuleTable["escalate"]>[number]): string =>
  [
    typeof after === "string" ? `after ${after}` : `after ${severitiesText(after)}`,
    to === undefined ? "again" : `to ${to.join(", ")}`,
    ping === undefined ? "" : `with ping ${typeof ping === "string" ? ping : severitiesText(ping)}`,
    every === undefined ? "" : `every ${every}`,
  ]
    .filter((text) => text !== "")
    .join(" ");

/** The worst first: `20s (critical), 1h (high)`. */
const severitiesText = (table: Readonly<Partial<Record<Severity, string>>>): string =>
  SEVERITIES.toReversed()
    .flatMap((severity) => (table[severity] === undefined ? [] : [`${table[severity]} (${severity})`]))
    .join(", ");
