// Text with its meaning, from which come colours and widths. What came from outside is made inert here, so that no title of an
// alert can move a terminal's cursor.
import { styleText } from "node:util";
import { oneLine } from "../../src/lib/text.ts";
import { displayWidth } from "./width.ts";

/** What a piece of text is. Few: a terminal is read in a hurry. */
export type Tone = "plain" | "strong" | "faint" | "good" | "warn" | "bad" | "accent" | "loud";

/** A piece of text. */
export interface Piece {
  text: string;
  tone: Tone;
}

/** What may stand in a cell or a line. */
export type Paint = string | Piece | readonly Paint[];

const STYLES: Record<Exclude<Tone, "plain">, Parameters<typeof styleText>[0]> = {
  strong: "bold",
  faint: "dim",
  good: "green",
  warn: "yellow",
  bad: "red",
  accent: "cyan",
  loud: ["bold", "red"],
};

const toned =
  (tone: Tone) =>
  (text: string | number): Piece => ({ text: String(text), tone });

export const strong = toned("strong");
export const faint = toned("faint");
export const good = toned("good");
export const warn = toned("warn");
export const bad = toned("bad");
export const accent = toned("accent");
export const loud = toned("loud");

/** The pieces of a paint, one line each, without what moves a cursor. Spaces at their ends stay. */
export function piecesOf(paint: Paint): Piece[] {
  if (typeof paint === "string") return [{ text: inert(paint), tone: "plain" }];
  return isPiece(paint) ? [{ ...paint, text: inert(paint.text) }] : paint.flatMap(piecesOf);
}

const isPiece = (paint: Exclude<Paint, string>): paint is Piece => "tone" in paint;

/** Columns that a paint takes. */
export const widthOf = (paint: Paint): number => piecesOf(paint).reduce((sum, { text }) => sum + displayWidth(text), 0);

/** A paint as text, with escape codes if there is to be colour. */
export const painted = (paint: Paint, colour: boolean): string =>
  piecesOf(paint)
    .map(({ text, tone }) => (colour && tone !== "plain" && text !== "" ? styleText(STYLES[tone], text, { validateStream: false }) : text))
    .join("");

function inert(text: string): string {
  const [, before = "", , after = ""] = /^( *)(.*?)( *)$/s.exec(text) ?? [];
  return `${before}${oneLine(text)}${text.trim() === "" ? "" : after}`;
}
