// Alerts that are sets of labels and annotations, notified in groups: a shape that more than one monitoring system sends.
// A group is notified again whenever one of its alerts changes and at every repeat interval, so most of what comes is known already.
import type { AlertPatch, Json, Severity, SourceEvent } from "../alert.ts";
import { stableJson } from "../lib/json.ts";
import { claimId, sha256 } from "../lib/keys.ts";
import { ok } from "../outcome.ts";
import { fieldName, findings, isTold } from "./field-names.ts";
import { asInstant, type Instant } from "./instant.ts";
import { secureLink } from "./link.ts";
import { asLine, asObject, asText, compact, isObject, type JsonObject, maxMembers } from "./read.ts";
import { severityOfWords } from "./severity-word.ts";
import type { Parsed, ParsedEntry } from "./source.ts";
import { parseList } from "./unparsed.ts";

/** One alert of a group. */
export interface LabelledAlert {
  /** The same for the same labels; the source's own, else ours. */
  fingerprint: string;
  status: "firing" | "resolved";
  labels: ReadonlyMap<string, string>;
  annotations: ReadonlyMap<string, string>;
  startsAt?: Instant;
  /** Absent while it fires: the time is then zero on the wire. */
  endsAt?: Instant;
  generatorUrl?: string;
  /** The entry as it came, for what only one system sends. */
  entry: JsonObject;
}

/** Reads one member of `alerts`; undefined where nothing says which alert it is. */
function readLabelled(entry: Json): LabelledAlert | undefined {
  if (!isObject(entry)) return undefined;
  const labels = texts(entry.labels);
  const fingerprint = asLine(entry.fingerprint, 128) ?? (labels.size > 0 ? sha256(stableJson([...labels].sort())).slice(0, 16) : undefined);
  if (fingerprint === undefined) return undefined;
  return compact<LabelledAlert>({
    fingerprint,
    status: asLine(entry.status)?.toLowerCase() === "resolved" ? "resolved" : "firing",
    labels,
    annotations: texts(entry.annotations),
    startsAt: asInstant(entry.startsAt),
    endsAt: asInstant(entry.endsAt),
    generatorUrl: asText(entry.generatorURL),
    entry,
  });
}

/** Names that begin with two underscores are the system's own, and not meant for anybody. */
function texts(value: unknown): Map<string, string> {
  const members = Object.entries(asObject(value))
    .filter(([name]) => !name.startsWith("__"))
    .slice(0, maxMembers);
  return new Map(members.flatMap(([name, member]) => [[name, asText(member) ?? ""] as const]).filter(([, text]) => text !== ""));
}

/** The alert as an event; `source` is the adapter's type. One event for each time that it fires and each time that it ends. */
export function labelledEvent(source: string, alert: LabelledAlert, patch: AlertPatch): SourceEvent {
  const { fingerprint, status, startsAt, endsAt } = alert;
  const resolved = status === "resolved";
  const at = (resolved ? endsAt : undefined) ?? startsAt;
  return compact<SourceEvent>({
    // Without its annotations: they often hold a measured value, which differs in every notification and is no news.
    claim: claimId([source, "alert", fingerprint, status, startsAt?.ms]),
    identified: startsAt !== undefined,
    key: `alert:${fingerprint.replace(/\s+/g, "_")}`,
    type: status,
    kind: resolved ? "resolved" : "opened",
    // An end comes after its start, also when both are of the same moment or the clock of one sender is late.
    order: at && Math.max(at.ms, startsAt?.ms ?? 0) + (resolved ? 0.5 : 0),
    occurred_at: at?.iso,
    patch,
    payload: alert.entry,
  });
}

/** Labels that have a place of their own in an alert. */
const PLACED: ReadonlySet<string> = new Set(["alertname", "severity", "priority", "tenant"]);
/** Annotations that have a place of their own. */
const TOLD: ReadonlySet<string> = new Set(["summary", "title", "description", "message", "runbook_url", "runbook"]);

/** What labels and annotations tell, in any system that has them. */
export function labelledPatch(alert: LabelledAlert, map: Record<string, Severity> | undefined): AlertPatch {
  const { labels, annotations, startsAt, endsAt, status } = alert;
  const name = line(labels.get("alertname"));
  const { assets, observables } = findings(new Map([...labels].map(([key, value]) => [fieldName(key), [line(value) ?? ""]])));
  const rest = [...labels].filter(([key, value]) => !PLACED.has(key) && !isTold(key, value));
  return compact<AlertPatch>({
    title: titleOf(name, line(annotations.get("summary") ?? annotations.get("title"))),
    summary: annotations.get("description") ?? annotations.get("message"),
    ...severityOfWords([line(labels.get("severity")), line(labels.get("priority"))], map),
    status: status === "resolved" ? "resolved" : "new",
    status_label: status,
    rule: name === undefined ? undefined : compact({ name, url: secureLink(alert.generatorUrl) }),
    tenant: line(labels.get("tenant")),
    assets,
    observables,
    tags: rest.map(([key, value]) => line(`${key}=${value}`) ?? key),
    first_seen: startsAt?.iso,
    // Also told when it fires anew: the end of the time before would stay otherwise.
    last_seen: (status === "resolved" ? endsAt : undefined)?.iso ?? startsAt?.iso,
    data: {
      ...Object.fromEntries([...annotations].filter(([key]) => !TOLD.has(key)).map(([key, value]) => [annotationName(key), value])),
      ...runbookOf(annotations),
      labels: Object.fromEntries(labels),
    },
  });
}

function runbookOf(annotations: ReadonlyMap<string, string>): Record<string, Json> {
  const runbook = line(annotations.get("runbook_url") ?? annotations.get("runbook"));
  return runbook === undefined ? {} : { runbook };
}

const line = (text: string | undefined): string | undefined => asLine(text);

/** A name of the system's own, such as `comment`, must not be taken by an annotation. */
const annotationName = (key: string): string => (key === "labels" || key === "comment" ? `annotation_${key}` : key);

function titleOf(name: string | undefined, summary: string | undefined): string {
  if (name === undefined || summary === undefined) return name ?? summary ?? "An alert without a name";
  return summary.toLowerCase().includes(name.toLowerCase()) ? summary : `${name}: ${summary}`;
}

/** Who reads a group: the adapter's type, the vendor's name, and what it makes of one alert. */
export interface GroupReader {
  source: string;
  label: string;
  read(alert: LabelledAlert): ParsedEntry;
  severityMap?: Record<string, Severity>;
}

/** The alerts of a group, and one event more where some were left out. `list`: the body's `alerts`. */
export function parseGroup(body: JsonObject, list: Json[], reader: GroupReader): Parsed {
  const known: LabelledAlert[] = [];
  const parsed = parseList(list, {
    ...reader,
    read: (entry) => {
      const alert = readLabelled(entry);
      if (alert !== undefined) known.push(alert);
      return alert && reader.read(alert);
    },
    refusal: { where: "alerts[0].labels", expected: "an alert with labels" },
  });
  if (!parsed.ok || truncatedCount(body) === 0) return parsed;
  return ok(parsed.value.concat({ kind: "event", event: truncatedEvent(body, known, reader) }));
}

/** How many alerts of the group were left out, because the sender was told to send at most so many; 0 where none were. */
function truncatedCount(body: JsonObject): number {
  const count = Number(asLine(body.truncatedAlerts) ?? 0);
  return Number.isFinite(count) && count > 0 ? Math.floor(count) : 0;
}

/**
 * The alerts that were left out, as an event of its own: nobody would hear of them otherwise. Their severity is known only where the
 * group is made by it.
 */
function truncatedEvent(body: JsonObject, alerts: readonly LabelledAlert[], { source, label, severityMap }: GroupReader): SourceEvent {
  const group = asLine(body.groupKey) ?? stableJson(body.groupLabels ?? null);
  const count = truncatedCount(body);
  const groupLabels = texts(body.groupLabels);
  const about = [...groupLabels].map(([name, value]) => `${name}=${value}`).join(", ");
  return {
    claim: claimId([
      source,
      "truncated",
      group,
      count,
      ...alerts.flatMap(({ fingerprint, status, startsAt }) => [fingerprint, status, startsAt?.ms]),
    ]),
    identified: true,
    key: `truncated:${sha256(group).slice(0, 32)}`,
    type: "truncated",
    kind: "opened",
    patch: compact<AlertPatch>({
      title:
        asLine(`${label} left out ${count === 1 ? "one alert" : `${count} alerts`} of a group${about === "" ? "" : ` (${about})`}`) ??
        label,
      summary: "The receiver's max_alerts is smaller than the group. What was left out is not shown here: look there.",
      ...severityOfWords([line(groupLabels.get("severity"))], severityMap),
      type: "truncated",
      tags: [...groupLabels].map(([name, value]) => line(`${name}=${value}`) ?? name),
      data: { truncated_alerts: count },
    }),
    payload: Object.fromEntries(Object.entries(body).filter(([name]) => name !== "alerts")),
  };
}
