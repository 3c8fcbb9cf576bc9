// What Security Hub, OCSF and GuardDuty say of a finding's life as our statuses.
import type { AlertPatch, Status } from "../../alert.ts";

type Told = Pick<AlertPatch, "status" | "status_label">;

/**
 * The workflow of a finding (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Workflow.html), and the older field that
 * it replaced (`WorkflowState`).
 */
const WORKFLOW: ReadonlyMap<string, Status> = new Map([
  ["new", "new"],
  ["notified", "in_progress"],
  ["suppressed", "suppressed"],
  ["resolved", "resolved"],
  ["assigned", "in_progress"],
  ["in_progress", "in_progress"],
  ["deferred", "suppressed"],
]);

/**
 * Of a finding in the AWS Security Finding Format. An archived record is over, whatever its workflow says: its provider no longer
 * reports it. So is a check that passed; its workflow follows later, or never. What somebody suppressed stays suppressed.
 */
export function findingStatus(workflow: string | undefined, record: string | undefined, compliance: string | undefined): Told {
  const status = WORKFLOW.get(workflow?.toLowerCase() ?? "");
  if (record?.toLowerCase() === "archived") return { status: "resolved", status_label: record };
  if (compliance?.toLowerCase() === "passed" && status !== "suppressed") return { status: "resolved", status_label: compliance };
  if (workflow === undefined) return record === undefined ? {} : { status: "new", status_label: record };
  // A word that the vendor adds later: somebody did something about it, or it would be new.
  return { status: status ?? "in_progress", status_label: workflow };
}

/** OCSF's `status_id` of findings (https://schema.ocsf.io/1.6.0/classes/detection_finding): 5 archived, 6 deleted. */
const BY_ID: ReadonlyMap<number, Status> = new Map([
  [1, "new"],
  [2, "in_progress"],
  [3, "suppressed"],
  [4, "resolved"],
  [5, "resolved"],
  [6, "resolved"],
]);
const WORDS: ReadonlyMap<string, Status> = new Map([
  ["new", "new"],
  ["in progress", "in_progress"],
  ["suppressed", "suppressed"],
  ["resolved", "resolved"],
  ["archived", "resolved"],
  ["deleted", "resolved"],
]);

/** Of a finding in OCSF. `activity`: 3 or `Close` is how Security Hub says that a finding is over. */
export function ocsfStatus({
  id,
  word,
  activity,
  compliance,
}: {
  id?: number;
  word?: string;
  activity?: string;
  compliance?: string;
}): Told {
  const status = BY_ID.get(id ?? 0) ?? WORDS.get(word?.toLowerCase() ?? "");
  if (/^(?:3|close|closed)$/i.test(activity ?? "") && status !== "suppressed") return { status: "resolved", status_label: "Closed" };
  if (compliance !== undefined && /^pass(?:ed)?$/i.test(compliance) && status !== "suppressed")
    return { status: "resolved", status_label: compliance };
  if (status === undefined) return {};
  return { status, status_label: word ?? status };
}

/** Of a finding of GuardDuty, which knows only this. */
export const threatStatus = (archived: boolean | undefined): Told =>
  archived === true ? { status: "resolved", status_label: "archived" } : { status: "new", status_label: "new" };
