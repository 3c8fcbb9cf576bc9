// Alerts, and the story of one.
import * as z from "zod";
import { SEVERITIES, STATUSES } from "../../alert.ts";
import { delivery } from "./deliveries.ts";
import { count, pageOf, time } from "./page.ts";

const optional = () => z.string().optional();
const data = () => z.record(z.string(), z.unknown());
const texts = () => z.array(z.string());

/** What a version changed. */
export const change = z
  .strictObject({
    kind: z.enum(["opened", "updated", "resolved", "reopened", "commented"]),
    fields: z.record(z.string(), z.strictObject({ before: z.unknown(), after: z.unknown() })),
    added: z.record(z.string(), texts()),
    removed: z.record(z.string(), texts()),
  })
  .meta({ id: "Change", description: "What a version changed, against the version before it" });

/** One alert. */
export const alert = z
  .strictObject({
    id: z.string(),
    key: z.string().meta({ description: "The source's correlation key" }),
    version: z.int().min(1).meta({ description: "Grows by one with each visible change" }),
    source: z.string(),
    route: z.string(),
    title: z.string(),
    summary: z.string(),
    severity: z.enum(SEVERITIES),
    severity_id: z.int().min(1).max(5).meta({ description: "OCSF, 1 to 5" }),
    severity_label: z.string().meta({ description: "The source's own word or number" }),
    status: z.enum(STATUSES),
    status_label: z.string(),
    category: z.string(),
    type: z.string(),
    rule: z.strictObject({ id: optional(), name: z.string(), url: optional() }).optional(),
    tenant: optional(),
    assets: z.array(z.strictObject({ name: z.string(), ip: optional(), type: optional(), id: optional() })),
    observables: z.array(z.strictObject({ name: z.string(), type: z.string(), value: z.string() })),
    attacks: z.array(z.strictObject({ tactic: optional(), technique: optional(), name: optional() })),
    tags: texts(),
    count: count().meta({ description: "max(events folded in, the source's own total)" }),
    first_seen: z.string(),
    last_seen: z.string(),
    created_at: time(),
    updated_at: time(),
    url: optional().meta({ description: "Link to the source's console" }),
    data: data().meta({ description: "The source's own fields that have no place above" }),
    enriched: z.boolean(),
    enriched_reason: optional().meta({ description: "Why not, when `enriched` is false" }),
    change,
  })
  .meta({ id: "Alert" });

/** A page of the search. */
export const alertPage = pageOf(
  "AlertPage",
  z
    .strictObject({
      ...alert.shape,
      copies: count().meta({ description: "Redeliveries that were recognised" }),
      copied_at: time().nullable().meta({ description: "When the last one came" }),
    })
    .meta({ id: "FoundAlert" }),
);

/** One step of a decision. */
export const traceStep = z
  .strictObject({
    at: time(),
    stage: z.enum(["intake", "ledger", "enrich", "match", "correlate", "silence", "escalate", "plan", "deliver"]),
    decision: z.string(),
    reason: z.string(),
    values: data().optional(),
  })
  .meta({ id: "TraceStep" });

/** One event of a story. */
export const storyEvent = z
  .strictObject({
    id: z.string(),
    kind: change.shape.kind,
    type: z.string().meta({ description: "The source's own name for it" }),
    received_at: time(),
    occurred_at: z.string().nullable(),
    trace_id: z.string().nullable().meta({ description: "The trace id of the request that brought it (W3C Trace Context)" }),
    end: z.enum(["processing", "unmatched", "silenced", "grouped", "routed", "failed"]),
    change: change.nullable(),
    payload: z.unknown().optional().meta({ description: "As received; with `payloads=true` only" }),
  })
  .meta({ id: "Event" });

/** One alert and everything that became of it. */
export const story = z
  .strictObject({ alert, events: z.array(storyEvent), deliveries: z.array(delivery), trace: z.array(traceStep), copies: count() })
  .meta({ id: "Story" });
