// Match and plan: who shows an alert, when, and why. Pure: the same alert, changes, context and configuration give the same plan. (Compiled
// conditions are kept by their text.)
import type { Alert, Change } from "../alert.ts";
import type { Inhibition, Route, Rule } from "../config/model.ts";
import type { TraceStep } from "../ledger/interface.ts";
import type { PlanContext, PlannedEnricher, PlannedEvent, PlannedObservation, Planner } from "../ledger/stages.ts";
import { rememberConditions } from "../rules/condition.ts";
import { keysOf } from "../rules/keys.ts";
import { destinationsOf, matchRules, type RuleDecision } from "../rules/match.ts";
import type { Silence } from "../rules/silence.ts";
import { type GateContext, groupObservation, type Passed, passGates } from "./gates.ts";
import { inhibit } from "./inhibit.ts";
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
  enrichers: readonly PlannedEnricher[];
}

const ALONE: PlanSurroundings = { revision: 0, lists: {}, inhibitions: [], silences: [], canEnrich: false, enrichers: [] };

/** A route's rules as the ledger asks them. */
export function plannerOf(route: Route, surroundings: Partial<PlanSurroundings> = {}): Planner {
  const around = { ...ALONE, ...surroundings };
  return {
    source: route.source,
    defaultSeverity: route.defaultSeverity,
    softDeadlineMs: route.softDeadlineMs,
    retentionMs: route.retentionMs,
    retentionPayloadsMs: route.retentionPayloadsMs,
    canEnrich: around.canEnrich,
    enrichers: around.enrichers,
    plan: (alert, changes, context) => planEvent(route, around, alert, changes, context),
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
  for (const heard of stillMembers(route, matched, context)) planned.observe(heard);
  for (const answer of answers(route, context)) planned.observe(answer);
  planned.hear(inhibit(around.inhibitions, route.name, context, [...planned.begin], conditionOf));
  planned.hush(silence(around.silences, route.name, context, [...planned.begin], conditionOf));
  return { ...planned.end(route), rules: matched.map(({ rule }) => rule.name) };
}

/** The rules that match, each once, with a step for each that was asked. */
function matchedRules(route: Route, { alert, changes, now, lists, raisedBy, step }: GateContext, trace: TraceStep[]): Matched[] {
  // It goes where its rule says; no other one sees it, also when that one is gone.
  if (raisedBy) return route.rules.filter((rule) => rule.name === raisedBy.by).map((rule) => ({ rule, raised: true }));
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

/** A group that has heard of the alert hears of each later event, as a destination that shows it does. */
function stillMembers(route: Route, matched: readonly Matched[], { alert, memberOf = [] }: GateContext): PlannedObservation[] {
  return route.rules.flatMap(({ name, group, enabled }) => {
    const isMember = memberOf.includes(`group:${name}`) && enabled && !matched.some(({ rule }) => rule.name === name);
    return group && isMember ? [groupObservation(name, group, keysOf(alert, group.by))] : [];
  });
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

/** What the gates come to, together. */
class Plan {
  readonly #context: GateContext;
  readonly #trace: TraceStep[];
  /** Who begins to show the alert. */
  readonly begin = new Set<string>();
  readonly #digest = new Map<string, boolean>();
  readonly #styledBy: Record<string, string> = {};
  #escalatedBy: string | undefined;
  readonly #muted = new Set<string>();
  #mutesAll = false;
  readonly #withheld = new Map<string, number | undefined>();
  readonly #observations: PlannedObservation[] = [];
  readonly #ends = new Set<"held" | "grouped" | "silenced">();
  #hold: NonNullable<PlannedEvent["hold"]> | undefined;
  #silenced: PlannedEvent["silenced"];

  constructor(context: GateContext, trace: TraceStep[]) {
    this.#context = context;
    this.#trace = trace;
  }

  pass(rule: Rule, passed: Passed): void {
    this.#trace.push(...passed.trace);
    if (passed.held) this.#ends.add("held");
    if (passed.grouped) this.#ends.add("grouped");
    if (passed.silenced) this.#ends.add("silenced");
    if (passed.wait) this.#wait(passed.wait);
    this.#observations.push(...passed.observations);
    for (const name of passed.to) {
      this.begin.add(name);
      if (rule.detail || rule.template || rule.ping) this.#styledBy[name] ??= rule.name;
      this.#digest.set(name, (this.#digest.get(name) ?? true) && passed.digest === true);
    }
    if (passed.to.length > 0 && rule.escalate) this.#escalatedBy ??= rule.name;
    if (passed.withheld) this.#withhold(passed.withheld.from, passed.withheld.until);
    if (rule.mute !== true) return;
    const whom = destinationsOf(rule.to, this.#context.alert.severity);
    if (whom.length === 0) this.#mutesAll = true;
    for (const name of whom) this.#muted.add(name);
  }

  observe(observation: PlannedObservation): void {
    this.#observations.push(observation);
  }

  /** What inhibitions say: sources and targets to tell of, and whether it waits for one. */
  hear(said: ReturnType<typeof inhibit>): void {
    this.#observations.push(...said.observations);
    this.#trace.push(...said.trace);
    if (!said.holds) return;
    this.begin.clear();
    this.#ends.add("grouped");
    this.#wait(said.holds);
  }

  /** What silences say. */
  hush(said: ReturnType<typeof silence>): void {
    const { shownBy } = this.#context;
    this.#trace.push(...said.trace);
    if (said.isOver) {
      for (const name of [...this.begin]) if (!shownBy.includes(name)) this.begin.delete(name);
      this.#ends.add("silenced");
    }
    if (!said.hides) return;
    const { by, until } = said.hides;
    this.#silenced = { by, until, from: [...new Set([...this.begin, ...shownBy])] };
    this.begin.clear();
    this.#ends.add("silenced");
    this.#withhold(shownBy, until);
    this.#wait({ due: until, verdicts: { silence: `${by} ${until}` } });
  }

  end(route: Route): Omit<PlannedEvent, "rules"> {
    const { alert, shownBy, step } = this.#context;
    for (const name of [...this.begin]) if (this.#mutesAll || this.#muted.has(name)) this.begin.delete(name);
    // The end of something shown is always told.
    if (alert.status === "resolved") this.#withheld.clear();
    const withheld = shownBy.filter((name) => this.#withheld.has(name));
    const matched = [...this.begin];
    const begins = matched.filter((name) => !shownBy.includes(name));
    const told = begins.length > 0 || shownBy.some((name) => !withheld.includes(name));
    const end =
      told || this.#ends.has("held") ? "routed" : this.#ends.has("grouped") ? "grouped" : this.#isSilenced() ? "silenced" : "unmatched";
    this.#trace.push(
      step("plan", end, reasonOf(route, end, { begins, told, held: this.#ends.has("held") }), { begins, shows: [...shownBy], withheld }),
    );
    return {
      end,
      matched,
      digest: matched.filter((name) => this.#digest.get(name)),
      styledBy: Object.fromEntries(Object.entries(this.#styledBy).filter(([name]) => matched.includes(name))),
      escalatedBy: matched.length > 0 ? this.#escalatedBy : undefined,
      withheld,
      hold: this.#hold,
      observations: this.#observations,
      silenced: this.#silenced,
      trace: this.#trace,
    };
  }

  #isSilenced(): boolean {
    return this.#ends.has("silenced") || this.#withheld.size > 0;
  }

  #withhold(from: readonly string[], until: number | undefined): void {
    for (const name of from) this.#withheld.set(name, until);
    if (until !== undefined) this.#wait({ due: until, verdicts: {} });
  }

  #wait({ due, verdicts }: NonNullable<PlannedEvent["hold"]>): void {
    const both = [this.#hold?.due, due].filter((at) => at !== undefined);
    this.#hold = { ...(both.length === 0 ? {} : { due: Math.min(...both) }), verdicts: { ...this.#hold?.verdicts, ...verdicts } };
  }
}

function reasonOf(
  route: Route,
  end: PlannedEvent["end"],
  { begins, told, held }: { begins: string[]; told: boolean; held: boolean },
): string {
  switch (end) {
    case "unmatched":
      return route.rules.length === 0 ? "the route has no rules" : "no rule matched, and no destination shows the alert";
    case "silenced":
      return "nobody is told of it";
    case "grouped":
      return "it is told together with others, or waits for them";
    case "routed":
      if (begins.length > 0) return "destinations begin to show the alert";
      return held && !told
        ? "destinations will show the alert when their hours begin"
        : "destinations that show the alert get its new version";
  }
}
