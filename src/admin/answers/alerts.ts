// Alerts, and the story of one.
import * as z from "zod";
import { SEVERITIES, STATUSES } from "../../alert.ts";
import { delivery } from "./deliveries.ts";
import { count, pageShape, time } from "./page.ts";

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

const found = z
  .strictObject({
    ...alert.shape,
    copies: count().meta({ description: "Redeliveries that were recognised" }),
    copied_at: time().nullable().meta({ description: "When the last one came" }),
  })
  .meta({ id: "FoundAlert" });

/** A page of the search. */
export const alertPage = z
  .strictObject({
    ...pageShape(found),
    searched_to: time().nullable().meta({
      description:
        "How far back this answer looked: what fits and was created after it is told. Null: it looked at all there is. One call looks at so many alerts at the most, and for `q` at 7 days unless `from` is given: `items` may be empty while `next` leads further",
    }),
  })
  .meta({ id: "AlertPage" });

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

const waits = z
  .strictObject({
    events: texts().meta({ description: "Events about which the rules are asked again" }),
    gates: texts().meta({ description: "What they wait at", examples: [["hours:office", "unless:backup failed"]] }),
    update: texts().meta({ description: "Destinations that show it and whose update waits" }),
    until: time().nullable().meta({ description: "When they are asked again at the latest; null: when somebody says so" }),
    silences: z.array(z.strictObject({ id: z.string(), until: time() })).meta({ description: "That hid it, and have not ended for it" }),
    escalation: z
      .strictObject({ rule: z.string(), since: time(), steps_taken: count(), next_at: time().nullable() })
      .nullable()
      .meta({ description: "Runs while nobody has taken it in hand" }),
    detail: z
      .strictObject({ reason: z.string(), attempts: count(), next_at: time() })
      .nullable()
      .meta({ description: "What the source's API has not told yet" }),
    lookups: count().meta({ description: "Indicators that enrichers have not told of" }),
    to_tell_source: count().meta({ description: "Changes of ours that the source has not taken" }),
  })
  .meta({ id: "Waits", description: "What an alert still waits for" });

/** One alert and everything that became of it. */
export const story = z
  .strictObject({
    alert,
    events: z.array(storyEvent),
    deliveries: z.array(delivery),
    trace: z.array(traceStep),
    copies: count(),
    shown_by: texts().meta({ description: "Destinations that show it, and get every later version" }),
    waits: waits.nullable().meta({ description: "What it still waits for; null: nothing" }),
    silenced: z
      .strictObject({ id: z.string(), until: time(), owner: z.string(), comment: z.string() })
      .nullable()
      .meta({ description: "The silence that hides news of it now, and until when at the least" }),
  })
  .meta({ id: "Story" });

/** What each destination that shows an alert would draw of it. */
export const messages = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          destination: z.string(),
          type: z.string(),
          label: z.string(),
          says: texts().meta({ description: "What it says, line by line, whatever the chat makes of it" }),
          body: z.string().meta({ description: "What the chat is sent, without secrets" }),
          problem: z.string().optional().meta({ description: "Why it cannot be made; `body` is then empty" }),
        })
        .meta({ id: "ShownMessage" }),
    ),
  })
  .meta({ id: "ShownMessages" });
