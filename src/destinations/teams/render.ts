// A card as an Adaptive Card, in the envelope that Workflows' webhook template expects.
// Teams reads a little Markdown in text blocks and facts; everything from the alert is escaped for it.
import { shorten, utcTime, utf8Bytes } from "../../lib/text.ts";
import type { Card, Line } from "../card.ts";
import { cardOf, headline, notification } from "../card.ts";
import type { View } from "../destination.ts";
import type { Fact } from "../facts.ts";
import { barest, fitted } from "../fit.ts";
import type { Tone } from "../tones.ts";
import { CARD_VERSION, MAX_BODY_BYTES, MAX_FACTS } from "./limits.ts";

/** `envelope`: what the template's flow expects. `card`: the bare card, for flows that post the request's body. */
export type Shape = "envelope" | "card";

type Element = Record<string, unknown> & { type: string };

// Adaptive Cards know styles, not colours: https://adaptivecards.io/explorer/Container.html
const STYLES: Record<Tone, string> = {
  critical: "attention",
  high: "attention",
  medium: "warning",
  low: "accent",
  info: "emphasis",
  resolved: "good",
};

const fits = (body: string): boolean => utf8Bytes(body) <= MAX_BODY_BYTES;

/** The message of a view, within Teams' size. */
export const render = (view: View, { shape }: { shape?: Shape }): string =>
  fitted(cardOf(view), (card) => wrapped(adaptiveCard(card, contents(card)), shape), fits);

/** The plain form: the headline and the link. */
export function plain(view: View, { shape }: { shape?: Shape }): string {
  const card = barest(cardOf(view));
  const title = text(headline({ ...card, title: escaped(card.title) }), { weight: "Bolder" });
  const tail = card.tail === "" ? [] : [text(escaped(card.tail))];
  return wrapped(adaptiveCard(card, [title, ...tail, ...smallPrint(card)]), shape);
}

function wrapped(content: Element, shape: Shape = "envelope"): string {
  if (shape === "card") return JSON.stringify(content);
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content };
  return JSON.stringify({ type: "message", attachments: [attachment] });
}

function adaptiveCard(card: Card, body: Element[]): Element {
  const { text: ping, entities } = mentions(card.ping ?? "");
  const [title, ...rest] = body;
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: CARD_VERSION,
    fallbackText: escaped(notification(card)),
    // Only the configured ping becomes a mention; `<at>` in an alert names no entity and stays text.
    msteams: { width: "Full", ...(entities.length > 0 ? { entities } : {}) },
    body: ping === "" || !title ? body : [title, text(ping), ...rest],
    ...(card.links.length > 0 ? { actions: card.links.map(({ label, url }) => ({ type: "Action.OpenUrl", title: label, url })) } : {}),
  };
}

function contents(card: Card): Element[] {
  const title = text(headline({ ...card, title: escaped(card.title) }), { weight: "Bolder", size: "Large" });
  return [
    // A message that points to its successor steps back.
    { type: "Container", style: card.kind === "moved" ? "emphasis" : STYLES[card.tone], bleed: true, items: [title] },
    // The word in the title says so already.
    ...card.changes.filter((change) => change !== "Resolved").map((change) => text(escaped(change), { weight: "Bolder" })),
    ...card.notes.map((note) => text(`ℹ️ ${escaped(note)}`)),
    ...(card.summary === "" ? [] : [text(escaped(card.summary))]),
    ...card.lines.map(line),
    ...(card.newest.length > 0 ? [text("Latest", { weight: "Bolder", size: "Small" }), ...card.newest.map(line)] : []),
    ...(card.more > 0 ? [text(`+${card.more} more`)] : []),
    ...(card.facts.length > 0 ? [{ type: "FactSet", facts: card.facts.slice(0, MAX_FACTS).map(fact) }] : []),
    ...(card.evidence ? [text(card.evidence.label, { weight: "Bolder", size: "Small" }), ...evidence(card.evidence.text)] : []),
    ...smallPrint(card),
  ];
}

const text = (value: string, look: Record<string, unknown> = {}): Element => ({ type: "TextBlock", text: value, wrap: true, ...look });

// A line break in a text block needs an empty line, which would tear a command apart: one block a line.
const evidence = (value: string): Element[] =>
  value
    .split("\n")
    .filter((one) => one.trim() !== "")
    .slice(0, 12)
    .map((one) => text(escaped(one), { fontType: "Monospace", size: "Small", spacing: "None" }));

function fact({ label, values, more }: Fact): { title: string; value: string } {
  return { title: escaped(label), value: `${values.map(escaped).join(", ")}${more > 0 ? ` +${more} more` : ""}` };
}

// Tapping the line opens the alert; a link in the text would need Markdown around untrusted text.
function line({ mark, word, title, place, link }: Line): Element {
  const parts = [`${mark} ${word}`, escaped(title), place ? escaped(place) : ""].filter((part) => part !== "");
  const items = [text(parts.join(" · "))];
  return { type: "Container", items, ...(link ? { selectAction: { type: "Action.OpenUrl", title: "Open", url: link } } : {}) };
}

function smallPrint(card: Card): Element[] {
  const time = card.time ? utcTime(card.time) : undefined;
  const parts = [time ?? "", card.source, card.id, card.shortened ? "shortened" : ""].filter((part) => part !== "");
  return parts.length === 0 ? [] : [text(escaped(parts.join(" · ")), { isSubtle: true, size: "Small" })];
}

/** `Name <id>`, several with commas between; the id is a principal name or an Entra object id. Other text mentions nobody. */
function mentions(ping: string): { text: string; entities: Record<string, unknown>[] } {
  const entities: Record<string, unknown>[] = [];
  const parts = ping.split(",").map((part) => {
    const [, name = "", id = ""] = /^([^<>]+)<([^<>\s]+)>$/.exec(part.trim()) ?? [];
    if (id === "") return escaped(part.trim());
    const at = `<at>${shorten(name.trim(), 60)}</at>`;
    entities.push({ type: "mention", text: at, mentioned: { id, name: shorten(name.trim(), 60) } });
    return at;
  });
  return { text: parts.filter((part) => part !== "").join(", "), entities };
}

// Backslashes for Markdown. Angle brackets have no escape that every client knows, so look-alikes stand in for them:
// `<at>` and HTML become plain text.
const escaped = (value: string): string =>
  value
    .replace(/[\\*_~`[\]]/g, "\\$&")
    .replaceAll("<", "‹")
    .replaceAll(">", "›")
    .replace(/^([#+-]|\d+\.)(?=\s)/, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`);
