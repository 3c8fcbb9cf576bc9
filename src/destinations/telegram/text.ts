// Text and its formatting as Telegram takes them: raw text, and entities that say which part of it is what. Nothing in the text
// is markup, so nothing has to be escaped and no cut can break anything: https://core.telegram.org/bots/api#messageentity
import type { MessageEntity } from "@grammyjs/types";
import { utf16 } from "../../lib/text.ts";

/** A part of a message. `user`: the person that it mentions. */
export interface Piece {
  text: string;
  as?: "bold" | "italic" | "code" | "pre";
  user?: number;
  /** The address that a tap on it opens. */
  link?: string;
}

/** A text with its entities. Offsets count UTF-16 units, as JavaScript's strings do; none overlaps another. */
export interface Formatted {
  text: string;
  entities: MessageEntity[];
}

/** Puts pieces together. */
export function formatted(pieces: readonly Piece[]): Formatted {
  let text = "";
  const entities: MessageEntity[] = [];
  for (const piece of pieces) {
    const entity = entityOf(piece, utf16(text));
    const last = entities.at(-1);
    text += piece.text;
    if (entity && last && goesOn(last, entity)) last.length += entity.length;
    else if (entity) entities.push(entity);
  }
  return { text, entities };
}

// One bold part is one entity, however many pieces it was made of; code stays apart, since a tap copies the whole of it.
const goesOn = (last: MessageEntity, entity: MessageEntity): boolean =>
  (entity.type === "bold" || entity.type === "italic") && last.type === entity.type && last.offset + last.length === entity.offset;

function entityOf({ text, as, user, link }: Piece, offset: number): MessageEntity | undefined {
  // An entity of white space alone would be dropped.
  if (text.trim() === "") return undefined;
  const place = { offset, length: utf16(text) };
  if (user !== undefined) return { type: "text_mention", ...place, user: { id: user, is_bot: false, first_name: text } };
  if (link !== undefined) return { type: "text_link", ...place, url: link };
  return as && { type: as, ...place };
}

/**
 * Text of a stranger. Telegram links by itself what looks like a name (`@x`), a command (`/x`), a tag (`#x`, `$X`), an address of
 * the web or of mail, or a number of a phone or a card; in code it links nothing. So the words that could be one of these are
 * set in code, unchanged, where they can also be copied with a tap; the rest is set as asked. Invisible characters in between
 * would do as well, and would be copied into the analyst's search.
 */
export function untrusted(text: string, as?: "bold" | "italic"): Piece[] {
  const words = text.split(/(\s+)/);
  const numbers = Array.from(text.matchAll(RISKY_NUMBER), ({ 0: found, index }) => ({ from: index, to: index + found.length }));
  const pieces: Piece[] = [];
  const add = (piece: Piece): void => {
    const last = pieces.at(-1);
    if (last && last.as === piece.as) last.text += piece.text;
    else if (piece.text !== "") pieces.push({ ...piece });
  };
  let risky = 0;
  let at = 0;
  for (const word of words) {
    const from = at;
    at += word.length;
    const isNumber = numbers.some((number) => number.from < at && from < number.to);
    const isRisky = RISKY_WORD.test(word);
    if (isNumber) add({ text: word, as: "code" });
    else if (isRisky) for (const piece of bared(word, as)) add(piece);
    else add({ text: word, as });
    if (isRisky || (isNumber && word.trim() !== "")) risky += 1;
  }
  return risky > MAX_CODED ? [{ text, as: "code" }] : pieces.flatMap(edged);
}

/** The brackets and stops around a word are no part of what somebody would copy; nothing can be linked across them either. */
function bared(word: string, as: Piece["as"]): Piece[] {
  const [, before = "", core = word, after = ""] = /^([([{<"'«]*)(.*?)([.,:;!?)\]}>"'»…]*)$/s.exec(word) ?? [];
  return core === ""
    ? [{ text: word, as: "code" }]
    : [
        { text: before, as },
        { text: core, as: "code" },
        { text: after, as },
      ];
}

/** Entities begin and end with a character that can be seen: Telegram would cut them to that anyway. */
function edged(piece: Piece): Piece[] {
  const [, before = "", body = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(piece.text) ?? [];
  return [{ text: before }, { ...piece, text: body }, { text: after }].filter(({ text }) => text !== "");
}

/** More odd words than this make the whole text code: the eye has no use for the alternation, and entities are few. */
const MAX_CODED = 8;

/**
 * What could become a link, a little more than what does. The rules of today are TDLib's (match_mentions, match_bot_commands,
 * match_hashtags, match_cashtags, match_urls): https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp. They know the
 * top-level domains; here every ending of two characters counts, since that list grows.
 */
const RISKY_WORD = new RegExp(
  [
    String.raw`@\S`,
    String.raw`#\S`,
    String.raw`\$[A-Z0-9]`,
    "://",
    String.raw`(?:^|[^A-Za-z0-9_])\/[A-Za-z0-9_]`,
    String.raw`\.[A-Za-z0-9_~-](?:[A-Za-z0-9_~-]|[^\0-\x7f])`,
    String.raw`\.[^\0-\x7f]`,
    String.raw`\d\.\d+\.\d+\.\d`,
  ].join("|"),
  "u",
);

/** Numbers of phones with their country, and of cards; both may have spaces in them. */
const RISKY_NUMBER = /\+\d[\d ().-]{5,}\d|\d(?:[ -]*\d){12,}/g;
