// A card as one Discord embed. Mentions are switched off in every message; the configured ping stands in `content`, and only
// what it names may be mentioned.
import type { APIEmbed, APIEmbedField } from "discord-api-types/v10";
import { shorten, utf16 } from "../../lib/text.ts";
import type { Card, Line } from "../card.ts";
import { cardOf, headline, notification } from "../card.ts";
import type { View } from "../destination.ts";
import type { Fact } from "../facts.ts";
import { barest, fitted } from "../fit.ts";
import { isQuiet } from "../quiet.ts";
import { colorNumber } from "../tones.ts";
import * as limits from "./limits.ts";
import { code, codeBlock, escaped, escapedLength, link } from "./markup.ts";

/** What changed stands in a reply's title up to this length; a longer text is told below it, whole. */
const MAX_NEWS = 160;

/** The body of a webhook message, as far as we use it. `content` and `embeds` are always sent, so that an edit replaces both. */
export interface DiscordMessage {
  content: string;
  embeds: APIEmbed[];
  allowed_mentions: { parse: "everyone"[]; users?: string[]; roles?: string[] };
  flags?: number;
  thread_name?: string;
}

/** The message of a view, within Discord's limits. `forum`: the message opens a thread of its own. */
export const render = (view: View, { forum }: { forum?: boolean }): string =>
  JSON.stringify(fitted(cardOf(view), (card) => layout(view, card, forum === true), fits));

/** The plain form: no embed, no text of the alert but its title, so that no content filter finds an indicator in it. */
export function plain(view: View, { forum }: { forum?: boolean }): string {
  const card = barest(cardOf(view));
  const lines = [
    `${card.ping ? `${card.ping} ` : ""}${title(card)}${card.tail === "" ? "" : ` - ${escaped(card.tail)}`}`,
    // Angle brackets keep Discord from fetching a preview.
    ...card.links.slice(0, 1).map(({ url }) => `<${url}>`),
    card.id === "" ? "shortened" : `${code(card.id)} · shortened`,
  ];
  const content = lines.filter((line) => utf16(line) <= limits.MAX_CONTENT / 2).join("\n");
  return JSON.stringify({ ...envelope(view, card, forum === true), content, embeds: [] } satisfies DiscordMessage);
}

function layout(view: View, full: Card, forum: boolean): DiscordMessage {
  const card = isNews(view) ? news(full) : full;
  const [first, ...others] = card.links;
  const paragraphs = [
    ...card.changes.map(escaped),
    ...card.notes.map((note) => `ℹ️ ${escaped(note)}`),
    escaped(card.summary),
    card.lines.map(lineText).join("\n"),
    card.newest.length > 0 ? ["Latest:", ...card.newest.map(lineText)].join("\n") : "",
    card.more > 0 ? `+${card.more} more` : "",
    // The title is a link already, but nothing on a phone says so.
    [first, ...others]
      .flatMap((one) => (one ? [link(one.label, one.url)] : []))
      .filter((text) => text.length <= limits.MAX_DESCRIPTION / 2 - 100)
      .join(" · "),
  ];
  const embed: APIEmbed = {
    title: title(card),
    description: paragraphs.filter((text) => text !== "").join("\n\n"),
    // A message that points to its successor steps back.
    color: card.kind === "moved" ? colorNumber("info") : colorNumber(card.tone),
  };
  if (card !== full && full.title !== card.title) embed.author = { name: shorten(full.title, limits.MAX_AUTHOR, utf16) };
  if (first) embed.url = first.url;
  const fields = [...card.facts.map(field), ...(card.evidence ? [block(card.evidence)] : [])];
  if (fields.length > 0) embed.fields = fields;
  const footer = [card.source, card.id, card.shortened ? "shortened" : ""].filter((part) => part !== "").join(" · ");
  if (footer !== "") embed.footer = { text: footer };
  if (card.time) embed.timestamp = card.time;
  return { ...envelope(view, full, forum), embeds: [embed] };
}

// In its thread a reply is read for what changed; that the alert is over stands before the title already.
const isNews = (view: View): boolean => view.kind === "update" && view.inThread === true && view.delta.kind !== "resolved";

// The thread's first message shows the rest: it was edited.
const news = (full: Card): Card => {
  const card = { ...full, summary: "", facts: [], evidence: undefined };
  const [first, ...others] = card.changes;
  if (first === undefined || utf16(first) > MAX_NEWS) return card;
  return { ...card, prefix: "", title: first, changes: others };
};

// Mark and word are ours, and brackets in them are no link; only the title is a stranger's.
function title(card: Card): string {
  const room = limits.MAX_EMBED_TITLE - utf16(headline({ ...card, title: "" }));
  return headline({ ...card, title: escaped(shorten(card.title, room, escapedLength)) });
}

function envelope(view: View, card: Card, forum: boolean): DiscordMessage {
  const message: DiscordMessage = { content: card.ping ?? "", embeds: [], allowed_mentions: mentions(card.ping ?? "") };
  if (isQuiet(view, card)) message.flags = limits.SUPPRESS_NOTIFICATIONS;
  if (forum) message.thread_name = shorten(notification(card), limits.MAX_THREAD_NAME, utf16);
  return message;
}

// `parse` and explicit ids exclude each other, so `everyone` stands alone with the ids beside it.
function mentions(ping: string): DiscordMessage["allowed_mentions"] {
  const users = Array.from(ping.matchAll(/<@!?(\d{1,20})>/g), ([, id = ""]) => id);
  const roles = Array.from(ping.matchAll(/<@&(\d{1,20})>/g), ([, id = ""]) => id);
  return {
    parse: /@(everyone|here)/.test(ping) ? ["everyone"] : [],
    ...(users.length > 0 ? { users } : {}),
    ...(roles.length > 0 ? { roles } : {}),
  };
}

function fits({ embeds }: DiscordMessage): boolean {
  const sum = embeds.reduce((total, embed) => total + embedText(embed), 0);
  return (
    sum <= limits.MAX_EMBED_SUM &&
    embeds.every(
      ({ description = "", fields = [] }) =>
        utf16(description) <= limits.MAX_DESCRIPTION &&
        fields.length <= limits.MAX_FIELDS &&
        fields.every(({ value }) => utf16(value) <= limits.MAX_FIELD_VALUE),
    )
  );
}

const embedText = ({ title = "", description = "", fields = [], footer, author }: APIEmbed): number =>
  utf16(title) +
  utf16(author?.name ?? "") +
  utf16(description) +
  utf16(footer?.text ?? "") +
  fields.reduce((sum, { name, value }) => sum + utf16(name) + utf16(value), 0);

function field({ label, kind, values, more }: Fact): APIEmbedField {
  const shown = values.map((value) => (kind === "code" ? code(value) : escaped(value)));
  return { name: label, value: `${shown.join(", ")}${more > 0 ? ` +${more} more` : ""}`, inline: true };
}

const block = ({ label, text }: { label: string; text: string }): APIEmbedField => ({ name: label, value: codeBlock(text), inline: false });

function lineText({ mark, word, title, place, link: url }: Line): string {
  const parts = [`${mark} **${escaped(word)}** ${code(title)}`, place ? code(place) : "", url ? link("Open", url) : ""];
  return parts.filter((part) => part !== "").join(" · ");
}
