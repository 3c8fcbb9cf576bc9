// The books as tables that add up.
import type * as z from "zod";
import type { books as booksSchema } from "../../src/admin/answers/counts.ts";
import { accent, bad, faint, good, loud, type Paint, strong, warn } from "../frame/paint.ts";
import { type Column, tableLines } from "../frame/table.ts";
import { number, plural } from "./words.ts";

export type Books = z.output<typeof booksSchema>;
type Counts = Record<string, number>;

/** One table: how its columns add up, and which of them a person should see. */
interface Sheet {
  of: string;
  /** The first column is the sum of those up to the bar; the others stand beside. */
  sum: string;
  parts: readonly string[];
  beside: readonly string[];
}

const ARRIVALS: Sheet = { of: "ROUTE", sum: "received", parts: ["accepted", "duplicate", "test", "ignored"], beside: ["refused"] };
const ENDS: Sheet = {
  of: "ROUTE",
  sum: "accepted",
  parts: ["processing", "unmatched", "silenced", "grouped", "routed", "failed"],
  beside: ["handed"],
};
const DELIVERIES: Sheet = { of: "DESTINATION", sum: "planned", parts: ["delivered", "merged", "pending", "dead"], beside: ["own"] };

const TONES: Record<string, (text: string) => Paint> = {
  failed: loud,
  dead: loud,
  refused: warn,
  pending: warn,
  processing: warn,
  unmatched: accent,
};

/** The lines: the verdict first, then the tables. */
export function bookLines(books: Books, width: number | undefined): Paint[] {
  const { routes, destinations } = books;
  return [
    ...verdict(books),
    "",
    ...sheetLines("Events that came", ARRIVALS, routes, width),
    "",
    ...sheetLines("How they ended", ENDS, routes, width),
    "",
    ...sheetLines("Messages", DELIVERIES, destinations, width),
  ];
}

function verdict({ balanced, off = [], unreachable = [], routes, destinations }: Books): Paint[] {
  const total = (rows: readonly Counts[], key: string): number => rows.reduce((sum, row) => sum + (row[key] ?? 0), 0);
  const [processing, pending, dead] = [
    total(counts(routes), "processing"),
    total(counts(destinations), "pending"),
    total(counts(destinations), "dead"),
  ];
  const under = [
    ...(processing > 0 ? [warn(`${plural(processing, "event")} being decided`)] : []),
    ...(pending > 0 ? [warn(`${plural(pending, "message")} waiting`)] : []),
    ...(dead > 0 ? [loud(`${plural(dead, "message")} dead`)] : []),
  ].flatMap((piece, index) => (index === 0 ? [piece] : [", ", piece]));
  if (balanced) return [[good("The books balance."), ...(under.length > 0 ? [" ", ...under, "."] : [" Nothing waits, nothing is dead."])]];
  return [
    loud("The books do not balance."),
    ...off.map(({ of, identity, by }): Paint => ["  ", strong(of), `: ${identity} is off by `, bad(String(by))]),
    ...unreachable.map((name): Paint => ["  ", strong(name), " did not answer, so nobody can say"]),
  ];
}

function sheetLines(
  title: string,
  { of, sum, parts, beside }: Sheet,
  rows: readonly { name: string }[],
  width: number | undefined,
): Paint[] {
  const columns: Column[] = [
    { title: of, least: 8 },
    { title: sum.toUpperCase(), align: "right" },
    { title: "" },
    ...parts.map((key): Column => ({ title: key.toUpperCase(), align: "right" })),
    ...beside.map((key, index): Column => ({ title: `${index === 0 ? " " : ""}${key.toUpperCase()}`, align: "right" })),
  ];
  const line = (name: Paint, row: Counts): Paint[] => [
    name,
    strong(row[sum] ?? 0),
    faint("="),
    ...[...parts, ...beside].map((key) => number(row[key] ?? 0, TONES[key])),
  ];
  const all = counts(rows);
  const totals: Counts = {};
  for (const row of all) for (const [key, value] of Object.entries(row)) totals[key] = (totals[key] ?? 0) + value;
  const lines = rows.map((row, index) => line(row.name, all[index] ?? {}));
  const head: Paint = [strong(title), faint(`   ${sum} = ${parts.join(" + ")}`)];
  if (rows.length === 0) return [head, "  none"];
  return [head, ...tableLines(columns, [...lines, ...(rows.length > 1 ? [line(strong("all"), totals)] : [])], width, 2)];
}

/** The numbers of rows, without their names. */
const counts = (rows: readonly object[]): Counts[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter((entry): entry is [string, number] => typeof entry[1] === "number")));
