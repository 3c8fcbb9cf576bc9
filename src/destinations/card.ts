// What a message says, before any chat's markup: one card per view. Everything in it is clean, short, one-line text
// (evidence apart), still unescaped; layouts only place and escape it.
import type { Alert, Severity } from "../alert.ts";
import { commentIn, enrichmentsOf, SEVERITIES } from "../alert.ts";
import { counted, firstFew, oneLine, shorten, utcTime, webLink } from "../lib/text.ts";
import { commentLine, deltaSentence, latestDelta } from "./delta.ts";
import type { Delta, Links, Style, Tally, View } from "./destination.ts";
import type { Evidence, Fact } from "./facts.ts";
import { evidenceOf, factsOf, MAX_FACTS, placesOf } from "./facts.ts";
import type { Tone } from "./tones.ts";
import { TONES } from "./tones.ts";

/** One message, in order of reading. Empty parts are left out by the layouts. */
export interface Card {
  kind: View["kind"];
  tone: Tone;
  mark: string;
  /** Severity or state in capitals; a question mark when the severity is only assumed. */
  word: string;
  /** `Update`, `Reopened`, `Comment` or `Reminder` before the title of a follow-up, `Moved` before that of a former message; else empty. */
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
  /** Alerts of a digest, worst first. */
  lines: Line[];
  /** The latest alerts of a digest, as far as they are not among the worst. */
  newest: Line[];
  /** What the digest holds besides those it names. */
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
  /** It lets whoever has the message do something. */
  act?: true;
}

const MAX_TITLE = 200;
const MAX_SUMMARY = 600;
const MAX_NOTE = 200;
const MAX_ID = 128;
const MAX_PING = 300;
const MAX_TAIL = 160;
/** The longest address that is shown as a link; a longer one is left out, never cut. */
export const MAX_LINK = 2_000;
const MAX_PROVIDER = 40;
/** Alerts that a digest names as its worst, and as its latest; the others are counted. */
export const MAX_LINES = 10;
const MAX_NEWEST = 3;
const MAX_TALLIES = 5;
const MAX_TALLY = 60;

/** The card without links that let the reader do something: for systems that keep what they are told, or have such buttons themselves. */
export const cardToKeep = (view: View): Card => cardOf({ ...view, links: { tocsin: view.links.tocsin } });

/** The card of a view. Pure and total: any text in an alert gives a card. */
export function cardOf(view: View): Card {
  switch (view.kind) {
    case "digest":
      return digestCard(view);
    case "notice":
      return noticeCard(view);
    case "moved":
      return movedCard(view);
    case "alert":
    case "update":
      return styled(alertCard(view), view);
    case "test":
      return testCard(view);
  }
}

function testCard(view: Extract<View, { kind: "test" }>): Card {
  const card = alertCard({ ...view, kind: "alert" });
  card.notes.unshift("This is a test: nothing happened, nothing is to be done.");
  return { ...card, kind: "test", word: `TEST ${card.word}` };
}

function alertCard(view: Extract<View, { kind: "alert" | "update" }>): Card {
  const { alert, links, style, ping, standsInFor } = view;
  const card: Card = { ...frame(alert, links, style), kind: view.kind };
  if (!isAside(view)) card.links.push(...actsOf(links));
  const place = placesOf(alert);
  if (ping) card.ping = shorten(oneLine(ping), MAX_PING);
  const standIn = standInNotes(standsInFor);
  if (view.kind === "update") {
    card.prefix = view.reminder === undefined ? PREFIXES[view.delta.kind] : "Reminder";
    card.changes = view.reminder === undefined ? changeLines(view.delta) : [upperFirst(shorten(oneLine(view.reminder), MAX_NOTE))];
    // The word before the title says "resolved" already.
    const news = view.delta.kind === "resolved" ? "" : lowerFirst(card.changes[0] ?? "");
    card.tail = shorten([place, news].filter(Boolean).join(": "), MAX_TAIL);
    // A follow-up says only what is new, unless it brings what the first message lacked.
    if (!view.delta.detail) return { ...card, notes: standIn, facts: [] };
  } else {
    const latest = view.delta ?? latestDelta(alert);
    const sentence = latest ? deltaSentence(latest) : "";
    if (sentence !== "") card.changes.push(`Latest: ${lowerFirst(sentence)}`);
    const comment = commentLine(commentIn(alert.data.comment));
    if (comment) card.changes.push(comment);
    card.tail = place ?? "";
  }
  card.notes.unshift(...standIn);
  const summary = shorten(oneLine(style?.texts?.summary ?? alert.summary), MAX_SUMMARY);
  card.summary = summary === card.title ? "" : summary;
  card.evidence = evidenceOf(alert);
  return card;
}

// A follow-up is its change: that stays, whatever the detail, and so does the word why the message stands here at all.
function styled(card: Card, { style, kind, standsInFor }: Extract<View, { kind: "alert" | "update" }>): Card {
  if (style?.detail !== "simple") return card;
  const { evidence: _, ...rest } = card;
  return { ...rest, changes: kind === "update" ? card.changes : [], summary: "", notes: standInNotes(standsInFor), facts: [] };
}

const standInNotes = (name: string | undefined): string[] =>
  name === undefined ? [] : [`Shown here because the destination "${shorten(name, 80)}" does not answer.`];

/** Mark, word and title: the first line of a message. */
export const headline = (card: Card): string => `${card.mark} ${bare(card)}`;

/** What a phone shows: `[HIGH] title - host`. */
export const notification = (card: Card): string => `${bare(card)}${card.tail === "" ? "" : ` - ${card.tail}`}`;

const bare = ({ word, prefix, title }: Card): string => `${word === "" ? "" : `[${word}] `}${prefix === "" ? "" : `${prefix}: `}${title}`;

const PREFIXES: Record<Delta["kind"], string> = { updated: "Update", resolved: "", reopened: "Reopened", commented: "Comment" };

const upperFirst = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

function changeLines(delta: Delta): string[] {
  const comment = commentLine(delta.comment);
  const sentence = deltaSentence(delta);
  const lines = sentence === "" && !comment ? ["Updated"] : [sentence, comment ?? ""];
  return lines.filter((line) => line !== "");
}

function frame(alert: Alert, links: Links, style?: Style): Card {
  const resolved = alert.status === "resolved";
  const tone: Tone = resolved ? "resolved" : alert.severity;
  const assumed = alert.severity_label === "unknown";
  const { mark, word } = TONES[tone];
  const facts = style?.texts?.fields ? fieldFacts(style.texts.fields) : factsOf(alert);
  return {
    kind: "alert",
    tone,
    mark,
    word: assumed && !resolved ? `${word}?` : word,
    prefix: "",
    title: style?.texts?.title ? cleanTitle(style.texts.title) || titleOf(alert) : titleOf(alert),
    tail: "",
    changes: [],
    summary: "",
    notes: notesOf(alert, assumed),
    // The word says that it is over, so the severity moves to the facts.
    facts: resolved ? [{ label: "Severity", kind: "text", values: [assumed ? "unknown" : alert.severity], more: 0 }, ...facts] : facts,
    lines: [],
    newest: [],
    more: 0,
    links: withReport(linksOf(alert.url, links), alert),
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

const cleanTitle = (title: string): string => shorten(oneLine(title), MAX_TITLE);
const titleOf = (alert: Alert): string => cleanTitle(alert.title) || "Untitled alert";

function linksOf(console: string | undefined, { tocsin }: Links): Link[] {
  const links: Link[] = [];
  const own = webLink(console, MAX_LINK);
  const ours = webLink(tocsin, MAX_LINK);
  if (own) links.push({ label: "Open in console", url: own });
  if (ours) links.push({ label: "Open in Tocsin", url: ours });
  return links;
}

/** What is said below a message that has the links, unless it is a call to do something. */
const isAside = (view: View): boolean => view.kind === "update" && view.inThread === true && view.reminder === undefined;

function actsOf({ acknowledge, silence }: Links): Link[] {
  const acts = [
    { label: "Acknowledge", url: webLink(acknowledge, MAX_LINK) },
    { label: "Silence", url: webLink(silence, MAX_LINK) },
  ];
  return acts.flatMap(({ label, url }): Link[] => (url ? [{ label, url, act: true }] : []));
}

/** With the provider's page about the first malicious indicator; never as the first link, which is the alert's own. */
function withReport(links: Link[], alert: Alert): Link[] {
  const worst = enrichmentsOf(alert).find(({ verdict, url }) => verdict === "malicious" && typeof url === "string");
  const url = webLink(worst?.url, MAX_LINK);
  return links.length > 0 && worst && url ? [...links, { label: shorten(oneLine(worst.provider), MAX_PROVIDER), url }] : links;
}

/** A card without anything in it. */
const blank = (kind: Card["kind"], tone: Tone, links: Link[]): Card => ({
  kind,
  tone,
  mark: TONES[tone].mark,
  word: "",
  prefix: "",
  title: "",
  tail: "",
  changes: [],
  summary: "",
  notes: [],
  facts: [],
  lines: [],
  newest: [],
  more: 0,
  links,
  id: "",
  source: "",
  shortened: false,
});

function movedCard({ alert, links }: Extract<View, { kind: "moved" }>): Card {
  const place = placesOf(alert);
  return {
    ...frame(alert, links),
    kind: "moved",
    // Among messages of the same alert the one that lives on has to stand out.
    mark: "↪️",
    prefix: "Moved",
    tail: place ?? "",
    changes: ["Shown anew in a newer message: look there for how it stands."],
    notes: [],
    facts: [],
  };
}

function noticeCard({ notice, links }: Extract<View, { kind: "notice" }>): Card {
  return {
    ...blank("notice", notice.resolved ? "resolved" : notice.severity, linksOf(undefined, links)),
    word: "TOCSIN",
    title: cleanTitle(notice.title),
    summary: shorten(oneLine(notice.text), MAX_SUMMARY),
    id: shorten(oneLine(notice.id), MAX_ID),
    source: "tocsin",
    time: notice.at,
  };
}

function digestCard(view: Extract<View, { kind: "digest" }>): Card {
  const { alerts, newest, total, updates, bySeverity, bySource, byRule, links, since, until } = view;
  const worstFirst = SEVERITIES.toReversed();
  const tone: Severity = worstFirst.find((severity) => bySeverity[severity] > 0) ?? "info";
  const sums = worstFirst.filter((severity) => bySeverity[severity] > 0).map((severity) => `${bySeverity[severity]} ${severity}`);
  const named = alerts.slice(0, MAX_LINES);
  const latest = newest.filter(({ id }) => !named.some((alert) => alert.id === id)).slice(0, MAX_NEWEST);
  return {
    ...blank("digest", tone, linksOf(undefined, links)),
    title: `${counted(total, "alert")}${updates > 0 ? ` and ${counted(updates, "update")}` : ""}${sums.length > 0 ? `: ${sums.join(", ")}` : ""}`,
    summary: whyDigest(view),
    facts: [tallies("Sources", bySource), tallies("Rules", byRule), between(since, until)].filter(({ values }) => values.length > 0),
    lines: named.map(lineOf),
    newest: latest.map(lineOf),
    more: Math.max(0, total - named.length - latest.length),
  };
}

function whyDigest({ running, waited }: Extract<View, { kind: "digest" }>): string {
  if (waited) return "They came outside the hours of their rule and waited for these; this message holds them all.";
  return running
    ? "Too many to show one by one. This summary counts them all and is kept current."
    : "Too many to show one by one, so this message holds them all.";
}

function tallies(label: string, all: Tally[]): Fact {
  const { shown, more } = firstFew(all, MAX_TALLIES);
  return { label, kind: "code", values: shown.map(({ name, count }) => `${shorten(oneLine(name), MAX_TALLY)} ${count}`), more };
}

function between(since: string, until: string): Fact {
  const [from, to] = [utcTime(since), utcTime(until)];
  return { label: "Between", kind: "text", values: from && to ? [from === to ? from : `${from} and ${to}`] : [], more: 0 };
}

const MAX_FIELD_LABEL = 40;
const MAX_FIELD_VALUE = 200;

function fieldFacts(fields: { label: string; value: string }[]): Fact[] {
  return fields
    .map(({ label, value }): Fact => {
      const text = shorten(oneLine(value), MAX_FIELD_VALUE);
      return { label: shorten(oneLine(label), MAX_FIELD_LABEL), kind: "code", values: text === "" ? [] : [text], more: 0 };
    })
    .filter(({ label, values }) => label !== "" && values.length > 0)
    .slice(0, MAX_FACTS);
}

function lineOf(alert: Alert): Line {
  const { mark, word, title, links } = frame(alert, {});
  return { mark, word, title: shorten(title, MAX_TITLE / 2), place: placesOf(alert), link: links[0]?.url };
}
