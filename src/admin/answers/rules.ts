// Rules as they are told: in the words of the configuration, with how often each matched.
import * as z from "zod";
import { SEVERITIES } from "../../alert.ts";
import { count, time } from "./page.ts";
import { hours } from "./silences.ts";

const texts = () => z.array(z.string());
const span = () => z.string().meta({ examples: ["15m"] });
const by = () => texts().optional().meta({ description: "Key paths; absent: one key for all" });
const bySeverity = (value: z.ZodType<string>) => z.union([value, z.partialRecord(z.enum(SEVERITIES), value)]);

/** A template as in the configuration. */
export const template = z
  .strictObject({ title: z.string().optional(), summary: z.string().optional(), fields: z.record(z.string(), z.string()).optional() })
  .meta({ id: "Template" });
/** How much a message tells. */
export const detail = z.enum(["simple", "full"]).optional();
/** Whom to mention, by severity. */
export const ping = () => z.partialRecord(z.enum(SEVERITIES), z.string()).optional();

/** One rule. */
export const rule = z
  .strictObject({
    name: z.string(),
    enabled: z.boolean(),
    when: z.string().optional().meta({ description: "Its condition; absent: every alert" }),
    to: z.union([texts(), z.partialRecord(z.enum([...SEVERITIES, "default"]), texts())]),
    stop: z.boolean(),
    detail,
    template: template.optional(),
    ping: ping(),
    mute: z.union([z.literal(true), span()]).optional(),
    hours: hours.extend({ outside: z.string() }).meta({ id: "RuleHours" }).optional(),
    threshold: z
      .strictObject({
        count: count(),
        within: span(),
        by: by(),
        title: z.string().optional(),
        severity: z.enum(SEVERITIES).optional(),
        category: z.string().optional(),
        tags: texts().optional(),
      })
      .optional(),
    unless: z.strictObject({ when: z.string(), within: span(), by: by() }).optional(),
    group: z.strictObject({ by: texts(), wait: span(), interval: span() }).optional(),
    escalate: z
      .array(
        z.strictObject({
          after: bySeverity(span()),
          to: texts().optional(),
          ping: bySeverity(z.string()).optional(),
          every: span().optional(),
        }),
      )
      .optional(),
    matched: count().meta({ description: "Events that it matched since it bears its name" }),
    last_matched_at: time().nullable(),
  })
  .meta({ id: "Rule" });
