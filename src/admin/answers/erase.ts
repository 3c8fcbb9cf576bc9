// What an erasure came to.
import * as z from "zod";
import { count } from "./page.ts";

/** One page of an erasure, or of what it would do. */
export const erasure = z
  .strictObject({
    dry_run: z.boolean(),
    alerts: count().meta({ description: "Alerts that were erased, or would be" }),
    events: count().meta({ description: "Events that went with them, payloads included" }),
    cancelled: count().meta({ description: "Messages that waited, and will never be sent" }),
    verdicts: count().meta({ description: "Verdicts of enrichers on their indicators" }),
    waiting: count().meta({ description: "Alerts with something under way, which are still there: ask again in a minute" }),
    shown: z
      .array(z.strictObject({ destination: z.string(), count: count() }))
      .meta({ description: "Where messages about them stand, which only a person can delete there: so many alerts in each" }),
    more: z.boolean().meta({ description: "Whether there is another page" }),
    next: z.string().nullable().meta({ description: "`cursor` of the next page; null at the end" }),
  })
  .meta({
    id: "Erasure",
    examples: [
      {
        dry_run: false,
        alerts: 2,
        events: 5,
        cancelled: 1,
        verdicts: 1,
        waiting: 0,
        shown: [{ destination: "soc", count: 2 }],
        more: false,
        next: null,
      },
    ],
  });
