// Which destinations begin to show an alert: every rule that matches applies, `stop` ends, and each rule says why.
import type { Alert, Change, Json } from "../alert.ts";
import type { Rule } from "../config/model.ts";
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

/** One version of an alert, as rules are asked about it. */
export interface Asked {
  alert: Alert;
  change: Change;
  /** Unix ms. */
  nowMs: number;
  /** Texts by the name of their list. */
  lists: Readonly<Record<string, readonly string[]>>;
}

/** A compiler of conditions that remembers. */
export type ConditionOf = (text: string) => Result<Condition, ConditionError>;

/** Asks rules in their order: what each says, a rule that matches and has `stop` being the last that is asked. */
export function matchRules(rules: readonly Rule[], asked: Asked, conditionOf: ConditionOf): RuleDecision[] {
  let stoppedBy: string | undefined;
  return rules.map((rule) => {
    const decision = stoppedBy === undefined || !rule.enabled ? decide(rule, asked, conditionOf) : notReached(rule, stoppedBy);
    // A rule whose condition failed does not end the list: the rules below it might be the right ones.
    if (rule.stop && decision.decision === "matched") stoppedBy ??= rule.name;
    return decision;
  });
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

function decide(rule: Rule, { alert, change, nowMs, lists }: Asked, conditionOf: ConditionOf): RuleDecision {
  if (!rule.enabled) return { rule: rule.name, decision: "disabled", reason: "the rule has enabled = false" };
  const to = destinationsOf(rule.to, alert.severity);
  const nobody = to.length === 0 && rule.mute !== true ? `; it names no destination for severity ${alert.severity}` : "";
  if (rule.when === undefined) return { rule: rule.name, decision: "matched", reason: `no condition: matches every alert${nobody}`, to };
  const condition = conditionOf(rule.when);
  if (!condition.ok) return failed(rule, condition.reason.message, nobody, to);
  const verdict = condition.value.matches(alert, change, nowMs, lists);
  const values = condition.value.values(alert, change);
  const cut = verdict.cut ? `; there is more of ${verdict.cut.join(" and ")} than a condition sees` : "";
  if ("failed" in verdict) return { ...failed(rule, `${verdict.failed}${cut}`, nobody, to), values };
  if (!verdict.matched) return { rule: rule.name, decision: "not_matched", reason: `false: ${rule.when}${cut}`, values };
  return { rule: rule.name, decision: "matched", reason: `true: ${rule.when}${nobody}${cut}`, to, values };
}

const failed = (rule: Rule, why: string, nobody: string, to: string[]): RuleDecision => ({
  rule: rule.name,
  decision: "failed_matched",
  reason: `the condition failed, which counts as a match: ${why}${nobody}`,
  to,
});
