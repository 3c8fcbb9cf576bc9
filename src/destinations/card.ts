// What a message says, before any chat's markup: one card per view. Everything in it is clean, short, one-line text
// (evidence apart), still unescaped; layouts only place and escape it.
import type { Alert, Severity } from "../alert.ts";
import { SEVERITIES } from "../alert.ts";
import { counted, oneLine, shorten, webLink } from "../lib/text.ts";
import { commentLine, deltaSentence, latestDelta } from "./delta.ts";
import type { Delta, Links, View } from "./destination.ts";
import type { Evidence, Fact } from "./facts.ts";
import { evidenceOf, factsOf, placeOf } from "./facts.ts";
import type { Tone } from "./tones.ts";
import { TONES } from "./tones.ts";

/** One message, in order of reading. Empty parts are left out by the layouts. */
export interface Card {
  kind: View["kind"];
  tone: Tone;
  mark: string;
  /** Severity or state in capitals; a question mark when the severity is only assumed. */
  word: string;
  /** `Update`, `Reopened` or `Comment` before the title of a follow-up; else empty. */
  prefix: string;
  title: string;
  /** What follows the title in a notification: the host, and for a follow-up what changed. */
  tail: string;
  changes: string[];
  summary: string;
  /** What the reader must know to read the rest right: the detail is missing, the severity is assumed, this is a test. */
  notes: string[];
  facts: Fact[];
  evidence?: Evidence;
  /** The alerts of a digest, worst first. */
  lines: Line[];
  /** What the digest holds besides its lines. */
  more: number;
  links: Link[];
  /** Small print. `time` is ISO 8601 UTC. */
  id: string;
  source: string;
  time?: string;
  /** True when something was left out to keep within the chat's limits. */
  shortened: boolean;
  ping?: string;
}

/** One alert of a digest. */
export interface Line {
  mark: string;
  word: string;
  title: string;
  place?: string;
  link?: string;
}
export interface Link {
  label: string;
  url: string;
}

const MAX_TITLE = 200;
const MAX_SUMMARY = 600;
const MAX_NOTE = 200;
const MAX_ID = 128;
const MAX_PING = 300;
const MAX_TAIL = 160;
/** The longest address that is shown as a link; a longer one is left out, never cut. */
export const MAX_LINK = 2_000;
/** Alerts that a digest names; the others are counted. */
export const MAX_LINES = 10;

/** The card of a view. Pure and total: any text in an alert gives a card. */
export function cardOf(view: View): Card {
  if (view.kind === "digest") return digestCard(view);
  const { alert, links } = view;
  const card: Card = { ...frame(alert, links), kind: view.kind };
  const place = placeOf(alert);
  if ("ping" in view && view.ping) card.ping = shorten(oneLine(view.ping), MAX_PING);
  if (view.kind === "update") {
    card.prefix = PREFIXES[view.delta.kind];
    card.changes = changeLines(view.delta);
    // The word before the title says "resolved" already.
    const news = view.delta.kind === "resolved" ? "" : lowerFirst(card.changes[0] ?? "");
    card.tail = shorten([place, news].filter(Boolean).join(": "), MAX_TAIL);
    // A follow-up says only what is new, unless it brings what the first message lacked.
    if (!view.delta.detail) return { ...card, notes: [], facts: [] };
  } else {
    const latest = latestDelta(alert);
    const sentence = latest ? deltaSentence(latest) : "";
    if (sentence !== "") card.changes.push(`Latest: ${lowerFirst(sentence)}`);
    const comment = commentLine(commentOf(alert));
    if (comment) card.changes.push(comment);
    card.tail = place ?? "";
  }
  if (view.kind === "test") {
    card.word = `TEST ${card.word}`;
    card.notes.unshift("This is a test: nothing happened, nothing is to be done.");
  }
  const summary = shorten(oneLine(alert.summary), MAX_SUMMARY);
  card.summary = summary === card.title ? "" : summary;
  card.evidence = evidenceOf(alert);
  return card;
}

/** Mark, word and title: the first line of a message. */
export const headline = (card: Card): string => `${card.mark} ${bare(card)}`;

/** What a phone shows: `[HIGH] title - host`. */
export const notification = (card: Card): string => `${bare(card)}${card.tail === "" ? "" : ` - ${card.tail}`}`;

const bare = ({ word, prefix, title }: Card): string => `${word === "" ? "" : `[${word}] `}${prefix === "" ? "" : `${prefix}: `}${title}`;

const PREFIXES: Record<Delta["kind"], string> = { updated: "Update", resolved: "", reopened: "Reopened", commented: "Comment" };

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

function changeLines(delta: Delta): string[] {
  const comment = commentLine(delta.comment);
  const sentence = deltaSentence(delta);
  const lines = sentence === "" && !comment ? ["Updated"] : [sentence, comment ?? ""];
  return lines.filter((line) => line !== "");
}

function frame(alert: Alert, links: Links): Card {
  const resolved = alert.status === "resolved";
  const tone: Tone = resolved ? "resolved" : alert.severity;
  const assumed = alert.severity_label === "unknown";
  const { mark, word } = TONES[tone];
  return {
    kind: "alert",
    tone,
    mark,
    word: assumed && !resolved ? `${word}?` : word,
    prefix: "",
    title: titleOf(alert),
    tail: "",
    changes: [],
    summary: "",
    notes: notesOf(alert, assumed),
    // The word says that it is over, so the severity moves to the facts.
    facts: resolved
      ? [{ label: "Severity", kind: "text", values: [assumed ? "unknown" : alert.severity], more: 0 }, ...factsOf(alert)]
      : factsOf(alert),
    lines: [],
    more: 0,
    links: linksOf(alert.url, links),
    id: shorten(oneLine(alert.id), MAX_ID),
    source: shorten(oneLine(alert.source), MAX_ID),
    time: Number.isNaN(Date.parse(alert.last_seen)) ? undefined : new Date(alert.last_seen).toISOString(),
    shortened: false,
  };
}

function notesOf(alert: Alert, assumed: boolean): string[] {
  const notes: string[] = [];
  if (assumed) notes.push(`Severity unknown; treated as ${alert.severity} by default.`);
  if (!alert.enriched) {
    const reason = shorten(oneLine(alert.enriched_reason ?? ""), MAX_NOTE);
    notes.push(reason === "" ? "The detail has not come yet." : `Detail missing: ${reason}.`);
  }
  return notes;
}

const titleOf = (alert: Alert): string => shorten(oneLine(alert.title), MAX_TITLE) || "Untitled alert";

function commentOf({ data }: Alert): Delta["comment"] {
  const comment = data.comment;
  if (!comment || typeof comment !== "object" || Array.isArray(comment) || typeof comment.text !== "string") return undefined;
  return { text: comment.text, author: typeof comment.author === "string" ? comment.author : undefined };
}

function linksOf(console: string | undefined, { tocsin }: Links): Link[] {
  const links: Link[] = [];
  const own = webLink(console, MAX_LINK);
  const ours = webLink(tocsin, MAX_LINK);
  if (own) links.push({ label: "Open in console", url: own });
  if (ours) links.push({ label: "Open in Tocsin", url: ours });
  return links;
}

function digestCard(view: Extract<View, { kind: "digest" }>): Card {
  const { alerts, total, bySeverity, links } = view;
  const worstFirst = SEVERITIES.toReversed();
  const tone: Severity = worstFirst.find((severity) => bySeverity[severity] > 0) ?? "info";
  const sums = worstFirst.filter((severity) => bySeverity[severity] > 0).map((severity) => `${bySeverity[severity]} ${severity}`);
  const lines = alerts.slice(0, MAX_LINES).map(lineOf);
  return {
    kind: "digest",
    tone,
    mark: TONES[tone].mark,
    word: "",
    prefix: "",
    title: `${counted(total, "alert")}${sums.length > 0 ? `: ${sums.join(", ")}` : ""}`,
    tail: "",
    changes: [],
    summary: "Too many to show one by one, so this message holds them all.",
    notes: [],
    facts: [],
    lines,
    more: Math.max(0, total - lines.length),
    links: linksOf(undefined, links),
    id: "",
    source: "",
    shortened: false,
  };
}

function lineOf(alert: Alert): Line {
  const { mark, word, title, links } = frame(alert, {});
  return { mark, word, title: shorten(title, MAX_TITLE / 2), place: placeOf(alert), link: links[0]?.url };
}
