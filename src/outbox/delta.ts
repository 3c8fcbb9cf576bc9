// What changed between what a destination shows and what it is to show now.
import { type Alert, commentIn, rises } from "../alert.ts";
import type { Delta } from "../destinations/destination.ts";
import { factsOf, type ShownFacts } from "./slot.ts";

/** The difference, in a reader's terms. */
export function deltaSince(shown: ShownFacts, alert: Alert): Delta {
  const now = factsOf(alert);
  const added: Record<string, string[]> = {};
  const removed: Record<string, string[]> = {};
  for (const [name, members] of Object.entries(now.lists)) {
    const had = shown.lists[name] ?? [];
    const came = members.filter((member) => !had.includes(member));
    const went = had.filter((member) => !members.includes(member));
    if (came.length > 0) added[name] = came;
    if (went.length > 0) removed[name] = went;
  }
  const delta: Delta = {
    kind: deltaKind(shown, now),
    newEvents: Math.max(0, now.count - shown.count),
    added,
    removed,
    detail: now.enriched && !shown.enriched,
  };
  if (now.severity !== shown.severity) delta.severity = { before: shown.severity, after: now.severity };
  if (now.status_label !== shown.status_label) delta.status = { before: shown.status_label, after: now.status_label };
  if (now.title !== shown.title) delta.title = { before: shown.title, after: now.title };
  if (now.comment !== shown.comment) delta.comment = commentIn(alert.data.comment);
  const verdicts = now.verdicts?.filter((verdict) => !shown.verdicts?.includes(verdict)) ?? [];
  if (verdicts.length > 0) delta.verdicts = verdicts;
  return delta;
}

function deltaKind(shown: ShownFacts, now: ShownFacts): Delta["kind"] {
  if (now.status === "resolved" && shown.status !== "resolved") return "resolved";
  if (now.status !== "resolved" && shown.status === "resolved") return "reopened";
  return now.comment !== shown.comment && now.count <= shown.count + 1 ? "commented" : "updated";
}

/** Whether there is anything that a reader would want to be told. */
export function saysSomething(delta: Delta): boolean {
  return (
    delta.kind === "resolved" ||
    delta.kind === "reopened" ||
    delta.detail ||
    delta.newEvents > 0 ||
    delta.severity !== undefined ||
    delta.status !== undefined ||
    delta.title !== undefined ||
    delta.comment !== undefined ||
    delta.verdicts !== undefined ||
    Object.keys(delta.added).length > 0
  );
}

/** A rise, a resolve, a reopen, or the detail that the first message lacked: told at once, however recent the last follow-up. */
export function isUrgent(shown: ShownFacts, alert: Alert): boolean {
  const turned = (alert.status === "resolved") !== (shown.status === "resolved");
  return rises(shown.severity, alert.severity) || turned || (alert.enriched && !shown.enriched);
}
