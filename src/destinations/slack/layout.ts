// A card as a Slack message: the title above, everything else in one attachment, for its coloured side bar. The webhook and the bot
// share it. Text from the alert stands in `plain_text`, in preformatted `rich_text`, or in code spans: Slack's own markup has no
// escape for `*`, `_`, `~` and the backtick.
import type { ContextBlock, HeaderBlock, KnownBlock, MessageAttachment, PlainTextElement, RichTextBlock, SectionBlock } from "@slack/types";
import { shorten, utcTime, utf16 } from "../../lib/text.ts";
import type { Card, Line, Link } from "../card.ts";
import { cardOf, headline, notification } from "../card.ts";
import type { View } from "../destination.ts";
import type { Evidence, Fact } from "../facts.ts";
import { barest, fitted } from "../fit.ts";
import { TONES } from "../tones.ts";
import { MAX_BLOCK_TEXT, MAX_FIELD, MAX_FIELDS, MAX_HEADER, MAX_SECTION, MAX_TEXT } from "./limits.ts";
import { code, escaped, label, linkText } from "./markup.ts";

/** A message, as far as we use Slack's form of one. */
export interface SlackMessage {
  /** What notifications show; the blocks take its place in the channel. */
  text: string;
  blocks?: KnownBlock[];
  attachments?: (MessageAttachment & { blocks: KnownBlock[] })[];
  unfurl_links: false;
  unfurl_media: false;
}

/** The message of a view, within Slack's limits. */
export const messageOf = (view: View): SlackMessage => fitted(cardOf(view), layout, fits);

/** What is said of a view in its alert's thread: only what changed, as the message above tells the rest. Within Slack's limits. */
export const replyOf = (view: View): SlackMessage => fitted(cardOf(view), reply, fits);

/** The plain form: one text, no blocks that could be refused. */
export function plainOf(view: View): SlackMessage {
  const card = barest(cardOf(view));
  const first = [card.ping ?? "", card.mark, card.word === "" ? "" : `[${card.word}]`, code(card.title)];
  const lines = [
    `${first.filter((part) => part !== "").join(" ")}${card.tail === "" ? "" : ` - ${code(card.tail)}`}`,
    card.links.map(linkText).filter(isShort).join("  ·  "),
    [code(card.id), "shortened"].filter((part) => part !== "").join("  ·  "),
  ];
  return message(lines.filter((line) => line !== "").join("\n"));
}

// Slack would fetch and show whatever an address in an alert leads to.
const message = (text: string): SlackMessage => ({ text, unfurl_links: false, unfurl_media: false });

const notificationText = (card: Card): string => escaped(shorten(notification(card), MAX_TEXT, (part) => escaped(part).length));

function layout(card: Card): SlackMessage {
  const text = notificationText(card);
  const blocks = [
    ...card.changes.map((change) => section(change)),
    ...(card.notes.length === 0 ? [] : [notes(card.notes)]),
    ...(card.summary === "" ? [] : [section(card.summary)]),
    ...digestLines(card),
    ...(card.facts.length === 0 ? [] : [fields(card.facts)]),
    ...(card.evidence ? [preformatted(card.evidence)] : []),
    ...links(card.links),
    ...smallPrint(card),
  ];
  return {
    ...message(text),
    blocks: [...pinging(card), header(card)],
    attachments: [{ color: TONES[card.tone].color, fallback: text, blocks }],
  };
}

// No attachment: of a reply that is also sent to the channel, the channel shows none.
// https://docs.slack.dev/reference/events/message/thread_broadcast
function reply(card: Card): SlackMessage {
  const [news = "Updated", ...others] = card.changes;
  // "Resolved" says what the word would.
  const said = card.tone === "resolved" && news.startsWith("Resolved") ? `${card.mark} ${news}` : `${card.mark} [${card.word}] ${news}`;
  const shown = [...card.links.slice(0, 1), ...card.links.slice(1).filter(({ act }) => act)];
  const ways = [...shown.map(linkText).filter(isShort), code(card.id)].filter((part) => part !== "").join("  ·  ");
  return {
    ...message(notificationText(card)),
    blocks: [
      ...pinging(card),
      section([said, ...others].join("\n")),
      ...(card.notes.length === 0 ? [] : [notes(card.notes)]),
      ...(ways === "" ? [] : [small(ways)]),
    ],
  };
}

function fits({ blocks = [], attachments = [] }: SlackMessage): boolean {
  const all = [...blocks, ...attachments.flatMap((attachment) => attachment.blocks)];
  const sections = all.filter((block) => block.type === "section");
  return (
    blockText(all) <= MAX_BLOCK_TEXT &&
    sections.every(
      ({ text, fields: some = [] }) => utf16(text?.text ?? "") <= MAX_SECTION && some.every((field) => utf16(field.text) <= MAX_FIELD),
    )
  );
}

// Every `text` string in the blocks, however deep.
function blockText(value: unknown): number {
  if (!value || typeof value !== "object") return 0;
  return Object.entries(value).reduce(
    (sum, [name, member]) => sum + (name === "text" && typeof member === "string" ? member.length : blockText(member)),
    0,
  );
}

const plainText = (text: string): PlainTextElement => ({ type: "plain_text", text, emoji: false });
const section = (text: string): SectionBlock => ({ type: "section", text: plainText(text) });
const mrkdwn = (text: string): SectionBlock => ({ type: "section", text: { type: "mrkdwn", text } });
const small = (text: string): ContextBlock => ({ type: "context", elements: [{ type: "mrkdwn", text }] });
const pinging = ({ ping }: Card): SectionBlock[] => (ping ? [mrkdwn(ping)] : []);
const header = (card: Card): HeaderBlock => ({ type: "header", text: plainText(shorten(headline(card), MAX_HEADER, utf16)) });
const notes = (lines: string[]): ContextBlock => ({ type: "context", elements: lines.map((line) => plainText(`ℹ️ ${line}`)) });

const fields = (facts: Fact[]): SectionBlock => ({
  type: "section",
  fields: facts.slice(0, MAX_FIELDS).map((fact) => ({
    type: "mrkdwn",
    text: `${label(fact.label)}\n${values(fact)}`,
  })),
});

function values({ kind, values: some, more }: Fact): string {
  const shown = some.map((value) => (kind === "code" ? code(value) : escaped(value)));
  return `${shown.join(", ")}${more > 0 ? ` +${more} more` : ""}`;
}

const preformatted = (evidence: Evidence): RichTextBlock => ({
  type: "rich_text",
  elements: [
    { type: "rich_text_section", elements: [{ type: "text", text: evidence.label, style: { bold: true } }] },
    { type: "rich_text_preformatted", elements: [{ type: "text", text: evidence.text }] },
  ],
});

function digestLines(card: Card): SectionBlock[] {
  const latest = card.newest.length > 0 ? ["*Latest*", ...card.newest.map(lineText)] : [];
  const texts = [...card.lines.map(lineText), ...latest];
  // One block a line only where they do not fit in one: blocks stand far apart on a phone.
  const joined = texts.join("\n");
  const sections = texts.length === 0 ? [] : joined.length <= MAX_SECTION ? [mrkdwn(joined)] : texts.map(mrkdwn);
  return card.more > 0 ? [...sections, section(`+${card.more} more`)] : sections;
}

function lineText({ mark, word, title, place, link }: Line): string {
  const open = link ? linkText({ label: "Open", url: link }) : "";
  const parts = [`${mark} ${word}`, code(title), place ? code(place) : "", isShort(open) ? open : ""];
  return parts.filter((part) => part !== "").join("  ");
}

// Two links go side by side; an address that escaping makes too long for a section is left out, never cut.
function links(all: Link[]): (SectionBlock | ContextBlock)[] {
  const texts = all.map(linkText);
  const shown = texts.filter(isShort);
  const joined = shown.join("  ·  ");
  const sections = shown.length === 0 ? [] : joined.length <= MAX_SECTION ? [mrkdwn(joined)] : shown.map(mrkdwn);
  return shown.length === texts.length ? sections : [...sections, notes(["A link was too long for Slack."])];
}

const isShort = (text: string): boolean => text.length <= MAX_SECTION / 2;

function smallPrint(card: Card): ContextBlock[] {
  const parts = [card.time ? localTime(card.time) : "", card.source === "" ? "" : code(card.source), card.id === "" ? "" : code(card.id)];
  const text = [...parts, card.shortened ? "shortened" : ""].filter((part) => part !== "").join("  ·  ");
  return text === "" ? [] : [small(text)];
}

// Slack shows it in the reader's own time zone; the text behind the bar is for clients that cannot.
function localTime(time: string): string {
  const written = utcTime(time);
  return written ? `<!date^${Math.floor(Date.parse(time) / 1000)}^{date_short_pretty} {time_secs}|${written}>` : "";
}
