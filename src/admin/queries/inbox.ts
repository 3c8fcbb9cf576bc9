// The inbox: living messages that Tocsin itself shows.
import * as z from "zod";
import { SEVERITIES, type Severity } from "../../alert.ts";
import { type Page, pageOf } from "../cursor.ts";
import { names, paging, words } from "../params.ts";
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

/** A page of the inbox. */
export async function listInbox(db: D1Database, search: InboxSearch): Promise<Page<InboxItem>> {
  const where = new Where().range(search, ID).oneOf("destination", search.destination).oneOf("severity", search.severity);
  const { results } = await db
    .prepare(
      `SELECT ${ID} AS id, destination, alert, version, severity, title, message, created_at, updated_at
       FROM inbox ${where.sql} ORDER BY created_at DESC, id DESC LIMIT ?`,
    )
    .bind(...where.params, search.limit + 1)
    .all<Omit<InboxItem, "message"> & { message: string }>();
  const items = results.map((row) => ({ ...row, message: JSON.parse(row.message) as unknown }));
  return pageOf(items, search.limit, ({ created_at, id }) => ({ at: created_at, id }));
}
