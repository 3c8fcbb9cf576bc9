// The status of a MozDef alert. Its triage bot asks the user in a chat whether they expected what raised the alert:
// yes makes it `acknowledged`, no `escalated`, "wrong person" `manual` again (mozilla/MozDef mq/plugins/triage_bot).
import type { AlertPatch, Status } from "../../alert.ts";
import type { MozdefAlert } from "./payload.ts";

/** By the word in lower case: our status, and how far the triage is. */
const STATUSES: ReadonlyMap<string, readonly [Status, number]> = new Map([
  ["manual", ["new", 0]],
  ["inprogress", ["in_progress", 1]],
  // The user said that it was them: found to be no incident, like a rejected alert elsewhere.
  ["acknowledged", ["suppressed", 2]],
  ["escalated", ["in_progress", 2]],
]);

/** What the status says; an older alert has none and is new, a word of somebody's own is work in progress. */
export function statusOf(told: string | undefined): Pick<AlertPatch, "status" | "status_label"> {
  if (told === undefined) return { status: "new", status_label: "new" };
  return { status: STATUSES.get(told.toLowerCase())?.[0] ?? "in_progress", status_label: told };
}

/**
 * How far the triage is, as a part of a millisecond: every report on an alert bears the time at which it was raised, so this is
 * all that tells a later one from an earlier one.
 */
export function triageStep(alert: MozdefAlert): number {
  const answered = alert.details.triage.response !== undefined;
  const step = alert.status === undefined ? 0 : (STATUSES.get(alert.status.toLowerCase())?.[1] ?? 1);
  return Math.max(step, answered ? 2 : 0) / 4;
}
