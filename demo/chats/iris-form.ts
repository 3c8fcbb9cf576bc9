// What DFIR-IRIS accepts as an alert of its API v2, and the errors by field that it answers with.
// Facts: dfir-iris/iris-web source/app/blueprints/rest/v2/alerts.py, source/app/models/alerts.py and schema/marshables.py (required columns,
// types, validation), its tests/tests_rest_alerts.py, and post_init.py for the rows of a fresh instance.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf } from "./json.ts";

/** Names by id in a fresh instance. */
export const IRIS_SEVERITIES: Record<number, string> = {
  1: "Unspecified",
  2: "Informational",
  3: "Low",
  4: "Medium",
  5: "High",
  6: "Critical",
};
export const IRIS_STATUSES: Record<number, string> = {
  1: "Unspecified",
  2: "New",
  3: "Assigned",
  4: "In progress",
  5: "Pending",
  6: "Closed",
  7: "Merged",
  8: "Escalated",
};

type Errors = Record<string, string[]>;
type Check = (value: Json) => string | undefined;

const isText: Check = (value) => (typeof value === "string" || value === null ? undefined : "Not a valid string.");
const isId: Check = (value) =>
  Number.isInteger(typeof value === "string" && value !== "" ? Number(value) : value) ? undefined : "Not a valid integer.";
const isTime: Check = (value) =>
  typeof value === "string" &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.test(value) &&
  !Number.isNaN(Date.parse(value))
    ? undefined
    : "Not a valid datetime.";

const FIELDS: Record<string, Check> = {
  alert_title: (value) => (typeof value === "string" ? undefined : "Not a valid string."),
  alert_severity_id: isId,
  alert_status_id: isId,
  alert_customer_id: isId,
  alert_classification_id: isId,
  alert_owner_id: isId,
  alert_description: isText,
  alert_source: isText,
  alert_source_ref: isText,
  alert_source_link: isText,
  alert_note: isText,
  alert_tags: isText,
  alert_source_event_time: isTime,
};

const REQUIRED = ["alert_title", "alert_severity_id", "alert_status_id", "alert_customer_id"];

/** Errors by field of a new alert, or of a change (`partial`), where nothing is required; undefined when there are none. */
export function irisErrors(alert: JsonObject, { partial = false } = {}): Errors | undefined {
  const errors: Errors = {};
  for (const name of partial ? [] : REQUIRED) if (alert[name] === undefined) errors[name] = ["Missing data for required field."];
  for (const [name, check] of Object.entries(FIELDS)) {
    const value = alert[name];
    const problem = value === undefined ? undefined : check(value);
    if (problem !== undefined) errors[name] = [problem];
  }
  return Object.keys(errors).length > 0 ? errors : undefined;
}

/**
 * What makes the server itself fail: IRIS reads indicators and assets before it handles errors, and its database refuses ids that
 * do not exist and characters that it cannot store. Such a request is answered 500.
 */
export function irisFailure(alert: JsonObject): string | undefined {
  for (const ioc of listOf(alert.alert_iocs)) {
    if (!isObject(ioc) || typeof ioc.ioc_value !== "string" || ioc.ioc_value === "" || isId(ioc.ioc_type_id ?? null)) return "an indicator";
  }
  for (const asset of listOf(alert.alert_assets)) {
    if (!isObject(asset) || typeof asset.asset_name !== "string" || asset.asset_name.length < 2 || isId(asset.asset_type_id ?? null))
      return "an asset";
  }
  if (alert.alert_severity_id !== undefined && !(Number(alert.alert_severity_id) in IRIS_SEVERITIES)) return "alert_severity_id";
  if (alert.alert_status_id !== undefined && !(Number(alert.alert_status_id) in IRIS_STATUSES)) return "alert_status_id";
  return isStorable(alert) ? undefined : "a character";
}

// PostgreSQL stores no NUL, and no half of a surrogate pair as UTF-8.
function isStorable(value: Json): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, member]) => isStorable(name) && isStorable(member));
}
