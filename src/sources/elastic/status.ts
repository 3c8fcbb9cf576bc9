// Kibana's two statuses as ours: of the alert (active, recovered) and of its triage (open, acknowledged, closed).
import type { AlertPatch, Status } from "../../alert.ts";
import { type Fields, lineOf } from "./payload.ts";

const TRIAGE: ReadonlyMap<string, Status> = new Map([
  ["open", "new"],
  ["acknowledged", "in_progress"],
  ["in-progress", "in_progress"],
  ["closed", "resolved"],
]);

/** Whether the condition is over. Detections never are: they are closed by people, and no rule tells of that. */
export function isOver(fields: Fields, group: string | undefined): boolean {
  if (group !== undefined) return group === "recovered";
  const told =
    lineOf(fields, "alert.actionGroup", "kibana.alert.action_group", "alertActionGroup") ?? lineOf(fields, "kibana.alert.status");
  return told?.toLowerCase() === "recovered";
}

/** The status of an alert; `over`: its condition is. */
export function statusOf(fields: Fields, over: boolean): Pick<AlertPatch, "status" | "status_label"> {
  if (over) return { status: "resolved", status_label: "recovered" };
  const label = lineOf(fields, "kibana.alert.workflow_status", "signal.status");
  const status = TRIAGE.get(label?.toLowerCase() ?? "");
  return status === undefined || label === undefined ? { status: "new", status_label: "new" } : { status, status_label: label };
}
