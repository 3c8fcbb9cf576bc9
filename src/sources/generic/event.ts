// One entry as an event: which alert it belongs to, and what makes a redelivery of it recognisable.
import type { AlertPatch, Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { asInstant, type Instant } from "../instant.ts";
import { asLine, asText, compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { entryPatch } from "./alert.ts";
import { compile } from "./expression.ts";
import type { Reading } from "./reading.ts";
import type { GenericSettings, Mapping } from "./settings.ts";

const TYPE = "generic";
const UNTITLED = "An alert without a title";

const line = (value: Json): string | undefined => asLine(value);

/** The event of an entry; undefined where nothing is found that tells one alert from another. */
export function entryEvent(reading: Reading, context: ParseContext<GenericSettings>): SourceEvent | undefined {
  const { mapping } = context.settings;
  const time = reading.first("time", mapping.time, asInstant);
  const patch = entryPatch(reading, time, context);
  const id = reading.first("id", mapping.id, asText);
  const key = reading.first("key", mapping.key, asText);
  if (!isUnderstood(mapping, { title: patch.title, id, key })) return undefined;
  const commented = patch.data?.comment !== undefined;
  return compact<SourceEvent>({
    claim: claimOf(reading.entry, id, time, patch),
    identified: id !== undefined || time !== undefined,
    key: keyOf(key ?? id, reading.entry),
    type: reading.first("event", mapping.event, line) ?? patch.type ?? "alert",
    kind: patch.status === "resolved" ? "resolved" : commented ? "commented" : "opened",
    order: time?.ms,
    occurred_at: time?.iso,
    patch: patch.title === undefined && !commented ? { ...patch, title: UNTITLED } : patch,
    payload: reading.entry,
  });
}

/** Whether any of the fields that tell alerts apart was found. A title that is always the same tells nothing. */
function isUnderstood(mapping: Mapping, found: { title?: string; id?: string; key?: string }): boolean {
  const fields = (["id", "key", "title"] as const).filter((field) => mapping[field]?.some(readsTheBody));
  return fields.length === 0 || fields.some((field) => found[field] !== undefined);
}

function readsTheBody(text: string): boolean {
  const compiled = compile(text);
  return compiled.ok && (compiled.value.kind === "path" || compiled.value.expression.reads.size > 0);
}

/**
 * By the event's id, else by the entry itself with its time. Beside it stand severity, status and assets: a rise, a reopening or a new
 * asset shows also where the id is one of the alert and not of the event, or where the body around the entry brought them.
 */
function claimOf(entry: Json, id: string | undefined, time: Instant | undefined, { severity, status, assets = [] }: AlertPatch): string {
  const names = assets.map(({ name }) => name).sort();
  const identity = id === undefined ? ["entry", sha256(stableJson(entry)), time?.ms] : ["id", id];
  return claimId([TYPE, ...identity, severity, status, stableJson(names)]);
}

const MOST_CHARS = 250;

/** The alert's key; without one, every different entry is an alert of its own, which hides nothing. */
function keyOf(text: string | undefined, entry: Json): string {
  if (text === undefined) return `entry:${sha256(stableJson(entry)).slice(0, 32)}`;
  // What differs only in its blanks must not become the same.
  return /^\S+$/.test(text) && text.length <= MOST_CHARS
    ? `alert:${text}`
    : `alert:${text.replace(/\s+/g, "_").slice(0, MOST_CHARS)}:${sha256(text).slice(0, 16)}`;
}
