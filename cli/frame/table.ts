// Tables: aligned columns, no frames, the last wide column gives way when the terminal is too narrow.
import { shorten } from "../../src/lib/text.ts";
import { faint, type Paint, piecesOf, widthOf } from "./paint.ts";
import { displayWidth } from "./width.ts";

/** A column. */
export interface Column {
  /** Empty: a table without any title has no head. */
  title: string;
  /** Numbers stand at the right. */
  align?: "left" | "right";
  /** Gives way when there is no room. One of a table at the most; it keeps this many columns. */
  least?: number;
}

const GAP = 2;

/** The lines of a table; `width` undefined: as wide as it is. A column that has a title and nothing below it is left out. */
export function tableLines(given: readonly Column[], lines: readonly (readonly Paint[])[], width: number | undefined, indent = 0): Paint[] {
  const kept = given.map(({ title }, index) => title === "" || lines.length === 0 || lines.some((row) => widthOf(row[index] ?? "") > 0));
  const columns = given.filter((_, index) => kept[index]);
  const rows = lines.map((row) => row.filter((_, index) => kept[index]));
  const head = columns.map(({ title }) => faint(title));
  const all = columns.every(({ title }) => title === "") ? rows : [head, ...rows];
  const widths = columns.map((_, index) => Math.max(0, ...all.map((row) => widthOf(row[index] ?? ""))));
  const giving = columns.findIndex(({ least }) => least !== undefined);
  const sum = widths.reduce((total, one) => total + one, 0) + GAP * (columns.length - 1) + indent;
  if (width !== undefined && giving >= 0 && sum > width)
    widths[giving] = Math.max(
      columns[giving]?.least ?? 1,
      displayWidth(columns[giving]?.title ?? ""),
      (widths[giving] ?? 0) - (sum - width),
    );
  return all.map((row) => {
    const cells = columns.flatMap(({ align }, index): Paint[] => {
      const cell = fitted(row[index] ?? "", widths[index] ?? 0);
      const pad = " ".repeat((widths[index] ?? 0) - widthOf(cell));
      const isLast = index === columns.length - 1;
      const padded: Paint[] = align === "right" ? [pad, cell] : isLast ? [cell] : [cell, pad];
      return index === 0 ? padded : [" ".repeat(GAP), ...padded];
    });
    return [" ".repeat(indent), ...withoutEnd(cells.flatMap(piecesOf))];
  });
}

/** A paint cut to a width. */
export function fitted(paint: Paint, width: number): Paint {
  if (widthOf(paint) <= width) return paint;
  let room = width;
  return piecesOf(paint).flatMap(({ text, tone }) => {
    const cut = room <= 0 ? "" : shorten(text, room, displayWidth);
    room = cut === text ? room - displayWidth(cut) : 0;
    return cut === "" ? [] : [{ text: cut, tone }];
  });
}

/** Without spaces at the end of the line. */
function withoutEnd<Piece extends { text: string }>(pieces: Piece[]): Piece[] {
  const last = pieces.findLastIndex(({ text }) => text.trim() !== "");
  return pieces.slice(0, last + 1).map((piece, index) => (index === last ? { ...piece, text: piece.text.trimEnd() } : piece));
}
