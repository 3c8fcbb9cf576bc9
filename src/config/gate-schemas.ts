// Settings of a rule's gates as they are written: what it counts into, waits for or groups, when it is told, who hears of it later.
import * as z from "zod";
import type { Severity } from "../alert.ts";
import { SEVERITIES } from "../alert.ts";
import { fail, ok } from "../outcome.ts";
import { bySeverity, duration, field, names, severity, text } from "./fields.ts";
import { hoursOf, type ruleHoursSchema } from "./hours-schema.ts";
import { keyPaths } from "./key-paths.ts";
import type { EscalationStep, Inhibition, Rule } from "./model.ts";

const MOST_WITHIN = "7d";

/** Conditions are judged where the lists of the configuration are known. */
export const condition = () =>
  field((value) => {
    if (typeof value === "string") return ok(value);
    const message = value === undefined ? "is missing" : "must be a condition in text";
    return fail({ message, instead: "write for example 'alert.severity_id >= HIGH'" });
  }).meta({ type: "string" });

/** `mute`: all of it, or updates for a while. */
export const muteSchema = () =>
  z
    .union([z.literal(true), duration({ atLeast: "1s" })], {
      error: 'must be true or a duration; write for example mute = true or mute = "15m"',
    })
    .meta({ examples: [true, "15m"] });

/** `threshold`: so many within so long raise an alert. */
export const thresholdSchema = () =>
  z.strictObject({
    count: z.int().min(2).max(10_000),
    within: duration({ atLeast: "1s", atMost: MOST_WITHIN }),
    by: keyPaths().default([]),
    title: text().max(200).optional(),
    severity: severity().optional(),
    category: text().max(200).optional(),
    tags: z.array(text().max(100)).max(50).optional(),
  });

/** `unless`: tells only if nothing like this follows in time. */
export const unlessSchema = () =>
  z.strictObject({ when: condition(), within: duration({ atLeast: "1s", atMost: MOST_WITHIN }), by: keyPaths().default([]) });

const silence = () => duration({ atLeast: "5m", atMost: "30d" });

/** `silent_after`: a duration is told of the relay itself; a table raises an alert for what falls silent. */
export const silentSchema = () =>
  z
    .union([silence(), z.strictObject({ after: silence(), by: keyPaths().default([]), severity: severity().optional() })])
    .meta({ examples: ["2h", { after: "1h", by: "asset.name" }] });

/** `group`: alerts of one key become one message. */
export const groupSchema = () =>
  z.strictObject({
    by: keyPaths(),
    wait: duration({ atMost: "1h" }).default(30_000),
    interval: duration({ atLeast: "1s", atMost: MOST_WITHIN }).default(300_000),
  });

const after = () => duration({ atLeast: "1s", atMost: "30d" });

const step = () =>
  z.strictObject({
    after: z.union([after(), z.strictObject(bySeverity(after)).refine((table) => Object.keys(table).length > 0, "names no severity")]),
    to: names().min(1).optional(),
    ping: z.union([text(), z.strictObject(bySeverity(text))]).optional(),
    every: duration({ atLeast: "1m", atMost: "30d" }).optional(),
  });
type Step = z.output<ReturnType<typeof step>>;

/** `escalate`: what happens when nobody has taken an alert in hand. */
export const escalateSchema = () =>
  z
    .array(step())
    .min(1)
    .max(20)
    .superRefine((steps, context) => {
      for (const [index, { every }] of steps.entries()) {
        if (every !== undefined && index < steps.length - 1)
          context.addIssue({ code: "custom", path: [index, "every"], message: "may stand in the last step only: what repeats has no end" });
        const before = steps.slice(0, index).map(afterOf);
        const early = Object.entries(afterOf(steps[index] as Step)).some(([name, ms]) =>
          before.some((one) => (one[name as Severity] ?? 0) > ms),
        );
        if (early)
          context.addIssue({
            code: "custom",
            path: [index, "after"],
            message: "comes before an earlier step; put the steps in the order of their times",
          });
      }
    });

/** `[[inhibit]]`: an alert that holds others back. */
export const inhibitSchema = z.strictObject({
  name: text().max(200),
  source: condition(),
  target: condition(),
  by: keyPaths(),
  wait: duration({ atMost: "10m" }).default(0),
  routes: names().min(1).optional(),
});

/** A rule's gates as they are written, parsed. */
export interface WrittenGates {
  mute?: true | number;
  hours?: z.output<ReturnType<typeof ruleHoursSchema>>;
  threshold?: z.output<ReturnType<typeof thresholdSchema>>;
  unless?: z.output<ReturnType<typeof unlessSchema>>;
  group?: z.output<ReturnType<typeof groupSchema>>;
  escalate?: Step[];
}

/** A rule's gates as the flow has them; none of those that it does not have. */
export function gatesOf({ mute, hours, threshold, unless, group, escalate }: WrittenGates): Partial<Rule> {
  return {
    ...(mute === undefined ? {} : { mute }),
    ...(hours === undefined ? {} : { hours: { ...hoursOf(hours), outside: outsideOf(hours.outside) } }),
    ...(threshold === undefined ? {} : { threshold: withinMs(threshold) }),
    ...(unless === undefined ? {} : { unless: withinMs(unless) }),
    ...(group === undefined ? {} : { group: { by: group.by, waitMs: group.wait, intervalMs: group.interval } }),
    ...(escalate === undefined ? {} : { escalate: escalate.map(stepOf) }),
  };
}

/** An inhibition as the flow has it. */
export const inhibitionOf = ({ name, source, target, by, wait, routes }: z.output<typeof inhibitSchema>): Inhibition => ({
  name,
  source,
  target,
  by,
  waitMs: wait,
  ...(routes === undefined ? {} : { routes: [...new Set(routes)] }),
});

const withinMs = <Gate extends { within: number }>({ within, ...others }: Gate): Omit<Gate, "within"> & { withinMs: number } => ({
  ...others,
  withinMs: within,
});

const outsideOf = (outside: string): NonNullable<Rule["hours"]>["outside"] =>
  outside === "hold" || outside === "digest" || outside === "drop" ? outside : { to: outside };

const afterOf = ({ after }: Step): EscalationStep["afterMs"] => (typeof after === "number" ? forAll(after) : after);

function stepOf(step: Step): EscalationStep {
  const { to, ping, every } = step;
  return {
    afterMs: afterOf(step),
    ...(to === undefined ? {} : { to: [...new Set(to)] }),
    ...(ping === undefined ? {} : { ping: typeof ping === "string" ? forAll(ping) : ping }),
    ...(every === undefined ? {} : { everyMs: every }),
  };
}

const forAll = <Value>(value: Value): Record<Severity, Value> =>
  Object.fromEntries(SEVERITIES.map((name) => [name, value])) as Record<Severity, Value>;
