// A card as lines of plain text, in order of reading: what a message says, whatever the chat makes of it.
import { type Card, headline, type Line } from "./card.ts";

/** The lines. Everything in a card is clean text of one line, evidence apart. */
export function cardLines(card: Card): string[] {
  const { ping, tail, changes, notes, summary, facts, evidence, lines, newest, more, links, id, source } = card;
  // What follows the title in a notification says again what stands below it.
  const told = facts.length > 0 ? "" : tail;
  const small = [id, source, card.shortened ? "shortened" : ""].filter((part) => part !== "");
  return [
    ping ? `${ping} ${headline(card)}` : headline(card),
    told,
    ...changes.filter((change) => !told.toLowerCase().endsWith(change.toLowerCase())),
    ...notes.map((note) => `ℹ️ ${note}`),
    summary,
    ...facts.map(({ label, values, more: others }) => `${label}: ${values.join(", ")}${others > 0 ? ` and ${others} more` : ""}`),
    ...(evidence ? [`${evidence.label}: ${evidence.text}`] : []),
    ...lines.map(lineText),
    ...(newest.length > 0 ? ["Latest:", ...newest.map(lineText)] : []),
    more > 0 ? `and ${more} more` : "",
    ...links.map(({ label, url }) => `${label}: ${url}`),
    small.join(" · "),
  ].filter((line) => line !== "");
}

const lineText = ({ mark, word, title, place }: Line): string => `${mark} [${word}] ${title}${place ? `, ${place}` : ""}`;
