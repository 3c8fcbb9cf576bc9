// Escalation: nobody has taken an alert in hand within a time. Its state stands in the alert's row, so that it survives a restart and a clock
// that jumps takes no step twice.
import type { Alert } from "../alert.ts";
import type { EscalationStep, Rule } from "../config/model.ts";
import { spanText } from "../lib/duration.ts";
import type { TraceStep } from "./interface.ts";
import type { AlertState, Escalation, Reminder } from "./state.ts";

/** What a step that is due comes to: destinations that begin to show the alert, and a word to those that show it. */
export interface Escalated {
  begin: string[];
  reminder?: Reminder;
  trace: TraceStep;
}

/** When the next step is to be looked at, Unix ms; undefined where there is none. */
export const stepDue = (escalation: Escalation | undefined): number | undefined =>
  escalation?.due === undefined ? undefined : Math.max(escalation.due, escalation.notBefore ?? 0);

/** Whether a step is due now, hidden by a silence or not. */
export const isStepDue = ({ escalation, alert }: AlertState, now: number): boolean =>
  escalation?.due !== undefined && escalation.due <= now && isUntaken(alert);

/** Whether an alert waits for somebody. */
const isUntaken = ({ status }: Alert): boolean => status === "new";

/**
 * Begins the escalation of `rule` unless one runs, ends it as soon as somebody has taken the alert, and reckons anew when the next step is
 * due, which depends on the severity. `ruleOf`: a rule as it is configured now.
 */
export function noteEscalation(state: AlertState, rule: string | undefined, ruleOf: (name: string) => Rule | undefined, now: number): void {
  if (!isUntaken(state.alert)) {
    if (state.escalation) state.escalatedBy = state.escalation.rule;
    delete state.escalation;
    delete state.reminders;
    return;
  }
  // Who gives an alert back, or reopens it, has it wait for somebody anew.
  const begins = rule ?? state.escalatedBy;
  delete state.escalatedBy;
  const running = sinceNow(state.escalation, now) ?? (begins === undefined ? undefined : { rule: begins, since: now, done: 0, said: 0 });
  const steps = running && ruleOf(running.rule)?.escalate;
  if (!running || !steps) delete state.escalation;
  else if (running.done < steps.length) state.escalation = { ...running, due: nextOf(steps, running, state.alert)?.due };
}

/** A clock that was set back has not begun later than now: the steps that are left come in their time. */
const sinceNow = (running: Escalation | undefined, now: number): Escalation | undefined =>
  running && running.since > now ? { ...running, since: now } : running;

/** Takes the step that is due, once however late it is; undefined when none is. The state is moved on. */
export function escalate(state: AlertState, ruleOf: (name: string) => Rule | undefined, now: number): Escalated | undefined {
  const { escalation, alert } = state;
  if (!escalation || !isStepDue(state, now)) return undefined;
  const steps = ruleOf(escalation.rule)?.escalate ?? [];
  const next = nextOf(steps, escalation, alert);
  const step = next && steps[next.index];
  if (!next || !step) {
    delete state.escalation;
    return undefined;
  }
  const said = escalation.said + 1;
  const { notBefore: _, ...before } = escalation;
  const moved = { ...before, done: next.index + 1, said };
  const isLast = moved.done === steps.length;
  const due = isLast ? step.everyMs && now + step.everyMs : nextOf(steps, moved, alert)?.due;
  state.escalation = { ...moved, due };
  const whom = step.to ?? state.shownBy;
  const begin = whom.filter((name) => !state.shownBy.includes(name));
  const remind = whom.filter((name) => state.shownBy.includes(name));
  const text = `nobody has taken it in hand for ${spanText(rounded(now - escalation.since))}`;
  const values = { rule: escalation.rule, step: next.index + 1, to: whom, severity: alert.severity, version: alert.version };
  const decision = begin.length > 0 ? "escalated" : "reminded";
  const trace: TraceStep = { at: new Date(now).toISOString(), stage: "escalate", decision, reason: text, values };
  const ping = step.ping?.[alert.severity];
  return {
    begin,
    trace,
    ...(remind.length === 0
      ? {}
      : { reminder: { id: `${escalation.since}.${said}`, to: remind, text, at: now, ...(ping ? { ping } : {}) } }),
  };
}

/** The next step for the alert's severity, and when it is due (Unix ms). After the last one its repeat. */
function nextOf(
  steps: readonly EscalationStep[],
  { since, done, due }: Escalation,
  alert: Alert,
): { index: number; due: number } | undefined {
  if (done >= steps.length) return due === undefined ? undefined : { index: steps.length - 1, due };
  for (let index = done; index < steps.length; index += 1) {
    const after = steps[index]?.afterMs[alert.severity];
    if (after !== undefined) return { index, due: since + after };
  }
  return undefined;
}

/** In whole minutes, or seconds below one: what a reader wants to know. */
const rounded = (ms: number): number => (ms >= 60_000 ? Math.round(ms / 60_000) * 60_000 : Math.max(1_000, Math.round(ms / 1_000) * 1_000));
