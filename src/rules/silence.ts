// Silences: whether one hides an event, and until when. It hides nothing above its ceiling, and where its condition fails it hides nothing.
import { type Alert, type Change, severityId } from "../alert.ts";
import type { Silence } from "../config/model.ts";
import type { Result } from "../outcome.ts";
import type { Condition, ConditionError } from "./condition.ts";
import { closesAt, isOpen } from "./hours.ts";

export type { Silence } from "../config/model.ts";

/** One version of an alert, as silences are asked about it. */
export interface Heard {
  /** The route's name. */
  route: string;
  alert: Alert;
  change: Change;
  /** Unix ms. */
  now: number;
  lists: Readonly<Record<string, readonly string[]>>;
}

/** What hides an event: until when at the least, unless somebody ends it. Unix ms. */
export interface Hidden {
  silence: Silence;
  until: number;
}

/** Where a silence may stand in its time. */
export const SILENCE_STATES = ["active", "upcoming", "ended"] as const;
export type SilenceState = (typeof SILENCE_STATES)[number];

/** Where a silence stands at a moment; one that recurs is active also between its hours. */
export function stateOf({ from, until, endedAt }: Pick<Silence, "from" | "until" | "endedAt">, now: number): SilenceState {
  if (now >= until || (endedAt !== undefined && now >= endedAt)) return "ended";
  return now < from ? "upcoming" : "active";
}

/**
 * The silence that hides an event; of several the one that lasts longest, so that there is one time to look again. `failed` is told of
 * those that would have been asked and whose condition cannot be: they hide nothing.
 */
export function silencedBy(
  silences: readonly Silence[],
  heard: Heard,
  conditionOf: (text: string) => Result<Condition, ConditionError>,
  failed?: (silence: Silence, why: string) => void,
): Hidden | undefined {
  let hidden: Hidden | undefined;
  for (const silence of silences) {
    const until = hidesUntil(silence, heard);
    if (until === undefined || (hidden && until <= hidden.until)) continue;
    const why = fits(silence, heard, conditionOf);
    if (why === true) hidden = { silence, until };
    else if (why !== false) failed?.(silence, why);
  }
  return hidden;
}

/** Until when it is in effect for alerts of this route and severity; undefined: it is not. */
function hidesUntil(silence: Silence, { route, alert, now, lists }: Heard): number | undefined {
  const { routes, ceiling, recur, until } = silence;
  if (stateOf(silence, now) !== "active") return undefined;
  if (routes && !routes.includes(route)) return undefined;
  if (alert.severity_id > severityId(ceiling)) return undefined;
  if (!recur) return until;
  return isOpen(recur, now, lists) ? Math.min(until, closesAt(recur, now, lists) ?? until) : undefined;
}

/** Whether its condition says so; a text is why nobody can tell. */
function fits(
  silence: Silence,
  { alert, change, now, lists }: Heard,
  conditionOf: (text: string) => Result<Condition, ConditionError>,
): boolean | string {
  const condition = conditionOf(silence.when);
  if (!condition.ok) return condition.reason.message;
  const verdict = condition.value.matches(alert, change, now, lists);
  return "failed" in verdict ? verdict.failed : verdict.matched;
}
