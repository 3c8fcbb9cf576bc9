// The audit log: who changed what, newest first, as a page or as one CSV file.
import * as z from "zod";
import type { Via } from "../../store/audit.ts";
import { type Page, pageOf } from "../cursor.ts";
import { names, paging } from "../params.ts";
import { Where } from "../where.ts";

/** Parameters of the log. */
export const auditSearch = {
  actor: names("Who: addresses of people or names of tokens, a comma list"),
  action: names("Actions such as `delivery.replayed`, a comma list"),
  target: names("What was changed: ids of alerts, names of routes and tokens ..., a comma list"),
  format: z
    .enum(["json", "csv"], { error: "must be json or csv" })
    .optional()
    .meta({ description: "`csv`: all that is found in one file, without pages; `Accept: text/csv` asks for the same" }),
  ...paging(),
};
const schema = z.strictObject(auditSearch);
/** The log's parameters, parsed. */
export type AuditSearch = z.output<typeof schema>;

/** One change. */
export interface AuditItem {
  id: string;
  at: string;
  actor: string;
  via: Via;
  action: string;
  target: string | null;
  detail: Record<string, unknown>;
}

const COLUMNS = ["at", "id", "actor", "via", "action", "target", "detail"] as const;
type Row = Record<(typeof COLUMNS)[number], string>;
/** Rows that an export reads at once. */
const EXPORT_PAGE = 1_000;

/** A page of the log. */
export async function readAudit(db: D1Database, search: AuditSearch): Promise<Page<AuditItem>> {
  const rows = await readRows(db, search, search.limit + 1);
  const items = rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }) as AuditItem);
  return pageOf(items, search.limit, positionOf);
}

/** All of the log that a search finds as CSV, read page by page while it is sent. */
export function auditCsv(db: D1Database, search: Omit<AuditSearch, "limit">): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cursor = search.cursor;
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(`${COLUMNS.join(",")}\r\n`)),
    pull: async (controller) => {
      const rows = await readRows(db, { ...search, cursor }, EXPORT_PAGE);
      const last = rows.at(-1);
      if (last) controller.enqueue(encoder.encode(rows.map(csvLine).join("")));
      if (!last || rows.length < EXPORT_PAGE) controller.close();
      else cursor = positionOf(last);
    },
  });
}

const positionOf = ({ at, id }: Pick<AuditItem, "at" | "id">) => ({ at, id });

async function readRows(db: D1Database, search: Omit<AuditSearch, "limit">, most: number): Promise<Row[]> {
  const where = new Where()
    .range(search, "id", "at")
    .oneOf("actor", search.actor)
    .oneOf("action", search.action)
    .oneOf("target", search.target);
  const { results } = await db
    .prepare(`SELECT ${COLUMNS.join(", ")} FROM audit ${where.sql} ORDER BY at DESC, id DESC LIMIT ?`)
    .bind(...where.params, most)
    .all<Row>();
  return results;
}

const csvLine = (row: Row): string => `${COLUMNS.map((column) => csvCell(row[column])).join(",")}\r\n`;

/** RFC 4180; what a spreadsheet would take for a formula gets an apostrophe. */
export function csvCell(text: string | null): string {
  const plain = text ?? "";
  const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
