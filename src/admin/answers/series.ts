// What happened over time.
import * as z from "zod";
import { SEVERITIES, type Severity } from "../../alert.ts";
import { SPAN_NAMES } from "../../series/series.ts";
import { count, time } from "./page.ts";

const steps = { step_s: count().meta({ description: "How long each step is, seconds" }), at: z.array(time()) };
const counts = () => z.array(count().nullable()).meta({ description: "One for each step; null where nobody counted" });
const seconds = () => z.number().min(0).nullable();

const bySeverity = Object.fromEntries(SEVERITIES.map((severity) => [severity, counts()])) as Record<Severity, ReturnType<typeof counts>>;

/** New alerts, deliveries, and how long events took from the door to the wall. */
export const series = z
  .strictObject({
    span: z.enum(SPAN_NAMES),
    from: time(),
    to: time(),
    alerts: z.strictObject({ ...steps, ...bySeverity }).meta({ id: "AlertSeries" }),
    deliveries: z
      .strictObject({
        ...steps,
        delivered: counts(),
        dead: counts(),
        p50_s: z
          .array(seconds())
          .meta({ description: "Within so many seconds half of the messages were shown; estimated from a histogram" }),
        p95_s: z.array(seconds()).meta({ description: "Within so many seconds 95 in 100 were shown" }),
      })
      .meta({ id: "DeliverySeries" }),
    routes: z
      .array(z.strictObject({ name: z.string(), received: count(), alerts: count() }))
      .nullable()
      .meta({ description: "What came in the span; null where there were too many to tell apart" }),
    destinations: z
      .array(z.strictObject({ name: z.string(), delivered: count(), dead: count(), p50_s: seconds(), p95_s: seconds() }))
      .nullable()
      .meta({ description: "What was shown in the span; null where there were too many to tell apart" }),
  })
  .meta({ id: "Series" });
