// Match and plan: who shows an alert, and why. Pure but for the compiled conditions, which are kept by their text.
import type { Alert, Change } from "../alert.ts";
import type { Route } from "../config/model.ts";
import type { TraceStep } from "../ledger/interface.ts";
import type { PlannedEnricher, PlannedEvent, Planner } from "../ledger/stages.ts";
import { own } from "../lib/own.ts";
import { rememberConditions } from "../rules/condition.ts";
import { matchRules, type RuleDecision } from "../rules/match.ts";

const conditionOf = rememberConditions();

/** A route's rules as the ledger asks them. `enrichers`: those that it names. */
export function plannerOf(route: Route, canEnrich: boolean, enrichers: readonly PlannedEnricher[] = []): Planner {
  return {
    defaultSeverity: route.defaultSeverity,
    softDeadlineMs: route.softDeadlineMs,
    retentionMs: route.retentionMs,
    retentionPayloadsMs: route.retentionPayloadsMs,
    canEnrich,
    enrichers,
    plan: (alert, changes, shownBy, now) => planEvent(route, alert, changes, shownBy, now),
  };
}

function planEvent(route: Route, alert: Alert, changes: Change[], shownBy: readonly string[], now: number): PlannedEvent {
  const at = new Date(now).toISOString();
  const matched = new Set<string>();
  const styledBy: Record<string, string> = {};
  const trace: TraceStep[] = [];
  // An event that changed nothing visible is still asked about, with the alert's last change.
  for (const change of changes.length > 0 ? changes : [alert.change]) {
    const { destinations, decisions, styledBy: styled } = matchRules(route.rules, alert, change, now, conditionOf);
    for (const name of destinations) matched.add(name);
    for (const [name, rule] of Object.entries(styled)) styledBy[name] = own(styledBy, name) ?? rule;
    for (const decision of decisions) trace.push(ruleStep(at, decision, alert));
  }
  const end = matched.size > 0 || shownBy.length > 0 ? "routed" : "unmatched";
  trace.push(planStep(at, route, [...matched], shownBy, end, alert));
  return { end, matched: [...matched], styledBy, trace };
}

function ruleStep(at: string, decision: RuleDecision, alert: Alert): TraceStep {
  return {
    at,
    stage: "match",
    decision: decision.decision,
    reason: decision.reason,
    values: { rule: decision.rule, to: decision.to ?? [], ...scalars(decision.values), version: alert.version },
  };
}

function planStep(at: string, route: Route, matched: string[], shownBy: readonly string[], end: string, alert: Alert): TraceStep {
  const begin = matched.filter((name) => !shownBy.includes(name));
  const values = { begins: begin, shows: [...shownBy], version: alert.version };
  if (end === "unmatched") {
    const reason = route.rules.length === 0 ? "the route has no rules" : "no rule matched, and no destination shows the alert";
    return { at, stage: "plan", decision: "unmatched", reason, values };
  }
  const reason = begin.length > 0 ? "destinations begin to show the alert" : "destinations that show the alert get its new version";
  return { at, stage: "plan", decision: "routed", reason, values };
}

/** The values that the condition read, as far as they are scalars. */
function scalars(values: RuleDecision["values"]): Record<string, string | number | boolean | null> {
  const entries = Object.entries(values ?? {}).map(([name, value]) => [
    name,
    value !== null && typeof value === "object" ? JSON.stringify(value).slice(0, 200) : value,
  ]);
  return Object.fromEntries(entries);
}
