// What is sent to create an alert in IRIS, and what to change one. A change says only what is ours to say: an analyst's note, tags,
// owner and classification are never touched, and status and severity only when the alert itself changed since we said them last.
import { jsonMember } from "../answers.ts";
import type { HttpRequest, Outgoing } from "../destination.ts";
import { serverUrl } from "../server.ts";
import type { IrisAlert } from "./render.ts";
import { check, type Settings } from "./settings.ts";

const ALERTS = "/api/v2/alerts";

/** Names an alert in IRIS for later changes, with what we said of it last; the core stores it as it is. */
export interface AlertRef {
  id: number;
  severity?: string;
  status?: string;
}

/** The request of a message. */
export function request({ action, ref, body }: Outgoing, own: Settings): HttpRequest {
  const headers = { "content-type": "application/json", ...authorization(own) };
  const create = serverUrl(own.url, ALERTS, check);
  if (action !== "edit") return { method: "POST", url: create, headers, body };
  const id = jsonMember(ref ?? "", "id");
  return { method: "PUT", url: `${create}/${typeof id === "number" ? id : 0}`, headers, body: changeOf(body, ref ?? "") };
}

/** The call that only asks whether we are let in: `source/app/blueprints/rest/api_routes.py`. */
export const ping = (own: Settings): { method: "GET"; url: string; headers: Record<string, string> } => ({
  method: "GET",
  url: serverUrl(own.url, "/api/ping", check),
  headers: authorization(own),
});

const authorization = ({ token }: Settings): Record<string, string> => ({ authorization: `Bearer ${tokenOf(token)}` });

function tokenOf(token: string): string {
  // The runtime's own error would hold the value.
  if (!/^[!-~]+$/.test(token)) throw new Error("token: an API key has printable ASCII characters only");
  return token;
}

/** Set when the alert is created, and the analysts' own from then on. IRIS would not change the customer, assets and indicators anyway. */
const CREATION_ONLY = [
  "alert_customer_id",
  "alert_classification_id",
  "alert_tags",
  "alert_source_event_time",
  "alert_assets",
  "alert_iocs",
] as const satisfies (keyof IrisAlert)[];

function changeOf(body: string, ref: string): string {
  const alert = JSON.parse(body) as Partial<IrisAlert>;
  const { Severity: severity, Status: status } = alert.alert_context ?? {};
  const left: string[] = [...CREATION_ONLY];
  if (severity === jsonMember(ref, "severity")) left.push("alert_severity_id");
  if (status === jsonMember(ref, "status")) left.push("alert_status_id");
  return JSON.stringify(Object.fromEntries(Object.entries(alert).filter(([name]) => !left.includes(name))));
}
