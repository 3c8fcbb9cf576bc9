// A card as one Telegram message: text with entities, and links as buttons below it, which show their address before they open.
import type { InlineKeyboardMarkup, MessageEntity } from "@grammyjs/types";
import { utcTime, utf16 } from "../../lib/text.ts";
import type { Card, Line, Link } from "../card.ts";
import { cardOf, headline } from "../card.ts";
import type { View } from "../destination.ts";
import type { Fact } from "../facts.ts";
import { barest, fitted } from "../fit.ts";
import { isQuiet } from "../quiet.ts";
import { MAX_ENTITIES, MAX_TEXT } from "./limits.ts";
import { pingPieces } from "./ping.ts";
import { formatted, type Piece, untrusted } from "./text.ts";

/** The body of `sendMessage`, as far as we use it; the request makes an edit or a reply of it. */
export interface TelegramMessage {
  chat_id: number | string;
  message_thread_id?: number;
  text: string;
  entities: MessageEntity[];
  /** Nobody but the reader opens an address: no preview, no request of Telegram's servers. */
  link_preview_options: { is_disabled: true };
  disable_notification?: true;
  reply_markup?: InlineKeyboardMarkup;
}

/** Where a message goes: all that a rendering has to know of the settings. */
export interface Place {
  chat_id: number | string;
  thread_id?: number;
}

/** The message of a view, within Telegram's limits. */
export const render = (view: View, place: Place): string => JSON.stringify(fitted(cardOf(view), (card) => layout(view, card, place), fits));

/** The plain form: no button and little formatting, the link as text. What could be linked stays in code. */
export function plain(view: View, place: Place): string {
  const card = barest(cardOf(view));
  const [link] = card.links;
  const lines: Piece[][] = [
    titleLine(card),
    card.ping ? pingPieces(card.ping) : [],
    link ? [{ text: link.url }] : [],
    smallPrint({ ...card, shortened: true, time: undefined }),
  ];
  return JSON.stringify(message(view, card, place, lines.filter(says)));
}

function layout(view: View, full: Card, place: Place): TelegramMessage {
  const isNews = view.kind === "update" && view.inThread === true && view.delta.kind !== "resolved" && full.changes.length > 0;
  const [news = "", ...changes] = full.changes;
  // In its thread a reply is read for what changed: that stands first, and the title below it.
  const head = isNews
    ? [[{ text: `${full.mark} [${full.word}] `, as: "bold" as const }, ...untrusted(news, "bold")], untrusted(full.title)]
    : [titleLine(full)];
  // The message that it answers shows the rest: it was edited.
  const card = isNews ? { ...full, changes, summary: "", facts: [], evidence: undefined } : full;
  const [buttons, texts] = split(card.links);
  const blocks: Piece[][][] = [
    [...head, card.ping ? pingPieces(card.ping) : []],
    card.changes.map((change) => untrusted(change)),
    card.notes.map((note) => [{ text: "ℹ️ " }, ...untrusted(note)]),
    [untrusted(card.summary)],
    card.lines.map(digestLine),
    card.newest.length > 0 ? [[{ text: "Latest", as: "bold" }], ...card.newest.map(digestLine)] : [],
    [card.more > 0 ? [{ text: `+${card.more} more` }] : []],
    card.facts.map(factLine),
    card.evidence ? [untrusted(card.evidence.label, "bold"), [{ text: card.evidence.text, as: "pre" }]] : [],
    texts.map(({ label, url }) => [{ text: `${label}: ` }, { text: url, as: "code" }]),
    [smallPrint(card)],
  ];
  const lines = blocks
    .map((block) => block.filter(says))
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index === 0 ? block : [[], ...block]));
  return message(view, full, place, lines, buttons);
}

function message(view: View, card: Card, { chat_id, thread_id }: Place, lines: Piece[][], buttons: Link[] = []): TelegramMessage {
  const made: TelegramMessage = {
    chat_id,
    ...formatted(lines.flatMap((line, index) => (index === 0 ? line : [{ text: "\n" }, ...line]))),
    link_preview_options: { is_disabled: true },
  };
  if (thread_id !== undefined) made.message_thread_id = thread_id;
  if (isQuiet(view, card)) made.disable_notification = true;
  // A row to look and a row to act: more than three side by side cannot be read on a phone.
  const rows = [buttons.filter(({ act }) => !act), buttons.filter(({ act }) => act)].filter((row) => row.length > 0);
  if (rows.length > 0) made.reply_markup = { inline_keyboard: rows.map((row) => row.map(({ label, url }) => ({ text: label, url }))) };
  return made;
}

const says = (line: Piece[]): boolean => line.some(({ text }) => text !== "");

const fits = ({ text, entities }: TelegramMessage): boolean => utf16(text) <= MAX_TEXT && entities.length <= MAX_ENTITIES;

// Mark and word are ours; only the title is a stranger's.
const titleLine = (card: Card): Piece[] => [{ text: headline({ ...card, title: "" }), as: "bold" }, ...untrusted(card.title, "bold")];

function factLine({ label, kind, values, more }: Fact): Piece[] {
  const shown = values.flatMap((value, index): Piece[] => [
    ...(index > 0 ? [{ text: ", " }] : []),
    ...(kind === "code" ? [{ text: value, as: "code" as const }] : untrusted(value)),
  ]);
  return [...untrusted(label, "bold"), { text: ": " }, ...shown, { text: more > 0 ? ` +${more} more` : "" }];
}

function digestLine({ mark, word, title, place, link }: Line): Piece[] {
  const opens = link !== undefined && isTaken(link);
  return [
    { text: `${mark} ` },
    { text: word, as: "bold" },
    { text: " " },
    ...untrusted(title),
    ...(place ? [{ text: " · " }, { text: place, as: "code" as const }] : []),
    // Telegram shows the whole address before it opens one that stands behind a word.
    ...(opens ? [{ text: " · " }, { text: "Open", link }] : []),
  ];
}

function smallPrint({ source, id, time, shortened }: Card): Piece[] {
  const at = time === undefined ? undefined : utcTime(time);
  const parts: Piece[][] = [
    source === "" ? [] : untrusted(source, "italic"),
    id === "" ? [] : [{ text: id, as: "code" }],
    at ? [{ text: at, as: "italic" }] : [],
    shortened ? [{ text: "shortened", as: "italic" }] : [],
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : [{ text: " · " }, ...part]));
}

/** A link that no button can open is told in the text, unless it would fill the message. */
const MAX_TEXT_LINK = 1_500;

const split = (links: Link[]): [buttons: Link[], texts: Link[]] => [
  links.filter(({ url }) => isTaken(url)),
  links.filter(({ url, act }) => !act && !isTaken(url) && url.length <= MAX_TEXT_LINK),
];

/**
 * Telegram refuses a message together with a button whose host has no dot in it:
 * https://github.com/tdlib/td/blob/master/td/telegram/LinkManager.cpp (check_link)
 */
const isTaken = (url: string): boolean => /\.|^\[/.test(new URL(url).hostname);
