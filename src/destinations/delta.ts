// How a change is told in words: the same short phrases in every chat. No layout, no escaping.
import type { Alert, Severity } from "../alert.ts";
import { badNews, enrichmentsOf, enrichmentText, SEVERITIES } from "../alert.ts";
import { counted, firstFew, oneLine, shorten } from "../lib/text.ts";
import type { Delta } from "./destination.ts";

const MAX_NAMES = 5;
const MAX_NAME = 60;
const MAX_COMMENT = 400;
/** A SHA-256 and what is said of it. */
const MAX_VERDICT = 100;

// What one member of an alert's list is called.
const MEMBERS: Record<string, string> = { assets: "host", observables: "indicator", attacks: "technique", tags: "tag" };

/** What changed, in one sentence without a full stop: `Severity medium to high, +3 events, new host db-2`. Empty when nothing did. */
export function deltaSentence(delta: Delta): string {
  const said = phrases(delta);
  const text = said.join(", ");
  // A sentence that begins with an indicator leaves it as it is written.
  return said[0] !== undefined && verdictPhrases(delta).includes(said[0]) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** The comment as a line of its own: `Comment by jdoe: false positive`. */
export function commentLine(comment: Delta["comment"]): string | undefined {
  if (!comment) return undefined;
  const text = shorten(oneLine(comment.text), MAX_COMMENT);
  const author = shorten(oneLine(comment.author ?? ""), MAX_NAME);
  if (text === "") return undefined;
  return author === "" ? `Comment: ${text}` : `Comment by ${author}: ${text}`;
}

/** What the alert's latest version changed, for a living message; undefined while the alert is as it was opened. */
export function latestDelta(alert: Alert): Delta | undefined {
  const { kind, fields, added, removed } = alert.change;
  if (kind === "opened") return undefined;
  const before = (name: string) => fields[name]?.before;
  const count = before("count");
  const severity = before("severity");
  const status = before("status");
  const title = before("title");
  const { enrichments: told = [], ...lists } = added;
  const verdicts = badNews(enrichmentsOf(alert).filter((one) => told.includes(enrichmentText(one))));
  return {
    kind,
    severity: isSeverity(severity) ? { before: severity, after: alert.severity } : undefined,
    status: typeof status === "string" ? { before: status, after: alert.status } : undefined,
    title: typeof title === "string" && title !== "" ? { before: title, after: alert.title } : undefined,
    newEvents: typeof count === "number" ? Math.max(0, alert.count - count) : 0,
    added: lists,
    removed,
    ...(verdicts.length > 0 ? { verdicts } : {}),
    detail: alert.enriched && before("enriched") === false,
  };
}

const isSeverity = (value: unknown): value is Severity => SEVERITIES.some((severity) => severity === value);

function phrases(delta: Delta): string[] {
  const said: string[] = [];
  if (delta.kind === "resolved") said.push("resolved");
  if (delta.kind === "reopened") said.push("reopened");
  if (delta.detail) said.push("the detail came");
  if (delta.severity && delta.severity.before !== delta.severity.after)
    said.push(`severity ${delta.severity.before} to ${delta.severity.after}`);
  said.push(...verdictPhrases(delta));
  // A thin alert is "new" for want of the source's own word.
  const namedOnly = delta.detail && delta.status?.before === "new";
  if (delta.status && delta.status.before !== delta.status.after && delta.kind !== "resolved" && delta.kind !== "reopened" && !namedOnly)
    said.push(`status ${word(delta.status.before)} to ${word(delta.status.after)}`);
  if (delta.newEvents > 0) said.push(`+${counted(delta.newEvents, "event")}`);
  if (delta.title && delta.title.before !== delta.title.after)
    said.push(`title before: "${shorten(oneLine(delta.title.before), MAX_NAME)}"`);
  // The detail brings lists that the message shows anyway: telling each member as news would bury the rest.
  if (delta.detail) return said;
  for (const [list, names] of Object.entries(delta.added)) said.push(...named("new", list, names));
  for (const [list, names] of Object.entries(delta.removed)) said.push(...named("no longer", list, names));
  return said;
}

function verdictPhrases({ verdicts = [] }: Delta): string[] {
  const { shown, more } = firstFew(verdicts, MAX_NAMES);
  const texts = shown.map((verdict) => shorten(oneLine(verdict), MAX_VERDICT));
  return more > 0 ? [...texts, `+${more} more malicious`] : texts;
}

function named(what: string, list: string, names: string[]): string[] {
  if (names.length === 0) return [];
  const { shown, more } = firstFew(names, MAX_NAMES);
  const noun = `${MEMBERS[list] ?? word(list)}${names.length > 1 && list in MEMBERS ? "s" : ""}`;
  const texts = shown.map((name) => shorten(oneLine(name), MAX_NAME));
  return [`${what} ${noun} ${texts.join(", ")}${more > 0 ? ` +${more} more` : ""}`];
}

const word = (text: string): string => shorten(oneLine(text).replaceAll("_", " "), MAX_NAME);
