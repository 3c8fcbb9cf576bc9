// What a payload would become.
import * as z from "zod";
import { SEVERITIES, STATUSES } from "../../alert.ts";
import { TOLD_KINDS } from "../../simulate/told.ts";
import { alert, storyEvent, traceStep } from "./alerts.ts";
import { count, time } from "./page.ts";
import { preview } from "./tests.ts";

const message = preview
  .extend({
    alert: z.string(),
    says: z.array(z.string()).meta({ description: "In plain words, line by line, whatever the chat makes of it" }),
  })
  .meta({ id: "TriedMessage", description: "The final bytes, with secrets as their names" });

/** A payload, tried on a route's rules. */
export const payloadTried = z
  .strictObject({
    route: z.string(),
    source: z.string(),
    enabled: z.boolean().meta({ description: "False: the route answers 404 now" }),
    tests: count().meta({ description: "The vendor's own test messages, which are shown to nobody" }),
    ignored: z.array(z.string()).meta({ description: "Of each entry that would be ignored, why" }),
    alerts: z.array(alert),
    events: z.array(
      z
        .strictObject({
          id: z.string(),
          alert: z.string(),
          type: z.string(),
          end: storyEvent.shape.end,
          trace: z.array(traceStep).meta({ description: "Every gate that was asked, with the values that it saw and its answer" }),
        })
        .meta({ id: "TriedEvent" }),
    ),
    told: z
      .array(
        z
          .strictObject({
            at: time(),
            destination: z.string(),
            kind: z.enum(TOLD_KINDS),
            alert: z.string(),
            title: z.string(),
            severity: z.enum(SEVERITIES),
            status: z.enum(STATUSES),
            text: z.string().optional().meta({ description: "Of a reminder" }),
          })
          .meta({ id: "ToldMessage" }),
      )
      .meta({ description: "Who would be told, and when, if nothing else came within 8 days" }),
    messages: z.array(message).meta({ description: "The first message of each alert at each destination" }),
  })
  .meta({ id: "PayloadTried" });
export type PayloadTried = z.input<typeof payloadTried>;
