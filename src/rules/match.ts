// Which destinations begin to show an alert: every rule that matches applies, `stop` ends, and each rule says why.
import type { Alert, Change, Json } from "../alert.ts";
import type { Rule } from "../config/model.ts";
import { own } from "../lib/own.ts";
import type { Result } from "../outcome.ts";
import type { Condition, ConditionError } from "./condition.ts";

/** What one rule said of one version of an alert; goes into the trace. */
export interface RuleDecision {
  rule: string;
  /** `failed_matched`: the condition failed on this alert, which counts as a match so that nothing is lost. */
  decision: "matched" | "not_matched" | "failed_matched" | "disabled" | "not_reached";
  /** A sentence for the reader. */
  reason: string;
  /** The destinations it chose, where it matched. */
  to?: string[];
  /** The fields that the condition read, as they were: `{ "alert.severity_id": 4 }`. */
  values?: Record<string, Json>;
}

/**
 * Applies rules in their order. Destinations come in the order in which rules first name them, each once. `styledBy`: for each
 * destination, the first rule that says how it is told there.
 */
export function matchRules(
  rules: readonly Rule[],
  alert: Alert,
  change: Change,
  nowMs: number,
  conditionOf: (text: string) => Result<Condition, ConditionError>,
): { destinations: string[]; styledBy: Record<string, string>; decisions: RuleDecision[] } {
  const destinations = new Set<string>();
  const styledBy: Record<string, string> = {};
  const decisions: RuleDecision[] = [];
  let stoppedBy: string | undefined;
  for (const rule of rules) {
    const decision =
      stoppedBy === undefined || !rule.enabled ? decide(rule, alert, change, nowMs, conditionOf) : notReached(rule, stoppedBy);
    decisions.push(decision);
    for (const name of decision.to ?? []) {
      destinations.add(name);
      if (rule.detail || rule.template || rule.ping) styledBy[name] = own(styledBy, name) ?? rule.name;
    }
    // A rule whose condition failed does not end the list: the rules below it might be the right ones.
    if (rule.stop && decision.decision === "matched") stoppedBy ??= rule.name;
  }
  return { destinations: [...destinations], styledBy, decisions };
}

/** Where a rule sends an alert of a severity. */
export function destinationsOf(to: Rule["to"], severity: Alert["severity"]): string[] {
  return Array.isArray(to) ? to : (to[severity] ?? to.default ?? []);
}

const notReached = (rule: Rule, by: string): RuleDecision => ({
  rule: rule.name,
  decision: "not_reached",
  reason: `the rule "${by}" matched and has stop = true`,
});

function decide(
  rule: Rule,
  alert: Alert,
  change: Change,
  nowMs: number,
  conditionOf: (text: string) => Result<Condition, ConditionError>,
): RuleDecision {
  if (!rule.enabled) return { rule: rule.name, decision: "disabled", reason: "the rule has enabled = false" };
  const to = destinationsOf(rule.to, alert.severity);
  const nobody = to.length === 0 ? `; it names no destination for severity ${alert.severity}` : "";
  if (rule.when === undefined) return { rule: rule.name, decision: "matched", reason: `no condition: matches every alert${nobody}`, to };
  const condition = conditionOf(rule.when);
  if (!condition.ok) return failed(rule, condition.reason.message, nobody, to);
  const verdict = condition.value.matches(alert, change, nowMs);
  const values = condition.value.values(alert, change);
  if ("failed" in verdict) return { ...failed(rule, verdict.failed, nobody, to), values };
  if (!verdict.matched) return { rule: rule.name, decision: "not_matched", reason: `false: ${rule.when}`, values };
  return { rule: rule.name, decision: "matched", reason: `true: ${rule.when}${nobody}`, to, values };
}

const failed = (rule: Rule, why: string, nobody: string, to: string[]): RuleDecision => ({
  rule: rule.name,
  decision: "failed_matched",
  reason: `the condition failed, which counts as a match: ${why}${nobody}`,
  to,
});
