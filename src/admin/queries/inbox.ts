// The inbox: living messages that Tocsin itself shows.
import * as z from "zod";
import { SEVERITIES, type Severity } from "../../alert.ts";
import { encodeCursor, type Page, type Position } from "../cursor.ts";
import { names, paging, words } from "../params.ts";
import { goesOnAt, type Walk, walk, walkEnd } from "../walk.ts";
import { Where } from "../where.ts";

/** Parameters of the inbox. */
export const inboxSearch = {
  destination: names("Inbox destinations, a comma list"),
  severity: words(SEVERITIES, "Severities"),
  ...paging(),
};
const schema = z.strictObject(inboxSearch);
/** The inbox's parameters, parsed. */
export type InboxSearch = z.output<typeof schema>;

/** One living message. `message` is what the destination rendered. */
export interface InboxItem {
  id: string;
  destination: string;
  alert: string;
  version: number;
  severity: Severity;
  title: string;
  message: unknown;
  created_at: string;
  updated_at: string;
}

const ID = "destination || '.' || alert";
/** Rows that one call looks at. */
export const MOST_INBOX_ROWS = 20_000;

/** A page of the inbox. With a filter that few messages fit it may have few of them, or none, and lead on. */
export async function listInbox(db: D1Database, search: InboxSearch): Promise<Page<InboxItem>> {
  const { limit, from, to, cursor } = search;
  const wanted: Walk = {
    table: "inbox",
    id: ID,
    key: ["destination", "alert"],
    columns: ["severity"],
    told: "row.destination, row.alert, row.version, row.severity, row.title, row.message, row.created_at, row.updated_at",
    where: new Where().oneOf("destination", search.destination).oneOf("severity", search.severity),
    most: MOST_INBOX_ROWS,
  };
  const span = { from, to, cursor };
  const rows = await walk<Row>(db, wanted, span, limit + 1);
  const items = rows.slice(0, limit).map(({ at: _, ...row }): InboxItem => ({ ...row, message: JSON.parse(row.message) as unknown }));
  const end = rows.length > limit ? rows[limit - 1] : await walkEnd(db, wanted, span);
  return { items, next: end ? encodeCursor(goesOnAt(end, rows.slice(0, limit))) : null };
}

type Row = Position & Omit<InboxItem, "message"> & { message: string };
