// Silences as they are told.
import * as z from "zod";
import { SEVERITIES } from "../../alert.ts";
import { WEEKDAYS } from "../../config/hours-schema.ts";
import { SILENCE_STATES } from "../../rules/silence.ts";
import { count, pageOf, time } from "./page.ts";

/** When something is open, in the words of the configuration. */
export const hours = z
  .strictObject({
    zone: z.string().meta({ examples: ["Europe/Paris"] }),
    days: z.array(z.enum(WEEKDAYS)),
    from: z.string().meta({ examples: ["08:00"] }),
    to: z.string().meta({ examples: ["18:00"] }),
    holidays: z.union([z.array(z.string()), z.string()]).optional(),
  })
  .meta({ id: "Hours" });

/** A silence. */
export const silence = z
  .strictObject({
    id: z.string(),
    state: z.enum(SILENCE_STATES),
    when: z.string().meta({ description: "The condition" }),
    from: time(),
    until: time(),
    recur: hours.nullable().meta({ description: "The hours within which alone it hides; null: all the time" }),
    ceiling: z.enum(SEVERITIES).meta({ description: "The highest severity that it hides" }),
    owner: z.string(),
    comment: z.string(),
    routes: z.array(z.string()).nullable().meta({ description: "Null: every route" }),
    created_at: time(),
    created_by: z.string().meta({ description: "A person's address, or a token's name" }),
    ended_at: time().nullable().meta({ description: "When somebody ended it before its time" }),
    hidden: z
      .strictObject({ events: count(), alerts: count() })
      .nullable()
      .meta({ description: "What it hid so far; null where a part of the relay did not answer" }),
    problem: z.string().optional().meta({ description: "Why it hides nothing: what it names is not there any more" }),
  })
  .meta({ id: "Silence" });

/** Silences. */
export const silencePage = pageOf("SilencePage", silence);

/** What a silence would have hidden. */
export const silenceTrial = z
  .strictObject({
    since: time().meta({ description: "Alerts that began since this time were looked at" }),
    looked_at: count(),
    more: z.boolean().meta({ description: "There were more: the newest were looked at" }),
    hidden: count(),
    above: count().meta({ description: "Fit the condition, and are above the ceiling: they would be told" }),
    failed: count().meta({ description: "The condition could not be asked about them: they would be told" }),
    examples: z.array(z.strictObject({ id: z.string(), title: z.string(), severity: z.enum(SEVERITIES), created_at: time() })),
  })
  .meta({ id: "SilenceTrial" });
