// Believable SEKOIA.IO notifications and the alerts behind them, for the demo, the tests and the benchmark.
// Everything follows from a seed: the same seed and number give the same incident, to the byte. Names and addresses
// are for documentation only.
import { createHash } from "node:crypto";
import { cast, type Scene } from "./sekoia-cast.ts";

/** An alert as the API answers it. */
export interface SampleAlert extends Record<string, unknown> {
  uuid: string;
  short_id: string;
  title: string;
  similar: number;
  urgency: { current_value: number; value: number; severity: number; criticity: number; display: string };
  status: { uuid: string; name: string; description: string };
}

/** A notification as the webhook sends it. */
export interface SampleNotification extends Record<string, unknown> {
  type: string;
  action: string;
  attributes: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** One alert of the cast, with everything that a notification about it needs. */
export interface Incident {
  alert: SampleAlert;
  /** When it was raised, Unix ms. */
  raisedAt: number;
}

/** How a notification is made. */
export interface NotificationOptions {
  /** Unix ms; absent: when the alert was raised. */
  at?: number;
  /** Leaves out `metadata.uuid`, as in the vendor's documentation. */
  withoutUuid?: boolean;
}

/** 2026-11-20T08:00:00Z. */
const firstMorning = Date.UTC(2026, 10, 20, 8);
const community = "d6cea089-0f36-46c4-a10a-0e4c2e20fb10";

/** The status names that a notification can set, with the vendor's UUIDs. */
export const statuses = {
  Pending: "2efc4930-1442-4abb-acf2-58ba219a4fd0",
  Acknowledged: "8f206505-af6d-433e-93f4-775d46dc7d0f",
  Ongoing: "1f2f88d5-ff5b-48bf-bbbc-00c2fff82d9f",
  Rejected: "4f68da89-38e0-4703-a6ab-652f02bdf24e",
  Closed: "1738b1c1-767d-489e-bada-19176621a007",
} as const;
export type StatusName = keyof typeof statuses;

/** How many different scenes there are; incidents repeat them with other hosts and people. */
export const scenes = cast.length;

/** The `number`th incident of a seed. */
export function incident(number: number, seed = "tocsin", raisedAt = firstMorning + number * 1_000): Incident {
  const id = (what: string): string => uuidFrom(`${seed}:${number}:${what}`);
  const scene = cast[number % cast.length] ?? (cast[0] as Scene);
  const place = {
    number,
    host: `${scene.host}-${String(100 + (number % 900))}`,
    ip: `10.20.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`,
  };
  const alert: SampleAlert = {
    uuid: id("alert"),
    short_id: shortId("AL", id("alert")),
    community_uuid: community,
    title: scene.title(place),
    details: scene.details(place),
    created_at: Math.floor(raisedAt / 1_000),
    created_by: uuidFrom("the correlation engine"),
    created_by_type: "application",
    updated_at: Math.floor(raisedAt / 1_000),
    first_seen_at: isoMicros(raisedAt - 95_000),
    last_seen_at: isoMicros(raisedAt - 4_000),
    urgency: {
      current_value: scene.urgency,
      value: scene.urgency,
      severity: scene.urgency,
      criticity: 50,
      display: display(scene.urgency),
    },
    alert_type: { category: scene.category, value: scene.type },
    status: status("Pending"),
    rule: { uuid: uuidFrom(scene.rule), name: scene.rule, severity: scene.urgency, type: "sigma", description: scene.rule, pattern: "" },
    entity: { uuid: uuidFrom(scene.entity), name: scene.entity },
    source: scene.source(place),
    target: scene.target(place),
    similar: 0,
    detection_type: null,
    kill_chain_short_id: null,
    assets: [id("asset")],
    ttps: scene.techniques.map(([technique, name]) => ({
      id: `attack-pattern--${uuidFrom(technique)}`,
      type: "attack-pattern",
      name,
      description: technique,
    })),
    adversaries: [],
    comments: [],
    history: [],
    countermeasures: [],
    cases: [],
  };
  return { alert, raisedAt };
}

/** The documented thin form: nothing but the ids. */
export const createdThin = ({ alert, raisedAt }: Incident, options: NotificationOptions = {}): SampleNotification =>
  notification("alert", "created", ids(alert), raisedAt, options);

/** The form that newer events have: the main facts flattened into the attributes. */
export function createdFlattened({ alert, raisedAt }: Incident, options: NotificationOptions = {}): SampleNotification {
  const rule = alert.rule as { uuid: string; name: string };
  const entity = alert.entity as { uuid: string; name: string };
  const type = alert.alert_type as { category: string; value: string };
  const attributes = {
    ...ids(alert),
    similar: alert.similar,
    status_name: alert.status.name,
    status_uuid: alert.status.uuid,
    urgency_current_value: alert.urgency.current_value,
    rule_uuid: rule.uuid,
    rule_name: rule.name,
    entity_uuid: entity.uuid,
    entity_name: entity.name,
    alert_type_category: type.category,
    alert_type_value: type.value,
    assets_uuids: alert.assets,
    created_at: isoMicros(raisedAt),
    first_seen_at: alert.first_seen_at,
    last_seen_at: alert.last_seen_at,
  };
  return notification("alert", "created", attributes, raisedAt, options);
}

/** What an update can say. */
export interface Update {
  similar?: number;
  urgency?: number;
  status?: StatusName;
}

/** An update; the alert itself, as the API tells it, is left as it is (see `withUpdate`). */
export function updated({ alert, raisedAt }: Incident, update: Update, options: NotificationOptions = {}): SampleNotification {
  const changes = {
    ...(update.similar === undefined ? {} : { similar: update.similar }),
    ...(update.urgency === undefined ? {} : { dynamic_urgency_value: update.urgency }),
    ...(update.status === undefined ? {} : { status: statuses[update.status], status_name: update.status }),
  };
  return notification("alert", "updated", { ...ids(alert), updated: changes }, raisedAt + 1_000, options);
}

/** The alert as the API tells it after an update. */
export function withUpdate({ alert, raisedAt }: Incident, update: Update): Incident {
  const urgency = update.urgency ?? alert.urgency.current_value;
  return {
    raisedAt,
    alert: {
      ...alert,
      similar: update.similar ?? alert.similar,
      urgency: { ...alert.urgency, current_value: urgency, display: display(urgency) },
      status: update.status === undefined ? alert.status : status(update.status),
    },
  };
}

/** A comment on the alert, with its text or (thin) without. */
export function commented(
  { alert, raisedAt }: Incident,
  text: string,
  options: NotificationOptions & { thin?: boolean } = {},
): SampleNotification {
  const comment = commentOf({ alert, raisedAt }, text, options.at);
  const about = { uuid: comment.uuid, alert_uuid: alert.uuid, alert_short_id: alert.short_id };
  const told = { content: text, created_by: comment.created_by, created_by_type: comment.created_by_type };
  return notification("alert-comment", "created", options.thin ? about : { ...about, ...told }, raisedAt + 2_000, options);
}

/** The comment as the API answers it. */
export const commentOf = ({ alert, raisedAt }: Incident, text: string, at = raisedAt + 2_000) => ({
  uuid: uuidFrom(`${alert.uuid}:${text}`),
  content: text,
  author: `user:${uuidFrom("an analyst")}`,
  date: Math.floor(at / 1_000),
  created_by: uuidFrom("an analyst"),
  created_by_type: "user",
  unseen: true,
});

/** The alert was deleted; the API answers 404 from then on. */
export const deleted = ({ alert, raisedAt }: Incident, options: NotificationOptions = {}): SampleNotification =>
  notification("alert", "deleted", ids(alert), raisedAt + 3_000, options);

const ids = (alert: SampleAlert) => ({ uuid: alert.uuid, short_id: alert.short_id });

function notification(
  type: string,
  action: string,
  attributes: Record<string, unknown>,
  defaultAt: number,
  options: NotificationOptions,
): SampleNotification {
  const createdAt = isoMicros(options.at ?? defaultAt);
  const eventUuid = uuidFrom(`${type}:${action}:${createdAt}:${JSON.stringify(attributes)}`);
  const metadata = { version: 2, ...(options.withoutUuid ? {} : { uuid: eventUuid }), created_at: createdAt, community_uuid: community };
  return { metadata, type, action, attributes };
}

const status = (name: StatusName) => ({ uuid: statuses[name], name, description: `The alert is ${name.toLowerCase()}` });

/** The five words of the vendor's API description, at its own bounds. */
function display(urgency: number): string {
  if (urgency < 20) return "Low";
  if (urgency < 40) return "Moderate";
  if (urgency < 60) return "High";
  return urgency < 80 ? "Major" : "Urgent";
}

/** As the vendor writes it: microseconds and `+00:00`. */
const isoMicros = (ms: number): string => new Date(ms).toISOString().replace("Z", "000+00:00");

function uuidFrom(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const shortId = (prefix: string, uuid: string): string =>
  prefix + Buffer.from(uuid.replaceAll("-", ""), "hex").toString("base64url").replace(/[-_]/g, "x").slice(0, 10);
