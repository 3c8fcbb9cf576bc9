// Deliveries, and what a replay comes to.
import * as z from "zod";
import { count, pageOf, time } from "./page.ts";

/** The attempts of a delivery. */
export const attempts = z.array(
  z
    .strictObject({
      at: time(),
      ms: z.number(),
      outcome: z.string().meta({ examples: ["delivered", "retry: rate_limited"] }),
      status: z.int().optional(),
      answer: z.string().optional().meta({ description: "The chat's answer, masked and short" }),
    })
    .meta({ id: "Attempt" }),
);

const state = z.enum(["pending", "delivered", "merged", "dead"]);

/** One message to one destination. */
export const delivery = z
  .strictObject({
    id: z.string(),
    alert: z.string().nullable().meta({ description: "Null for a digest or a test" }),
    version: z.int(),
    destination: z.string(),
    kind: z.enum(["create", "update", "digest", "test"]),
    state,
    attempts: count().meta({ description: "With the state `pending` and more than 0: in flight, or to be tried again" }),
    reason: z.string().nullable().meta({ description: "Why it is dead or merged" }),
    created_at: time(),
    updated_at: time(),
    log: attempts,
  })
  .meta({ id: "Delivery" });

/** A page of deliveries. */
export const deliveryPage = pageOf("DeliveryPage", delivery);

/** Dead deliveries, counted. */
export const deadCounts = z
  .strictObject({
    count: count(),
    items: z
      .array(
        z
          .strictObject({
            destination: z.string(),
            reason: z.string().meta({ examples: ["revoked", "gave_up"] }),
            count: count(),
            oldest_at: time().meta({ description: "When the first of them was made" }),
          })
          .meta({ id: "DeadCount" }),
      )
      .meta({ description: "Most first" }),
  })
  .meta({ id: "DeadCounts" });

/** One delivery was put back. */
export const replayAnswer = z.strictObject({ replayed: count() }).meta({ id: "Replayed" });
/** Deliveries were put back. */
export const replayManyAnswer = z
  .strictObject({
    replayed: count(),
    more: z.boolean().meta({ description: "There may be others: call again, until `replayed` is 0" }),
  })
  .meta({ id: "ReplayedMany", examples: [{ replayed: 12, more: false }] });

/** What became of a test at one destination. */
export const testResult = z
  .strictObject({
    destination: z.string(),
    delivery: z.string().nullable(),
    state: z.enum([...state.options, "not_sent"]),
    attempts: count(),
    reason: z.string().nullable(),
    log: attempts,
  })
  .meta({ id: "TestResult" });
