// One notification as one event: which alert it is about, what it says, and what to ask the API for.
import type { AlertPatch, DetailRef, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { sha256 } from "../../lib/keys.ts";
import { asObject, compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { alertPatch, alertUrl } from "./alert.ts";
import { casePatch, caseUrl } from "./case.ts";
import { commentData } from "./comment.ts";
import { alertSchema, caseSchema, commentSchema, isUuid, type Notification, otherSchema, reportSchema } from "./payload.ts";
import { reportId, reportPatch } from "./report.ts";
import type { SekoiaSettings } from "./settings.ts";

/** What a notification comes to, before id, order and record are added. */
export type Told = Pick<SourceEvent, "key" | "kind" | "patch"> & { detail?: DetailRef; detailOnlyIfThin?: boolean };

type Context = ParseContext<SekoiaSettings>;

/** What the notification says; `at` is its time, if it has one. */
export function tell(notification: Notification, at: string | undefined, context: Context): Told {
  const told = tellKind(notification, at, context);
  const { community_uuid: tenant } = notification.metadata;
  const patch: AlertPatch = compact({ ...told.patch, tenant: told.patch.tenant ?? tenant });
  return notification.action === "deleted" && told.kind !== "commented" ? deleted({ ...told, patch }) : { ...told, patch };
}

function tellKind(notification: Notification, at: string | undefined, context: Context): Told {
  switch (notification.type) {
    case "alert":
      return alertEvent(notification, context);
    case "case":
      return caseEvent(notification, context);
    case "alert-comment":
    case "case-comment":
      return commentEvent(notification, at, context);
    case "content-proposal":
    case "report":
      return reportEvent(notification, context);
    default:
      return otherEvent(notification);
  }
}

function alertEvent(notification: Notification, context: Context): Told {
  const facts = alertSchema.parse(notification.attributes);
  const patch = alertPatch(facts, context);
  // Only the first event names the alert: a stand-in that a later event asserts would overwrite the title from the API.
  const id = facts.uuid ?? facts.short_id;
  if (isFirst(notification, id)) patch.title ??= facts.rule_name ?? facts.rule.name ?? standIn("alert", facts.short_id);
  return {
    key: keyOf("alert", id, notification),
    kind: kindOf(notification, patch),
    patch,
    detail: detailOf("alert", facts.uuid),
    detailOnlyIfThin: onlyCounts(notification),
  };
}

/** Whether an update tells nothing but a new count, of which there can be one per event: it is not worth a call, unless nothing else told us of the alert. */
function onlyCounts(notification: Notification): boolean {
  const { updated } = asObject(notification.attributes);
  const names = Object.keys(asObject(updated));
  return notification.action === "updated" && names.length === 1 && names[0] === "similar";
}

function caseEvent(notification: Notification, context: Context): Told {
  const facts = caseSchema.parse(notification.attributes);
  const patch = casePatch(facts, context);
  const id = facts.uuid ?? facts.short_id;
  if (isFirst(notification, id)) patch.title ??= standIn("case", facts.short_id);
  return {
    key: keyOf("case", id, notification),
    kind: kindOf(notification, patch),
    patch,
    detail: detailOf("case", facts.uuid),
  };
}

function commentEvent(notification: Notification, at: string | undefined, context: Context): Told {
  const facts = commentSchema.parse(notification.attributes);
  const [object, owner, shortId, url] =
    notification.type === "case-comment"
      ? (["case", facts.case_uuid, facts.case_short_id, caseUrl(facts.case_short_id, context)] as const)
      : (["alert", facts.alert_uuid, facts.alert_short_id, alertUrl(facts.alert_short_id, context)] as const);
  const removed = notification.action === "deleted";
  const data = removed ? undefined : commentData(facts, at);
  const unread = object === "alert" && !removed && data === undefined && facts.uuid !== undefined && owner !== undefined;
  return {
    key: keyOf(object, owner ?? shortId, notification),
    kind: "commented",
    patch: compact<AlertPatch>({ url, data }),
    // Also where the text is told: the comment may be the first that we hear of its alert.
    detail: unread ? compact<DetailRef>({ kind: "comment", id: facts.uuid ?? "", with: owner }) : detailOf(object, owner),
  };
}

function reportEvent(notification: Notification, context: Context): Told {
  const facts = reportSchema.parse(notification.attributes);
  const id = facts.uuid ?? facts.id;
  const isReport = notification.type === "report";
  const patch = reportPatch(isReport && id !== undefined ? { ...facts, id: reportId(id) } : facts, context);
  if (isFirst(notification, id)) patch.title ??= "An intelligence report is available";
  return {
    key: keyOf("report", id, notification),
    kind: kindOf(notification, patch),
    patch,
    detail: detailOf(notification.type, id),
  };
}

/** Types that the vendor may add (intake, rule, playbook...): shown with whatever the body offers. */
function otherEvent(notification: Notification): Told {
  const facts = otherSchema.parse(notification.attributes);
  const what = `${notification.type} ${notification.action ?? "notification"}`;
  const name = facts.title ?? facts.name ?? facts.rule_name ?? facts.display_name ?? facts.label ?? facts.short_id;
  const patch = compact<AlertPatch>({
    title: name === undefined ? `SEKOIA.IO: ${what}` : `SEKOIA.IO: ${what}: ${name}`,
    summary: facts.description ?? facts.message,
    category: "notification",
    type: notification.type,
  });
  return {
    key: keyOf(notification.type, facts.uuid ?? facts.id ?? facts.short_id, notification),
    kind: kindOf(notification, patch),
    patch,
  };
}

/** Whether nothing can have named the object before: it was just made, or it has no id by which to find it again. */
const isFirst = (notification: Notification, id: string | undefined): boolean => notification.action === "created" || id === undefined;

function kindOf(notification: Notification, patch: AlertPatch): SourceEvent["kind"] {
  if (notification.action === "created") return "opened";
  return patch.status === "resolved" ? "resolved" : "updated";
}

/** A deleted object is done with, and there is nothing left to ask for. */
function deleted(told: Told): Told {
  return { key: told.key, kind: "resolved", patch: { ...told.patch, status: "resolved", status_label: "deleted" } };
}

/** Objects of different kinds never share a key; one without any id is its own alert, by its content. */
function keyOf(object: string, id: string | undefined, notification: Notification): string {
  if (id === undefined) return `${object}:sha256-${sha256(stableJson(asObject(notification.attributes))).slice(0, 32)}`;
  return `${object}:${id.length > 128 ? `sha256-${sha256(id).slice(0, 32)}` : id.toLowerCase()}`;
}

const detailOf = (kind: string, id: string | undefined): DetailRef | undefined =>
  id === undefined || id.length > 128 ? undefined : { kind, id: isUuid(id) ? id.toLowerCase() : id };

const standIn = (what: string, shortId: string | undefined): string => `SEKOIA.IO ${what}${shortId === undefined ? "" : ` ${shortId}`}`;
