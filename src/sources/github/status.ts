// Where an alert stands, and when it came to stand there.
import type { AlertPatch, Json, Status } from "../../alert.ts";
import { asInstant, type Instant } from "../instant.ts";
import { compact } from "../read.ts";
import type { Delivery, GithubAlert } from "./payload.ts";

/** Actions of deliveries that do not tell the alert's `state`. */
const BY_ACTION: ReadonlyMap<string, string> = new Map([
  ["fixed", "fixed"],
  ["resolved", "resolved"],
  ["resolve", "fixed"],
  ["dismissed", "dismissed"],
  ["dismiss", "dismissed"],
  ["auto_dismissed", "auto_dismissed"],
  ["closed_by_user", "dismissed"],
  ["withdrawn", "withdrawn"],
]);

/** Why people resolve the alert of a secret though nothing was done about it. */
const SET_ASIDE = new Set(["false_positive", "wont_fix", "used_in_tests", "ignored", "hidden_by_config"]);

/** `state`, else what the action says; a delivery of anything else is about an open alert. */
export const stateOf = ({ action, alert }: Delivery): string =>
  alert.state?.toLowerCase() ?? BY_ACTION.get(action ?? "") ?? byTimes(alert) ?? "open";

const byTimes = (alert: GithubAlert): string | undefined => (asInstant(alert.resolved_at) === undefined ? undefined : "resolved");

/**
 * The status: dismissed is set aside, because somebody decided to leave it as it is; fixed is resolved. GitHub calls both resolved for
 * secrets, where the resolution tells them apart.
 */
export function statusOf(delivery: Delivery): Required<Pick<AlertPatch, "status" | "status_label">> {
  const state = stateOf(delivery);
  const reason = delivery.alert.resolution ?? delivery.alert.dismissed_reason;
  const label = reason === undefined || state === "open" ? state : `${state} (${reason.replaceAll("_", " ")})`;
  return { status: statusOfState(state, reason), status_label: label };
}

function statusOfState(state: string, reason: string | undefined): Status {
  if (state === "dismissed" || state === "auto_dismissed") return "suppressed";
  if (state === "resolved") return SET_ASIDE.has(reason ?? "") ? "suppressed" : "resolved";
  return state === "fixed" || state === "withdrawn" ? "resolved" : "new";
}

/** When the delivery's change happened; undefined where nothing tells, as when an old kind of alert is opened again. */
export function happenedAt(delivery: Delivery): Instant | undefined {
  const { action, alert, security_advisory: advisory, repository_advisory: own } = delivery;
  const told = asInstant(alert.updated_at) ?? asInstant(advisory.updated_at) ?? asInstant(own.updated_at);
  if (told !== undefined) return told;
  const state = stateOf(delivery);
  const ended = [alert.fixed_at, alert.dismissed_at, alert.auto_dismissed_at, alert.resolved_at].flatMap((time) => asInstant(time) ?? []);
  if (state !== "open" && ended.length > 0) return ended.reduce((left, right) => (left.ms > right.ms ? left : right));
  // What is opened again is no older than what closed it.
  return action === "created" || action === "create" || action === "published" ? asInstant(alert.created_at) : undefined;
}

/** The order of a change: an end comes after the beginning of the same second. */
export const orderOf = (delivery: Delivery, at: Instant | undefined): number | undefined =>
  at === undefined ? undefined : at.ms + (stateOf(delivery) === "open" ? 0 : 0.5);

/** What somebody wrote when they closed the alert. */
export function closingComment({ alert }: Delivery): Record<string, Json> {
  const text = alert.dismissed_comment ?? alert.resolution_comment;
  if (text === undefined) return {};
  const author = alert.dismissed_by.login ?? alert.resolved_by.login;
  const at = (asInstant(alert.dismissed_at) ?? asInstant(alert.resolved_at))?.iso;
  return { comment: compact({ author, text, at }) as Record<string, Json> };
}
