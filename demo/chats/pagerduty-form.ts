// What PagerDuty's Events API v2 accepts as an event, and the list of errors it answers with.
// Facts: PagerDuty/developer-docs docs/events-API-v2/02-Trigger-Events.md (members, types, lengths) and 01-Overview.md (size); the words
// about the routing key from envato/pagerduty issue 70 and blockpane/tenderduty issue 10. The other errors' words are ours.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject } from "./json.ts";

/** PagerDuty's limits: characters, and bytes of the whole event. */
export const PAGERDUTY_LIMITS = { routingKey: 32, dedupKey: 255, summary: 1024, bytes: 512 * 1024 } as const;

const ACTIONS = ["trigger", "acknowledge", "resolve"];
const SEVERITIES = ["critical", "error", "warning", "info"];

/** What is wrong with an event, one sentence each; an empty list when nothing is. */
export function pagerdutyErrors(event: JsonObject): string[] {
  const action = event.event_action;
  return [
    ...keyErrors(event.routing_key),
    ...(typeof action === "string" && ACTIONS.includes(action) ? [] : [`'event_action' must be one of ${ACTIONS.join(", ")}`]),
    ...text(event.dedup_key, "dedup_key", PAGERDUTY_LIMITS.dedupKey),
    ...(action !== "trigger" && event.dedup_key === undefined ? [`'dedup_key' is missing: ${String(action)} needs one`] : []),
    ...(action === "trigger" || event.payload !== undefined ? payloadErrors(event.payload) : []),
    ...listErrors(event.links, "links", "href"),
    ...listErrors(event.images, "images", "src"),
    ...text(event.client, "client"),
    ...address(event.client_url, "client_url"),
  ];
}

function keyErrors(key: Json | undefined): string[] {
  if (typeof key !== "string") return ["'routing_key' is missing or blank"];
  return [
    ...(key.length === PAGERDUTY_LIMITS.routingKey ? [] : ["Length of 'routing_key' is incorrect (should be 32 characters)"]),
    ...(/^[A-Za-z0-9]*$/.test(key) ? [] : ["'routing_key' cannot contain non-alphanumeric characters."]),
  ];
}

function payloadErrors(payload: Json | undefined): string[] {
  if (!isObject(payload)) return ["'payload' is missing or not an object"];
  const { severity, timestamp, custom_details: details } = payload;
  return [
    ...required(payload.summary, "payload.summary", PAGERDUTY_LIMITS.summary),
    ...required(payload.source, "payload.source"),
    ...(typeof severity === "string" && SEVERITIES.includes(severity)
      ? []
      : [`'payload.severity' must be one of ${SEVERITIES.join(", ")}`]),
    ...(timestamp === undefined || (typeof timestamp === "string" && isTime(timestamp)) ? [] : ["'payload.timestamp' is no ISO 8601 time"]),
    ...["component", "group", "class"].flatMap((name) => text(payload[name], `payload.${name}`)),
    ...(details === undefined || isObject(details) ? [] : ["'payload.custom_details' is not an object"]),
  ];
}

const isTime = (value: string): boolean => /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));

function text(value: Json | undefined, name: string, most = Number.POSITIVE_INFINITY): string[] {
  if (value === undefined) return [];
  if (typeof value !== "string") return [`'${name}' is not a string`];
  return value.length <= most ? [] : [`'${name}' is longer than ${most} characters`];
}

const required = (value: Json | undefined, name: string, most?: number): string[] =>
  typeof value === "string" && value.trim() !== "" ? text(value, name, most) : [`'${name}' is missing or blank`];

const address = (value: Json | undefined, name: string): string[] =>
  value === undefined || (typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value))
    ? []
    : [`'${name}' is no web address`];

function listErrors(value: Json | undefined, name: string, member: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [`'${name}' is not a list`];
  return value.flatMap((one, index) => {
    if (!isObject(one) || one[member] === undefined) return [`'${name}[${index}].${member}' is missing`];
    return address(one[member], `${name}[${index}].${member}`);
  });
}
