// A card as a Mattermost post: one line of text, which notifications and the search show, and below it an attachment with the
// severity's colour. The title stands in the line and not in the attachment, which is folded when it is long.
import { codePoints, shorten, utcTime } from "../../lib/text.ts";
import type { Card, Line } from "../card.ts";
import { cardOf, headline, notification } from "../card.ts";
import type { View } from "../destination.ts";
import type { Fact } from "../facts.ts";
import { barest, fitted } from "../fit.ts";
import { isQuiet } from "../quiet.ts";
import { TONES } from "../tones.ts";
import { MAX_ATTACHMENT, MAX_FOOTER, MAX_LINKS, MAX_TEXT } from "./limits.ts";
import { bareLabel, code, codeBlock, escaped, link, withoutBrackets, withoutSlackForms } from "./markup.ts";

/** The body of an incoming webhook, as far as we use it. */
export interface MattermostMessage {
  text: string;
  attachments?: MattermostAttachment[];
  /**
   * Marks the post as urgent: https://docs.mattermost.com/developers/integrate/reference/message-priority. The server reads the
   * body without asking for known members only (`decodeIncomingWebhookRequest`), so older ones pass over it and over `silent`.
   */
  priority?: { priority: "urgent" };
  /** Posts without notifying anybody, where the server knows how; elsewhere as usual. */
  silent?: true;
}
export interface MattermostAttachment {
  fallback: string;
  color: string;
  text?: string;
  fields?: { short: boolean; title: string; value: string }[];
  footer?: string;
}

/** The message of a view, within Mattermost's limits. */
export function render(view: View): string {
  const card = cardOf(view);
  return JSON.stringify({ ...fitted(card, layout, fits), ...loudness(view, card) } satisfies MattermostMessage);
}

/** The plain form: the line, the links, and none of the newer fields. */
export function plain(view: View): string {
  const card = barest(cardOf(view));
  const lines = [firstLine(card), links(card), "shortened"].filter((line) => line !== "");
  return JSON.stringify({ text: `${pinged(card)}${withoutSlackForms(lines.join("\n"))}` } satisfies MattermostMessage);
}

function layout(card: Card): MattermostMessage {
  const paragraphs = [
    ...untold(card).map((change) => `**${escaped(change)}**`),
    ...card.notes.map((note) => `ℹ️ ${escaped(note)}`),
    escaped(card.summary),
    card.lines.map(lineText).join("\n"),
    card.newest.length > 0 ? ["**Latest**", ...card.newest.map(lineText)].join("\n") : "",
    card.more > 0 ? `+${card.more} more` : "",
    card.evidence ? `**${card.evidence.label}**\n${codeBlock(card.evidence.text)}` : "",
    links(card),
  ].filter((paragraph) => paragraph !== "");
  // A message that points to its successor steps back.
  const { color } = TONES[card.kind === "moved" ? "info" : card.tone];
  const attachment: MattermostAttachment = { fallback: withoutBrackets(notification(card)), color };
  if (paragraphs.length > 0) attachment.text = withoutSlackForms(paragraphs.join("\n\n"));
  if (card.facts.length > 0) attachment.fields = card.facts.map(field);
  const footer = [card.source, card.time ? (utcTime(card.time) ?? "") : "", card.shortened ? "shortened" : ""];
  if (footer.some((part) => part !== "")) attachment.footer = shorten(footer.filter((part) => part !== "").join(" · "), MAX_FOOTER);
  return { text: `${pinged(card)}${withoutSlackForms(firstLine(card))}`, attachments: [attachment] };
}

// What the line above does not say already.
const untold = ({ kind, changes, tail }: Card): string[] =>
  kind === "update" ? changes.filter((change) => change !== "Resolved" && !tail.endsWith(change.slice(1))) : changes;

const fits = ({ text, attachments }: MattermostMessage): boolean =>
  codePoints(text) <= MAX_TEXT && codePoints(asServerWrites(attachments)) <= MAX_ATTACHMENT;

// Go writes these three as `\u003c` and so on, and counts them so.
const asServerWrites = (value: unknown): string => JSON.stringify(value).replace(/[<>&]/g, "\\u0000");

function loudness(view: View, card: Card): Pick<MattermostMessage, "priority" | "silent"> {
  if (isQuiet(view, card)) return { silent: true };
  const urgent = (view.kind === "alert" || view.kind === "update") && card.tone === "critical";
  return urgent ? { priority: { priority: "urgent" } } : {};
}

const pinged = ({ ping }: Card): string => (ping ? `${ping} ` : "");

// The id is here and not in the small print: attachments are not found by the search.
function firstLine(card: Card): string {
  const title = headline({ ...card, title: escaped(card.title) });
  const tail = card.tail === "" ? "" : ` - ${escaped(card.tail)}`;
  const id = card.id === "" ? "" : ` ${code(card.id)}`;
  return `${title.replace(/^(\S+) (.*)$/s, "$1 **$2**")}${tail}${id}`;
}

// An address that would crowd out the rest is left out, never cut.
function links(card: Card): string {
  let room = MAX_LINKS;
  const texts = card.links.map(({ label, url }) => link(label, url));
  const shown = texts.filter((text) => {
    const length = codePoints(asServerWrites(text));
    if (length > room) return false;
    room -= length;
    return true;
  });
  return [...shown, shown.length < texts.length ? "A link was too long to be shown." : ""].filter((text) => text !== "").join(" · ");
}

function field({ label, kind, values, more }: Fact): { short: boolean; title: string; value: string } {
  const shown = values.map((value) => (kind === "code" ? code(value) : escaped(value)));
  const value = withoutSlackForms(`${shown.join(", ")}${more > 0 ? ` +${more} more` : ""}`);
  return { short: codePoints(value) <= 60, title: bareLabel(label), value };
}

function lineText({ mark, word, title, place, link: url }: Line): string {
  const parts = [`${mark} **${word}** ${code(title)}`, place ? code(place) : "", url ? link("Open", url) : ""];
  return parts.filter((part) => part !== "").join(" · ");
}
