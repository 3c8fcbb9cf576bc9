// What the relay is made of and what came in: routes, destinations, enrichers, the request log, the inbox.
import * as z from "zod";
import { SEVERITIES } from "../../alert.ts";
import { destinationCounts, routeCounts } from "./counts.ts";
import { count, pageOf, time } from "./page.ts";
import { detail, ping, rule, template } from "./rules.ts";

const optional = () => z.string().optional();
const texts = () => z.array(z.string());
const table = () => z.record(z.string(), z.unknown());
const settings = () => z.unknown().optional().meta({ description: "As in the configuration; a secret is its name" });

/** Routes. */
export const routePage = pageOf(
  "RoutePage",
  z
    .strictObject({
      name: z.string(),
      id: optional().meta({ description: "The hook's path, a credential; with `reveal=true` only" }),
      former: z
        .array(z.strictObject({ until: time() }))
        .optional()
        .meta({ description: "Earlier addresses, each accepted until its time" }),
      state: z.enum(["ok", "disabled", "broken", "removed", "unreachable"]),
      problem: optional(),
      source: optional(),
      label: optional(),
      shards: count(),
      rules: z.array(rule),
      auth: table().optional(),
      proof: texts().optional().meta({ description: "What a request has to prove; `path`: nothing but the address" }),
      console: optional(),
      default_severity: z.enum(SEVERITIES).optional(),
      silent_after: optional().meta({ description: "How long nothing may come before that is told" }),
      enrich: texts().optional(),
      settings: settings(),
      backlog: count(),
      last_event_at: time().nullable(),
      counts: routeCounts,
    })
    .meta({ id: "Route" }),
);

const rate = { per_second: z.number(), burst: z.number().meta({ description: "How many may go at once" }) };

/** Destinations. */
export const destinationPage = pageOf(
  "DestinationPage",
  z
    .strictObject({
      name: z.string(),
      state: z.enum(["ok", "failing", "closed", "down", "refused", "broken", "removed", "unreachable"]),
      problem: optional(),
      type: optional(),
      label: optional(),
      can: z
        .strictObject({ edit: z.boolean(), thread: z.boolean(), idempotencyKey: z.boolean(), record: z.boolean() })
        .optional()
        .meta({ description: "What the chat can do" }),
      proves: z.enum(["shown", "accepted"]).optional(),
      rate: optional(),
      digest: z.strictObject({ after: z.int(), every: z.string(), max: z.int() }).optional(),
      ping: ping(),
      detail,
      template: template.optional(),
      failover: z.strictObject({ to: z.string(), failures: z.int(), after: z.string() }).optional(),
      priority: z.int().optional(),
      shares_budget_with: texts().optional(),
      settings: settings(),
      pending: count(),
      in_flight: count(),
      oldest_pending_at: time().nullable(),
      failures: count(),
      closed_until: time().nullable(),
      broken_since: time().nullable(),
      failed_over: count(),
      slowed_until: time().nullable(),
      pace: z
        .strictObject({ ...rate, now_per_second: z.number().optional() })
        .optional()
        .meta({
          description: "How fast it is sent to; `now_` while it is known, lowered where it asked to wait although the pace was kept",
        }),
      shared_pace: z.strictObject(rate).optional().meta({ description: "Of all destinations with the same credential together" }),
      budget: z
        .strictObject({ remaining: z.number(), resets_at: time(), told_at: time() })
        .optional()
        .meta({ description: "As the headers of an answer told it last" }),
      last_delivered_at: time().nullable(),
      unknown: count().meta({ description: "Messages that may stand twice, as their outcome was never known" }),
      counts: destinationCounts,
    })
    .meta({ id: "Destination" }),
);

/** Enrichers. */
export const enricherPage = pageOf(
  "EnricherPage",
  z
    .strictObject({
      name: z.string(),
      state: z.enum(["ok", "broken"]),
      problem: optional(),
      type: optional(),
      label: optional(),
      rate: optional(),
      except: texts().optional(),
      settings: settings(),
      routes: texts(),
    })
    .meta({ id: "Enricher" }),
);

/** The log of requests. */
export const logPage = pageOf(
  "LogPage",
  z
    .strictObject({
      id: z.string(),
      at: time(),
      route: z.string(),
      status: z.int(),
      outcome: z.enum(["accepted", "duplicate", "test", "ignored", "refused"]),
      reason: z.string().nullable(),
      bytes: count(),
      trace_id: z.string().nullable().meta({ description: "The request's trace id (W3C Trace Context)" }),
      events: texts(),
      alerts: texts(),
      deliveries: texts(),
    })
    .meta({ id: "LogEntry" }),
);

/** Refused requests, counted. */
export const refusedCounts = z
  .strictObject({
    since: time(),
    items: z
      .array(
        z
          .strictObject({
            route: z.string(),
            reason: z.string().meta({ examples: ["unauthorized"] }),
            count: count().meta({ description: "Of each route at most 60 a minute are kept" }),
            first_at: time(),
            last_at: time(),
          })
          .meta({ id: "RefusedCount" }),
      )
      .meta({ description: "Most first" }),
  })
  .meta({ id: "RefusedCounts" });

/** The inbox. */
export const inboxPage = pageOf(
  "InboxPage",
  z
    .strictObject({
      id: z.string(),
      destination: z.string(),
      alert: z.string(),
      version: z.int(),
      severity: z.enum(SEVERITIES),
      title: z.string(),
      message: z.unknown().meta({ description: "As the destination rendered it" }),
      created_at: time(),
      updated_at: time(),
    })
    .meta({ id: "InboxItem" }),
);
