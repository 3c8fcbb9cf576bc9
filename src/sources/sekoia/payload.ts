// What SEKOIA.IO really sends: notifications (event version 2) and the answers of its API, read liberally.
// Shapes: SEKOIA-IO/documentation (notifications) and SEKOIA-IO/automation-library (Sekoia.io: triggers, actions, tests).
import * as z from "zod";
import { entries, fields, flag, line, lines, number, raw, text } from "../lenient.ts";
import { asLine } from "../read.ts";

/** A status, priority or verdict: an object in the API, a bare UUID or word in notifications. */
const word = z.preprocess(
  (value) => (typeof value === "string" ? (isUuid(value) ? { uuid: value } : { name: value }) : value),
  fields({ uuid: line(), name: line(), label: line(), stage: line() }),
);

/** Whether a text is a UUID. */
export const isUuid = (value: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);

/** What `updated` of a notification may hold: the new values of what changed. */
const updated = {
  status: word,
  status_name: line(),
  status_uuid: line(),
  dynamic_urgency_value: number(),
  urgency_current_value: number(),
  similar: number(),
  title: line(),
  description: text(),
  details: text(),
  priority: line(),
  custom_priority_uuid: line(),
  verdict_uuid: line(),
  assignees: lines(),
  tags: lines(),
  added_alerts_uuid: lines(),
  // The reference calls it deleted, the vendor's own case trigger reads removed.
  deleted_alerts_uuid: lines(),
  removed_alerts_uuid: lines(),
};

const named = { id: line(), uuid: line(), name: line(), description: line(), type: line() };

/** Facts of an alert: flattened, as newer notifications have them, and nested, as the API answers them. */
const alertFacts = {
  uuid: line(),
  short_id: line(),
  community_uuid: line(),
  title: line(),
  details: text(),
  similar: number(),
  status: word,
  status_name: line(),
  status_uuid: line(),
  urgency: fields({ current_value: number(), criticity: number(), display: line() }),
  urgency_current_value: number(),
  rule: fields({ uuid: line(), name: line(), severity: number(), type: line(), description: text() }),
  rule_uuid: line(),
  rule_name: line(),
  entity: fields({ uuid: line(), name: line() }),
  entity_name: line(),
  alert_type: fields({ category: line(), value: line() }),
  alert_type_category: line(),
  alert_type_value: line(),
  assets: raw(),
  assets_uuids: raw(),
  source: line(),
  target: line(),
  detection_type: line(),
  kill_chain_short_id: line(),
  ttps: entries(named),
  adversaries: entries(named),
  cases: entries({ short_id: line(), name: line() }),
  first_seen_at: raw(),
  last_seen_at: raw(),
};

const caseFacts = {
  uuid: line(),
  short_id: line(),
  community_uuid: line(),
  title: line(),
  description: text(),
  manual: flag(),
  priority: line(),
  custom_priority: word,
  status: word,
  status_uuid: line(),
  custom_status: word,
  verdict: word,
  assignees: lines(),
  tags: lines(),
  alerts: entries({ short_id: line(), uuid: line() }),
  number_of_alerts: number(),
  first_seen_at: raw(),
  last_seen_at: raw(),
};

const commentFacts = {
  uuid: line(),
  content: text(),
  author: line(),
  created_by: line(),
  created_by_type: line(),
  date: raw(),
  created_at: raw(),
};

/** An alert as `GET /v1/sic/alerts/{uuid}` or a notification's attributes tell it. */
export const alertSchema = fields({ ...alertFacts, updated: fields(updated) });
export type AlertFacts = z.output<typeof alertSchema>;

/** A case as `GET /v1/sic/cases/{uuid}` or a notification's attributes tell it. */
export const caseSchema = fields({ ...caseFacts, updated: fields(updated) });
export type CaseFacts = z.output<typeof caseSchema>;

/** A comment as `GET .../comments/{uuid}` or a notification's attributes tell it; `*_uuid` name what it is about. */
export const commentSchema = fields({
  ...commentFacts,
  alert_uuid: line(),
  alert_short_id: line(),
  case_uuid: line(),
  case_short_id: line(),
});
export type CommentFacts = z.output<typeof commentSchema>;

/** An intelligence report or content proposal: attributes, or the (unwrapped) answer of `/v2/inthreat/...`. */
export const reportSchema = fields({
  uuid: line(),
  id: line(),
  name: line(),
  title: line(),
  description: text(),
  labels: lines(),
  report_types: lines(),
  published: raw(),
  object_marking_refs: lines(),
  confidence: number(),
  object_refs: lines(),
  x_ic_impacted_sectors: lines(),
  x_ic_impacted_locations: lines(),
});
export type ReportFacts = z.output<typeof reportSchema>;

/** What a notification of a type that we have no schema for may offer for a title. */
export const otherSchema = fields({
  uuid: line(),
  id: line(),
  short_id: line(),
  title: line(),
  name: line(),
  rule_name: line(),
  display_name: line(),
  label: line(),
  description: text(),
  message: text(),
});

/** The envelope of every notification. `metadata.created` is what one page of the vendor's documentation calls `created_at`. */
export const notificationSchema = z.object({
  type: z
    .string()
    .transform((value) => asLine(value, 100))
    .pipe(z.string()),
  action: line(),
  attributes: raw(),
  metadata: fields({ uuid: line(), created_at: raw(), created: raw(), community_uuid: line() }),
});
export type Notification = z.output<typeof notificationSchema>;
