// What MozDef holds: alert documents and event documents, bare or as Elasticsearch wraps them, read liberally.
// Shapes: mozilla/MozDef alerts/lib/alerttask.py (createAlertDict, generate_full_doc), docs/source/usage/json_format.rst.
import type * as z from "zod";
import type { Json } from "../../alert.ts";
import { entries, fields, flag, line, lines, number, text } from "../lenient.ts";
import { asLine, asLines, isObject, type JsonObject } from "../read.ts";

/** A document, with the id and the index that stood beside it. */
export interface MozdefDocument {
  id?: string;
  index?: string;
  source: JsonObject;
}

const eventSchema = fields({
  utctimestamp: line(),
  timestamp: line(),
  receivedtimestamp: line(),
  hostname: line(),
  category: line(),
  severity: line(),
  source: line(),
  eventsource: line(),
  processname: line(),
  type: line(),
  summary: text(),
});

/** An event, as a document of its own or as a sample in an alert. */
export type MozdefEvent = z.output<typeof eventSchema> & { tags: string[]; details: JsonObject };

const place = fields({ ip: line(), city: line(), country: line() });

const alertSchema = fields({
  utctimestamp: line(),
  severity: line(),
  summary: text(),
  category: line(),
  classname: line(),
  status: line(),
  channel: line(),
  /** What `channel` was called until 2019. */
  ircchannel: line(),
  notify_mozdefbot: flag(),
  url: line(),
  /** Set by our alert action when it had to shorten the list of samples. */
  events_left_out: number(),
  events: entries({ documentid: line() }),
  details: fields({
    sites: entries({ ip: line(), site: line() }),
    possible_usernames: lines(),
    hops: entries({ origin: place, destination: place }),
    ipintel: entries({ ip: line(), classification: line(), threatscore: line() }),
    triage: fields({ response: line(), user: fields({ email: line() }) }),
  }),
});

/** An alert; `samples` are the events that it holds, `raw` its details as they came. */
export type MozdefAlert = z.output<typeof alertSchema> & { tags: string[]; samples: MozdefEvent[]; raw: JsonObject };

/** Takes the document out of a hit; anything but an object is none. */
export function documentOf(entry: Json): MozdefDocument | undefined {
  if (!isObject(entry)) return undefined;
  return { id: asLine(entry._id), index: asLine(entry._index), source: isObject(entry._source) ? entry._source : entry };
}

/** Reads an alert: it has a list of events, which may be empty, or the name of the class that raised it. */
export function readAlert({ source }: MozdefDocument): MozdefAlert | undefined {
  const alert = alertSchema.parse(source);
  const marks = [alert.summary, alert.category, alert.severity, alert.utctimestamp, alert.classname, alert.notify_mozdefbot];
  const isAlert = Array.isArray(source.events) || (alert.classname !== undefined && alert.summary !== undefined);
  if (!isAlert || marks.filter((mark) => mark !== undefined).length < 2) return undefined;
  const samples = (Array.isArray(source.events) ? source.events : []).slice(0, maxSamples).flatMap((member) => {
    const wrapped = isObject(member) ? (member.documentsource ?? member._source) : undefined;
    return isObject(wrapped) ? [eventOf(wrapped)] : [];
  });
  return { ...alert, tags: tagsOf(source.tags), samples, raw: isObject(source.details) ? source.details : {} };
}

/** More samples than any rule of MozDef takes but the one about impossible travel, which takes a thousand. */
const maxSamples = 1_000;

/** What only an event has, beside its category or summary. */
const EVENT_MARKS: readonly (keyof z.output<typeof eventSchema>)[] = [
  "category",
  "summary",
  "hostname",
  "severity",
  "source",
  "eventsource",
  "processname",
  "utctimestamp",
  "timestamp",
  "receivedtimestamp",
];

/** Reads an event: a category or a summary, and at least one more of the fields that events are documented to have. */
export function readEvent({ source }: MozdefDocument): MozdefEvent | undefined {
  const event = eventSchema.parse(source);
  if (event.category === undefined && event.summary === undefined) return undefined;
  const marks = EVENT_MARKS.filter((mark) => event[mark] !== undefined).length;
  const lists = Number(isObject(source.details)) + Number(tagsOf(source.tags).length > 0);
  return marks + lists >= 2 ? eventOf(source) : undefined;
}

const eventOf = (source: JsonObject): MozdefEvent => ({
  ...eventSchema.parse(source),
  tags: tagsOf(source.tags),
  details: isObject(source.details) ? source.details : {},
});

/** A list, or (from older log shippers) words with commas between them. */
function tagsOf(value: Json | undefined): string[] {
  const told = typeof value === "string" ? value.split(",") : value;
  return [...new Set(asLines(told))];
}

/** Whether a list's entry says where to put the next one, as in Elasticsearch's bulk format. MozDef's own input skips it, too. */
export const isBulkAction = (entry: Json): boolean =>
  isObject(entry) && isObject(entry.index) && entry.category === undefined && entry.summary === undefined;
