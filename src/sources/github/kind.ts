// What a delivery is about. The name of the event stands in a header that is not signed, so the body's shape decides.
import { isObject, type JsonObject } from "../read.ts";

/** Events by GitHub's own names; `other_alert`: an `alert` of a kind that is not known here. */
export type Kind =
  | "secret_scanning_alert"
  | "secret_scanning_alert_location"
  | "dependabot_alert"
  | "code_scanning_alert"
  | "repository_vulnerability_alert"
  | "security_advisory"
  | "repository_advisory"
  | "other_alert";

/** The kind of alert that a delivery is about: a place of a secret belongs to the secret's alert. */
export const familyOf = (kind: Kind): Kind => (kind === "secret_scanning_alert_location" ? "secret_scanning_alert" : kind);

/** The delivery that GitHub sends when a webhook is made, or on request. */
export const isPing = (body: JsonObject): boolean => typeof body.zen === "string" && ("hook_id" in body || "hook" in body);

/** The kind of a delivery; undefined for what is no security alert (a push, an issue ...). */
export function kindOf(body: JsonObject): Kind | undefined {
  const { alert } = body;
  if (isObject(alert)) return kindOfAlert(alert, "location" in body);
  if (isObject(body.repository_advisory)) return "repository_advisory";
  return isObject(body.security_advisory) ? "security_advisory" : undefined;
}

function kindOfAlert(alert: JsonObject, hasLocation: boolean): Kind {
  const has = (...names: string[]): boolean => names.some((name) => name in alert);
  if (has("secret_type", "locations_url")) return hasLocation ? "secret_scanning_alert_location" : "secret_scanning_alert";
  if (has("dependency", "security_advisory", "security_vulnerability")) return "dependabot_alert";
  if (has("rule", "tool", "most_recent_instance", "instances")) return "code_scanning_alert";
  return has("affected_package_name", "affected_range") ? "repository_vulnerability_alert" : "other_alert";
}
