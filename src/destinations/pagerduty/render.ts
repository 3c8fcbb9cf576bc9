// An alert as one event of PagerDuty's Events API v2. All later events of an alert have its key, so that they join its incident.
// The integration key joins in the request. https://developer.pagerduty.com/docs/send-alert-event
import { type Alert, rises, SEVERITIES, type Severity } from "../../alert.ts";
import { sha256 } from "../../lib/keys.ts";
import { manyLines, oneLine, shorten, utf8Bytes, utf16 } from "../../lib/text.ts";
import { type Card, cardToKeep, notification } from "../card.ts";
import type { Delta, View } from "../destination.ts";
import { placeOf } from "../facts.ts";
import { barest, fitted } from "../fit.ts";
import * as limits from "./limits.ts";

/** The body of an event, as `render` leaves it. */
export interface PagerDutyEvent {
  event_action: "trigger" | "acknowledge" | "resolve";
  /** Absent in a digest: it has no id of its own, so its delivery's is taken. */
  dedup_key?: string;
  payload: {
    summary: string;
    source: string;
    severity: "critical" | "error" | "warning" | "info";
    timestamp?: string;
    component?: string;
    group?: string;
    class?: string;
    custom_details: Record<string, string>;
  };
  links?: { href: string; text: string }[];
  client: "Tocsin";
  client_url?: string;
}

const SEVERITY: Record<Severity, PagerDutyEvent["payload"]["severity"]> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "info",
  info: "info",
};

/** The event of a view. A living incident always gets the whole alert; what came last stands in its details. */
export const render = (view: View): string =>
  fitted(
    cardToKeep(whole(view)),
    (card) => JSON.stringify(eventOf(view, card)),
    (body) => utf8Bytes(body) <= limits.MAX_EVENT_BYTES,
  );

/** The plain form: what identifies the alert, without details. */
export const plain = (view: View): string => JSON.stringify(eventOf(view, barest(cardToKeep(whole(view)))));

/** A key as PagerDuty takes it: one that is too long is replaced by its hash. */
export const dedupKey = (key: string): string => (key.length <= limits.MAX_DEDUP_KEY ? key : `sha256:${sha256(key)}`);

const whole = (view: View): View => (view.kind === "update" ? { ...view, kind: "alert" } : view);

function eventOf(view: View, card: Card): PagerDutyEvent {
  const event: PagerDutyEvent = {
    event_action: actionOf(view),
    ...keyOf(view),
    payload: {
      // Texts are bounded already; counted once more in the stricter unit.
      summary: shorten(notification(card), limits.MAX_SUMMARY, utf16),
      source: nameOf(placeIn(view)) ?? "tocsin",
      severity: severityOf(view),
      ...(card.time ? { timestamp: card.time } : {}),
      ...namesOf(view),
      custom_details: detailsOf(card),
    },
    client: "Tocsin",
  };
  if (card.links.length > 0) event.links = card.links.map(({ label, url }) => ({ href: url, text: label }));
  const ours = card.links.find(({ label }) => label.endsWith("Tocsin"));
  if (ours) event.client_url = ours.url;
  return event;
}

function actionOf(view: View): PagerDutyEvent["event_action"] {
  switch (view.kind) {
    case "digest":
    case "test":
      return "trigger";
    case "notice":
      return view.notice.resolved ? "resolve" : "trigger";
    case "alert":
    case "update":
    case "moved":
      return actionFor(view.alert, view.kind === "moved" ? undefined : view.delta);
  }
}

function actionFor(alert: Alert, delta: Delta | undefined): PagerDutyEvent["event_action"] {
  switch (alert.status) {
    case "new":
      return "trigger";
    case "in_progress":
      // Somebody works on it. An acknowledgement has no details, so a rise goes as a trigger: it is noted in the incident, and an
      // incident that is acknowledged stays so. One that was resolved takes no acknowledgement: nobody would see it again.
      return isBack(alert, delta) || onlyRose(alert, delta) ? "trigger" : "acknowledge";
    case "suppressed":
    case "resolved":
      // Nobody is to be called for what the source has put aside; should it come back, that is a new incident.
      return "resolve";
  }
}

// Was put aside or resolved, and is not any more.
const isBack = ({ change }: Alert, delta: Delta | undefined): boolean =>
  (delta?.kind ?? change.kind) === "reopened" || change.fields.status?.before === "suppressed";

function onlyRose({ severity, change: { fields } }: Alert, delta: Delta | undefined): boolean {
  if (delta) return delta.severity !== undefined && rises(delta.severity.before, delta.severity.after) && delta.status === undefined;
  const before = fields.severity?.before;
  const known = SEVERITIES.find((one) => one === before);
  return known !== undefined && rises(known, severity) && fields.status === undefined;
}

function keyOf(view: View): { dedup_key?: string } {
  switch (view.kind) {
    case "digest":
      return {};
    case "notice":
      return { dedup_key: dedupKey(`tocsin-notice:${view.notice.id}`) };
    case "test":
      return { dedup_key: dedupKey(`tocsin-test:${view.alert.id}`) };
    case "alert":
    case "update":
    case "moved":
      return { dedup_key: dedupKey(view.alert.id) };
  }
}

function severityOf(view: View): PagerDutyEvent["payload"]["severity"] {
  switch (view.kind) {
    case "digest":
      return SEVERITY[SEVERITIES.findLast((severity) => view.bySeverity[severity] > 0) ?? "info"];
    case "notice":
      return SEVERITY[view.notice.severity];
    case "alert":
    case "update":
    case "moved":
    case "test":
      return SEVERITY[view.alert.severity];
  }
}

const placeIn = (view: View): string =>
  view.kind === "digest" || view.kind === "notice" ? "tocsin" : (placeOf(view.alert) ?? view.alert.source);

// PagerDuty's rules and its alert list group by these three.
function namesOf(view: View): Pick<PagerDutyEvent["payload"], "component" | "group" | "class"> {
  if (view.kind === "digest" || view.kind === "notice") return { class: view.kind };
  const { observables, tenant, route, category, type } = view.alert;
  const component = nameOf(observables.find((observable) => observable.type === "process")?.value);
  const group = nameOf(tenant) ?? nameOf(route);
  const kind = nameOf(category) ?? nameOf(type);
  return { ...(component ? { component } : {}), ...(group ? { group } : {}), ...(kind ? { class: kind } : {}) };
}

function nameOf(text: string | undefined): string | undefined {
  const name = shorten(oneLine(text ?? ""), limits.MAX_NAME, utf16);
  return name === "" ? undefined : name;
}

// Shown as a table, in this order.
function detailsOf(card: Card): Record<string, string> {
  const entries: [string, string][] = [
    ["Summary", card.summary],
    ["Latest", card.changes.map((change) => change.replace(/^Latest: /, "")).join("\n")],
    ["Note", card.notes.join("\n")],
    ...card.facts.map(({ label, values, more }): [string, string] => [label, `${values.join(", ")}${more > 0 ? ` +${more} more` : ""}`]),
    ["Worst", card.lines.map(lineText).join("\n")],
    ["Newest", card.newest.map(lineText).join("\n")],
    ["More", card.more > 0 ? `${card.more} more` : ""],
    [card.evidence?.label ?? "Evidence", manyLines(card.evidence?.text ?? "")],
    ["Source", card.source],
    ["Tocsin id", card.id],
    ["Shortened", card.shortened ? "Some of it was left out: follow the link." : ""],
  ];
  const details: Record<string, string> = {};
  for (const [label, text] of entries) if (text !== "") details[label in details ? `${label} (source)` : label] = text;
  return details;
}

const lineText = ({ word, title, place }: Card["lines"][number]): string => `[${word}] ${title}${place ? ` - ${place}` : ""}`;
