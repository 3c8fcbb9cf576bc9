// One entry as a patch of ours.
import type { AlertPatch, DetectionRule, Json } from "../../alert.ts";
import { asInstant, type Instant } from "../instant.ts";
import { consoleLink, pageLink } from "../link.ts";
import { asLine, asNumber, asText, compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { dataOf } from "./data.ts";
import { listsOf } from "./lists.ts";
import type { Reading } from "./reading.ts";
import type { GenericSettings, Mapping } from "./settings.ts";
import { severityOf } from "./severity.ts";
import { statusOf } from "./status.ts";

const line = (value: Json): string | undefined => asLine(value);

/** Everything that the mapping finds in the entry, and nothing that it does not. `time` is when it happened. */
export function entryPatch(reading: Reading, time: Instant | undefined, context: ParseContext<GenericSettings>): AlertPatch {
  const { mapping } = context.settings;
  const comment = commentOf(reading, mapping, time?.iso ?? new Date(context.receivedAt).toISOString());
  const data = { ...dataOf(reading, mapping), ...(comment === undefined ? {} : { comment }) };
  const { severity, status } = mapping;
  const title = reading.first("title", mapping.title, line);
  const summary = reading.first("summary", mapping.summary, asText);
  return compact<AlertPatch>({
    title,
    // Of a text without a heading both are the same.
    summary: asLine(summary) === title ? undefined : summary,
    ...(severity && told(reading, "severity", severity.from, (labels) => severityOf(labels, severity, context.severityMap))),
    ...(status && told(reading, "status", status.from, (labels) => statusOf(labels, status))),
    category: reading.first("category", mapping.category, line),
    type: reading.first("type", mapping.type, line),
    rule: ruleOf(reading, mapping, context.console),
    tenant: reading.first("tenant", mapping.tenant, line),
    ...listsOf(reading, mapping),
    total: reading.first("count", mapping.count, countOf),
    first_seen: reading.first("first_seen", mapping.first_seen, asInstant)?.iso,
    last_seen: time?.iso,
    url: reading.first("url", mapping.url, (value) => linkOf(value, context.console)),
    data: Object.keys(data).length > 0 ? data : undefined,
  });
}

/** What a vendor's words mean; a word that nobody knows is told to the listener, and nothing is guessed. */
function told<Told extends object>(reading: Reading, field: string, from: readonly string[], meaning: (labels: string[]) => Told): Told {
  const labels = reading.all(field, from).flatMap((value) => line(value) ?? []);
  const found = meaning(labels);
  if (labels.length > 0 && Object.keys(found).length === 0)
    reading.tell(field, `no meaning is known for ${labels.map((label) => JSON.stringify(label)).join(", ")}; add it to the table`);
  return found;
}

function ruleOf(reading: Reading, { rule }: Mapping, console: string | undefined): DetectionRule | undefined {
  if (rule === undefined) return undefined;
  const id = reading.first("rule.id", rule.id, line);
  const name = reading.first("rule.name", rule.name, line) ?? id;
  if (name === undefined) return undefined;
  return compact<DetectionRule>({ id, name, url: reading.first("rule.url", rule.url, (value) => linkOf(value, console)) });
}

/** A path is a page of the route's console; an address leads to that console, or is https. */
function linkOf(value: Json, console: string | undefined): string | undefined {
  const text = line(value);
  if (text === undefined) return undefined;
  return /^\/(?!\/)/.test(text) ? consoleLink(console, text) : pageLink(text, console, console);
}

function countOf(value: Json): number | undefined {
  const count = Math.floor(asNumber(value) ?? 0);
  return count >= 1 && Number.isSafeInteger(count) ? count : undefined;
}

function commentOf(reading: Reading, { comment }: Mapping, at: string): Json | undefined {
  const text = reading.first("comment.text", comment?.text, asText);
  if (text === undefined) return undefined;
  return { author: reading.first("comment.author", comment?.author, line) ?? "unknown", text, at };
}
