// The search over the projection: newest first, page by page.
import * as z from "zod";
import { type Alert, SEVERITIES, STATUSES, severityId } from "../../alert.ts";
import { type Page, pageOf } from "../cursor.ts";
import { names, paging, words } from "../params.ts";
import { Where } from "../where.ts";

/** Parameters of the search. */
export const alertSearch = {
  route: names("Routes, a comma list"),
  severity: words(SEVERITIES, "Severities"),
  status: words(STATUSES, "Statuses"),
  q: z.string().max(200, "must have at most 200 characters").optional().meta({ description: "Words that all must stand in the alert" }),
  ...paging(),
};
const schema = z.strictObject(alertSearch);
/** The search, parsed. */
export type AlertSearch = z.output<typeof schema>;

/** An alert as a list shows it, with what dedup decided. */
export interface FoundAlert extends Alert {
  /** Copies that were recognised, and when the last one came. */
  copies: number;
  copied_at: string | null;
}

/** Finds alerts. */
export async function searchAlerts(db: D1Database, search: AlertSearch): Promise<Page<FoundAlert>> {
  const where = new Where()
    .range(search)
    .oneOf("route", search.route)
    .oneOf("severity_id", search.severity?.map(severityId))
    .oneOf("status", search.status);
  // `instr`, not LIKE: a word has no wildcards, and D1 takes no LIKE pattern of more than 50 bytes.
  for (const word of wordsOf(search.q)) where.and("instr(words, ?) > 0", word);
  const { results } = await db
    .prepare(`SELECT alert, copies, copied_at FROM alerts ${where.sql} ORDER BY created_at DESC, id DESC LIMIT ?`)
    .bind(...where.params, search.limit + 1)
    .all<{ alert: string; copies: number; copied_at: string | null }>();
  const found = results.map(({ alert, copies, copied_at }): FoundAlert => ({ ...JSON.parse(alert), copies, copied_at }));
  return pageOf(found, search.limit, ({ created_at, id }) => ({ at: created_at, id }));
}

/** The words of a search as they stand in the column: lower case. */
export const wordsOf = (q: string | undefined): string[] =>
  (q ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
