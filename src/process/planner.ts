// Match and plan: who shows an alert, when, and why. Pure: the same alert, changes, context and configuration give the same plan. (Compiled
// conditions are kept by their text.)
import type { Alert, Change } from "../alert.ts";
import type { Inhibition, Route, Rule } from "../config/model.ts";
import type { TraceStep } from "../ledger/interface.ts";
import type { PlanContext, PlannedEnricher, PlannedEvent, PlannedObservation, Planner } from "../ledger/stages.ts";
import { rememberConditions } from "../rules/condition.ts";
import { keysOf, SEPARATOR } from "../rules/keys.ts";
import { matchRules, type RuleDecision } from "../rules/match.ts";
import type { Silence } from "../rules/silence.ts";
import { type GateContext, groupObservation, passGates } from "./gates.ts";
import { concerns, inhibit } from "./inhibit.ts";
import { Plan } from "./plan.ts";
import { silence } from "./silenced.ts";
import { stepsAt } from "./steps.ts";

const conditionOf = rememberConditions();

/** What a plan depends on besides the route. */
export interface PlanSurroundings {
  /** The configuration's version, for the trace. */
  revision: number;
  lists: Readonly<Record<string, readonly string[]>>;
  inhibitions: readonly Inhibition[];
  silences: readonly Silence[];
  canEnrich: boolean;
  writesBack: boolean;
  enrichers: readonly PlannedEnricher[];
}

const ALONE: PlanSurroundings = {
  revision: 0,
  lists: {},
  inhibitions: [],
  silences: [],
  canEnrich: false,
  writesBack: false,
  enrichers: [],
};

/** A route's rules as the ledger asks them. */
export function plannerOf(route: Route, surroundings: Partial<PlanSurroundings> = {}): Planner {
  const around = { ...ALONE, ...surroundings };
  return {
    revision: around.revision,
    source: route.source,
    defaultSeverity: route.defaultSeverity,
    softDeadlineMs: route.softDeadlineMs,
    retentionMs: route.retentionMs,
    retentionPayloadsMs: route.retentionPayloadsMs,
    canEnrich: around.canEnrich,
    writesBack: around.writesBack,
    enrichers: around.enrichers,
    plan: (alert, changes, context) => planEvent(route, around, alert, changes, context),
    watchesSilence: route.enabled && route.silentKeys !== undefined,
    tellsWhen: route.rules.some(({ mute }) => typeof mute === "number"),
    rule: (name) => route.rules.find((rule) => rule.name === name),
  };
}

/** A rule that one of the changes matched, or that raised the alert itself. */
interface Matched {
  rule: Rule;
  raised: boolean;
}

function planEvent(route: Route, around: PlanSurroundings, alert: Alert, changes: Change[], given: PlanContext): PlannedEvent {
  const step = stepsAt(given.now, alert, around.revision);
  // An event that changed nothing visible is still asked about, with the alert's last change.
  const asked = changes.length > 0 ? changes : [alert.change];
  const context: GateContext = { ...given, alert, changes: asked, lists: around.lists, step };
  const trace: TraceStep[] = [];
  const matched = matchedRules(route, context, trace);
  const planned = new Plan(context, trace);
  for (const { rule, raised } of matched) planned.pass(rule, passGates(rule, context, raised));
  for (const { rule, observation } of stillMembers(route, matched, context)) planned.stayIn(rule, observation);
  for (const left of lettingGo(route, around.inhibitions, context)) planned.observe(left);
  for (const answer of answers(route, context)) planned.observe(answer);
  for (const heard of heardOf(route, context)) planned.observe(heard);
  planned.hear(inhibit(around.inhibitions, route.name, context, planned, conditionOf));
  planned.hush(silence(around.silences, route.name, context, planned, conditionOf));
  return { ...planned.end(route), rules: matched.map(({ rule }) => rule.name) };
}

/** The rules that match, each once, with a step for each that was asked. */
function matchedRules(route: Route, { alert, changes, now, lists, raisedBy, step }: GateContext, trace: TraceStep[]): Matched[] {
  // It goes where its rule says; no other one sees it, also when that one is gone or disabled. What fell silent is no rule's own.
  if (raisedBy && raisedBy.gate !== SILENT_GATE)
    return route.rules.filter(({ name, enabled }) => name === raisedBy.by && enabled).map((rule) => ({ rule, raised: true }));
  const found = new Map<string, Matched>();
  for (const change of changes) {
    for (const decision of matchRules(route.rules, { alert, change, nowMs: now, lists }, conditionOf)) {
      trace.push(ruleStep(step, decision));
      const rule = route.rules.find(({ name }) => name === decision.rule);
      if (rule && isMatch(decision)) found.set(rule.name, { rule, raised: false });
    }
  }
  // In the order of the rules, whichever change matched them.
  return route.rules.flatMap(({ name }) => found.get(name) ?? []);
}

const isMatch = ({ decision }: RuleDecision): boolean => decision === "matched" || decision === "failed_matched";

const ruleStep = (step: GateContext["step"], { decision, reason, rule, to, values }: RuleDecision): TraceStep =>
  step("match", decision, reason, { rule, to: to ?? [], ...values });

/** A group that has heard of the alert hears of each later event, as a destination that shows it does, also when its rule is disabled. */
function stillMembers(
  route: Route,
  matched: readonly Matched[],
  { alert, memberOf = [] }: GateContext,
): { rule: Rule; observation: PlannedObservation }[] {
  return route.rules.flatMap((rule) => {
    const { name, group } = rule;
    const isMember = memberOf.includes(`group:${name}`) && !matched.some(({ rule }) => rule.name === name);
    return group && isMember ? [{ rule, observation: groupObservation(name, group, keysOf(alert, group.by)) }] : [];
  });
}

/** What the alert belongs to although it is configured no more: groups and inhibitions that are to let it go. */
function lettingGo(route: Route, inhibitions: readonly Inhibition[], { memberOf = [] }: GateContext): PlannedObservation[] {
  return memberOf.flatMap((member): PlannedObservation[] => {
    const [gate, by] = [member.slice(0, member.indexOf(":")), member.slice(member.indexOf(":") + 1)];
    const leaving = { by, keys: [], over: true as const };
    if (gate === "group" && !route.rules.some(({ name, group }) => name === by && group))
      return [{ ...leaving, settings: { gate, waitMs: 0, intervalMs: 0 } }];
    if (gate === "inhibit_source" && !inhibitions.some(({ name, routes }) => name === by && concerns(routes, route.name)))
      return [{ ...leaving, settings: { gate } }];
    return [];
  });
}

/** The gate of keys that fall silent, and what stands in place of a rule's name. */
const SILENT_GATE = "silent";
const SILENT = "silent_after";

/** Keys that were heard of, where their silence is watched. An event without a value for any path belongs to none. */
function heardOf({ silentKeys }: Route, { alert, raisedBy }: GateContext): PlannedObservation[] {
  if (!silentKeys || raisedBy) return [];
  const { by, ...settings } = silentKeys;
  const keys = keysOf(alert, by).filter((key) => by.length === 0 || key.split(SEPARATOR).some((value) => value !== ""));
  return keys.length === 0 ? [] : [{ by: SILENT, keys, settings: { gate: SILENT_GATE, ...settings } }];
}

/** Rules that wait for an event like this one. */
function answers(route: Route, { alert, changes, now, lists, raisedBy }: GateContext): PlannedObservation[] {
  if (raisedBy) return [];
  return route.rules.flatMap(({ name, unless, enabled }) => {
    const condition = unless && enabled ? conditionOf(unless.when) : undefined;
    if (!unless || !condition?.ok) return [];
    // A condition that fails answers nothing: the alert that waits is told.
    const fits = changes.some((change) => {
      const verdict = condition.value.matches(alert, change, now, lists);
      return "matched" in verdict && verdict.matched;
    });
    return fits ? [{ by: name, keys: keysOf(alert, unless.by), settings: { gate: "unless_answer" as const } }] : [];
  });
}
