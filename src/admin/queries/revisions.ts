// The revisions of the configuration, newest first.
import * as z from "zod";
import { REVISION_COLUMNS, type Revision } from "../../store/config-state.ts";
import { type Page, pageOf } from "../cursor.ts";
import { paging } from "../params.ts";

/** Parameters of the list. */
export const revisionSearch = paging();
const schema = z.strictObject(revisionSearch);
/** The list's parameters, parsed. */
export type RevisionSearch = z.output<typeof schema>;

/** One revision, without its text. */
export interface RevisionItem extends Omit<Revision, "source"> {
  /** The one that was applied last. */
  current: boolean;
}

/** A page of the revisions. The number alone decides the order: it grows with each. */
export async function listRevisions(db: D1Database, { from, to, limit, cursor }: RevisionSearch): Promise<Page<RevisionItem>> {
  const { results } = await db
    .prepare(
      `SELECT ${REVISION_COLUMNS}, revision = (SELECT MAX(revision) FROM revisions) AS current FROM revisions
       WHERE revision < ?1 AND applied_at >= ?2 AND applied_at <= ?3 ORDER BY revision DESC LIMIT ?4`,
    )
    .bind(cursor ? Number(cursor.id) : Number.MAX_SAFE_INTEGER, from ?? "", to ?? "~", limit + 1)
    .all<Omit<RevisionItem, "current"> & { current: number }>();
  const items = results.map((row) => ({ ...row, current: row.current === 1 }));
  return pageOf(items, limit, ({ revision, applied_at: at }) => ({ at, id: String(revision) }));
}
