// A rule's gates in the words of the file: the way back from what the flow has.
import { SEVERITIES, type Severity } from "../alert.ts";
import { durationText } from "../lib/duration.ts";
import { writtenHours } from "./hours-schema.ts";
import type { EscalationStep, Rule, RuleHours } from "./model.ts";

type BySeverity = string | Partial<Record<Severity, string>>;

/** A gate of a window; `by` is absent where all have one key. */
type Written<Gate> = Omit<Gate, "withinMs" | "by"> & { within: string; by?: string[] };

/** The gates of a rule as the file has them; none of those that it does not have. */
export interface WrittenGates {
  mute?: true | string;
  hours?: Omit<RuleHours, "from" | "to" | "outside"> & { from: string; to: string; outside: string };
  threshold?: Written<NonNullable<Rule["threshold"]>>;
  unless?: Written<NonNullable<Rule["unless"]>>;
  group?: { by: string[]; wait: string; interval: string };
  escalate?: { after: BySeverity; to?: string[]; ping?: BySeverity; every?: string }[];
}

/** Writes the gates of a rule. */
export function writtenGates({ mute, hours, threshold, unless, group, escalate }: Rule): WrittenGates {
  return {
    ...(mute === undefined ? {} : { mute: mute === true ? mute : durationText(mute) }),
    ...(hours && { hours: { ...writtenHours(hours), outside: typeof hours.outside === "string" ? hours.outside : hours.outside.to } }),
    ...(threshold && { threshold: windowOf(threshold) }),
    ...(unless && { unless: windowOf(unless) }),
    ...(group && { group: { by: group.by, wait: durationText(group.waitMs), interval: durationText(group.intervalMs) } }),
    ...(escalate && { escalate: escalate.map(stepOf) }),
  };
}

const windowOf = <Gate extends { withinMs: number; by: string[] }>({ withinMs, by, ...others }: Gate): Written<Gate> => ({
  ...others,
  within: durationText(withinMs),
  ...(by.length > 0 ? { by } : {}),
});

function stepOf({ afterMs, to, ping, everyMs }: EscalationStep): NonNullable<WrittenGates["escalate"]>[number] {
  const after = Object.fromEntries(Object.entries(afterMs).map(([severity, ms]) => [severity, durationText(ms)]));
  return {
    after: inOne(after),
    ...(to && { to }),
    ...(ping && { ping: inOne(ping) }),
    ...(everyMs === undefined ? {} : { every: durationText(everyMs) }),
  };
}

/** One text where all severities have the same. */
function inOne(table: Partial<Record<Severity, string>>): BySeverity {
  const values = SEVERITIES.map((severity) => table[severity]);
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : table;
}
