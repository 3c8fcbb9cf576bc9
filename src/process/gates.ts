// The gates of one rule that matched: what it counts into, waits for or groups, and whether it is open now.
import { type Alert, type Change, isRise } from "../alert.ts";
import type { Rule } from "../config/model.ts";
import type { TraceStep } from "../ledger/interface.ts";
import type { PlanContext, PlannedObservation } from "../ledger/stages.ts";
import { durationText } from "../lib/duration.ts";
import { isOpen, opensAt } from "../rules/hours.ts";
import { keysOf } from "../rules/keys.ts";
import { destinationsOf } from "../rules/match.ts";
import type { StepWriter } from "./steps.ts";

/** How long after its time a verdict of the correlator is waited for; then the gate is open: an alert is never lost for want of an answer. */
export const VERDICT_GRACE_MS = 15_000;

/** What a gate works with. */
export interface GateContext extends PlanContext {
  alert: Alert;
  changes: readonly Change[];
  lists: Readonly<Record<string, readonly string[]>>;
  step: StepWriter;
}

/** What became of one rule that matched. Times in Unix ms. */
export interface Passed {
  /** Who begins to show the alert now. */
  to: string[];
  /** They get it in one digest with what else waited. */
  digest?: boolean;
  /** It waits: when to ask again, and what is then known. */
  wait?: { due?: number; verdicts: Record<string, string> };
  /** It waits and will be told: the event counts as routed. */
  held?: boolean;
  grouped?: boolean;
  silenced?: boolean;
  /** Who shows the alert and is spared this version, until when. */
  withheld?: { from: string[]; until?: number };
  observations: PlannedObservation[];
  trace: TraceStep[];
}

/** What the gates beyond one alert say: `isOpen` where the rule itself tells the alert now. */
type Correlated = Omit<Passed, "to" | "digest"> & { isOpen: boolean };

/** Takes an alert through the gates of a rule that matched it. `raised`: it is the rule's own alert, which was counted already. */
export function passGates(rule: Rule, context: GateContext, raised = false): Passed {
  const { alert, step } = context;
  const to = destinationsOf(rule.to, alert.severity);
  if (rule.mute === true) {
    const whom = to.length === 0 ? "nobody is told" : `${to.join(", ")} ${to.length === 1 ? "is" : "are"} not told`;
    return {
      to: [],
      silenced: true,
      withheld: { from: to.length === 0 ? [...context.shownBy] : to },
      observations: [],
      trace: [step("match", "muted", `the rule "${rule.name}" mutes it: ${whom}`, { rule: rule.name, to })],
    };
  }
  const correlated = raised ? undefined : correlate(rule, context);
  if (correlated && !correlated.isOpen) return { to: [], ...correlated };
  const open = throughHours(rule, to, context);
  const withheld = updatesMuted(rule, to, context);
  return {
    ...open,
    observations: correlated?.observations ?? [],
    trace: [...(correlated?.trace ?? []), ...open.trace, ...(withheld?.trace ?? [])],
    ...(withheld ? { withheld: withheld.withheld } : {}),
  };
}

function correlate(rule: Rule, context: GateContext): Correlated | undefined {
  const { alert, step } = context;
  const { threshold, group, unless } = rule;
  if (threshold) {
    const { by, ...settings } = threshold;
    const keys = keysOf(alert, by);
    const reason = `the rule "${rule.name}" counts it: ${threshold.count} within ${durationText(threshold.withinMs)} raise an alert`;
    return {
      isOpen: false,
      grouped: true,
      observations: [{ by: rule.name, keys, settings: { gate: "threshold", ...settings } }],
      trace: [step("correlate", "counted", reason, { rule: rule.name, keys })],
    };
  }
  if (group) {
    const keys = keysOf(alert, group.by);
    const reason = `the rule "${rule.name}" tells it in one message with others of its key`;
    return {
      isOpen: false,
      grouped: true,
      observations: [groupObservation(rule.name, group, keys)],
      trace: [step("correlate", "grouped", reason, { rule: rule.name, keys })],
    };
  }
  return unless && waitForAnswer(rule, unless, context);
}

/** What a group hears of an alert. */
export const groupObservation = (by: string, group: NonNullable<Rule["group"]>, keys: string[]): PlannedObservation => ({
  by,
  keys,
  settings: { gate: "group", waitMs: group.waitMs, intervalMs: group.intervalMs },
});

function waitForAnswer(rule: Rule, unless: NonNullable<Rule["unless"]>, { alert, now, verdicts = {}, step }: GateContext): Correlated {
  const gate = `unless:${rule.name}`;
  const verdict = verdicts[gate];
  const keys = keysOf(alert, unless.by);
  const values = { rule: rule.name, keys, unless: unless.when };
  const within = durationText(unless.withinMs);
  const passes = (reason: string) => ({ isOpen: true, observations: [], trace: [step("correlate", "fired", reason, values)] });
  if (verdict === "fired") return passes(`the rule "${rule.name}" tells it: nothing answered it within ${within}`);
  if (verdict === "answered") {
    const reason = `the rule "${rule.name}" does not tell it: it was answered within ${within}`;
    return { isOpen: false, grouped: true, observations: [], trace: [step("correlate", "answered", reason, values)] };
  }
  const asked = askedAt(verdict) ?? now;
  const until = asked + unless.withinMs;
  if (verdict !== undefined && now >= until + VERDICT_GRACE_MS)
    return passes(`the rule "${rule.name}" tells it: nobody said that it was answered`);
  return {
    isOpen: false,
    grouped: true,
    wait: { due: until + VERDICT_GRACE_MS, verdicts: { [gate]: `asked:${asked}` } },
    observations: verdict === undefined ? [{ by: rule.name, keys, settings: { gate: "unless", withinMs: unless.withinMs } }] : [],
    trace: [step("correlate", "waiting", `the rule "${rule.name}" waits ${within} for what would answer it`, values)],
  };
}

function throughHours(rule: Rule, to: string[], { now, lists, verdicts = {}, alert, step }: GateContext): Omit<Passed, "observations"> {
  const { hours } = rule;
  const begun = [...to];
  if (!hours) return { to: begun, trace: [] };
  const gate = `hours:${rule.name}`;
  const values = { rule: rule.name, zone: hours.zone, severity: alert.severity };
  if (isOpen(hours, now, lists)) {
    const digest = hours.outside === "digest" && verdicts[gate] === "held";
    const waited = verdicts[gate] === "held" ? "; it waited for them" : "";
    return { to: begun, digest, trace: [step("match", "open", `within the hours of the rule "${rule.name}"${waited}`, values)] };
  }
  const outside = `outside the hours of the rule "${rule.name}"`;
  if (hours.outside === "drop") return { to: [], silenced: true, trace: [step("match", "dropped", `${outside}, which drop it`, values)] };
  if (typeof hours.outside === "object") {
    const instead = hours.outside.to;
    return { to: [instead], trace: [step("match", "elsewhere", `${outside}: ${instead} gets it`, { ...values, to: [instead] })] };
  }
  const opens = opensAt(hours, now, lists);
  if (opens === undefined)
    return { to: begun, trace: [step("match", "open", `${outside}, which never open again: it is told now`, values)] };
  const when = new Date(opens).toISOString();
  return {
    to: [],
    held: true,
    wait: { due: opens, verdicts: { [gate]: "held" } },
    trace: [step("match", "held", `${outside}: it waits until ${when}`, { ...values, until: when })],
  };
}

/** `mute` for a while: an update that brings no urgent news waits until so long after the last message. */
function updatesMuted(rule: Rule, to: string[], context: GateContext): { withheld: Passed["withheld"]; trace: TraceStep[] } | undefined {
  const { mute } = rule;
  const { changes, shownBy, toldAt = {}, now, step } = context;
  if (typeof mute !== "number" || changes.some(isUrgentNews)) return undefined;
  // A clock that was set back makes nobody wait for a time that it had shown.
  const endOf = (name: string): number => ((toldAt[name] ?? 0) > now ? 0 : (toldAt[name] ?? 0) + mute);
  const spared = to.filter((name) => shownBy.includes(name) && now < endOf(name));
  if (spared.length === 0) return undefined;
  const until = Math.min(...spared.map(endOf));
  const reason = `the rule "${rule.name}" holds updates back for ${durationText(mute)} after a message`;
  return {
    withheld: { from: spared, until },
    trace: [step("match", "update_muted", reason, { rule: rule.name, to: spared, until: new Date(until).toISOString() })],
  };
}

/** What a mute never holds back: a rise, an end, a reopening, an asset that was not there before. */
const isUrgentNews = (change: Change): boolean =>
  change.kind === "resolved" || change.kind === "reopened" || isRise(change) || (change.added.assets?.length ?? 0) > 0;

/** When a verdict was asked for, Unix ms; undefined where it was not. */
export function askedAt(verdict: string | undefined): number | undefined {
  const [, at] = /^asked:(\d+)$/.exec(verdict ?? "") ?? [];
  return at === undefined ? undefined : Number(at);
}
