// The plain-text form of a mail: complete, for readers, screens and filters that do without HTML.
import { utcTime } from "../../lib/text.ts";
import type { Card, Line } from "../card.ts";
import { headline } from "../card.ts";
import type { Fact } from "../facts.ts";
import { defanged } from "./defang.ts";

const RULE = "----------------------------------------";

/** The text of a card. Lines are of any length; what is long and has lines of its own is marked with a bar. */
export function textOf(card: Card): string {
  const paragraphs = [
    card.ping ?? "",
    lines([defanged(headline(card)), card.kind === "update" || card.tail === "" ? "" : defanged(card.tail)]),
    lines(card.changes.map((change) => `* ${defanged(change)}`)),
    lines(card.notes.map((note) => `Note: ${defanged(note)}`)),
    defanged(card.summary),
    lines(card.facts.map(factText)),
    card.evidence ? lines([`${card.evidence.label}:`, ...card.evidence.text.split("\n").map((line) => `| ${defanged(line)}`)]) : "",
    lines(card.lines.map(lineText)),
    card.newest.length > 0 ? lines(["Latest:", ...card.newest.map(lineText)]) : "",
    card.more > 0 ? `+${card.more} more` : "",
    lines(card.links.map(({ label, url }) => `${label}: ${url}`)),
    lines([RULE, smallPrint(card)]),
  ];
  return `${paragraphs.filter((text) => text !== "").join("\n\n")}\n`;
}

/** Id, source and time in one line. */
export const smallPrint = (card: Card): string =>
  [card.id, card.source, (card.time && utcTime(card.time)) ?? "", card.shortened ? "shortened" : "", "sent by Tocsin"]
    .filter((part) => part !== "")
    .join(" · ");

const lines = (some: string[]): string => some.filter((line) => line !== "").join("\n");

const factText = ({ label, values, more }: Fact): string =>
  `${defanged(label)}: ${values.map(defanged).join(", ")}${more > 0 ? ` +${more} more` : ""}`;

function lineText({ mark, word, title, place, link }: Line): string {
  const first = `${mark} ${word}  ${defanged(title)}${place ? `  (${defanged(place)})` : ""}`;
  return link ? `${first}\n   ${link}` : first;
}
