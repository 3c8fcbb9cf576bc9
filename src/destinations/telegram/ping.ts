// The configured ping: the only mention in a message. It is ours, so that Telegram may make of it what it likes.
import type { Piece } from "./text.ts";

/** `[Ada](tg://user?id=123456789)`: a person without a username, as Telegram's own Markdown writes it. */
const PERSON = /\[([^\]\n]{1,64})\]\(tg:\/\/user\?id=(\d{1,16})\)/g;

/** The pieces of a ping. `@name` needs no formatting: Telegram sees it. https://core.telegram.org/bots/api#formatting-options */
export function pingPieces(ping: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of ping.matchAll(PERSON)) {
    const [whole, name = "", id = ""] = match;
    pieces.push({ text: ping.slice(at, match.index) }, { text: name, user: Number(id) });
    at = match.index + whole.length;
  }
  return [...pieces, { text: ping.slice(at) }].filter(({ text }) => text !== "");
}
