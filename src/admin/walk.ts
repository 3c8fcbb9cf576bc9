// A filtered list over very many rows without an index for its filter: it walks the key from the newest row on, looks at so many rows in one
// call, and says where it stopped.
import { byNewest, type Position } from "./cursor.ts";
import { Where } from "./where.ts";

/** What is walked. All members but `where` are text of ours. */
export interface Walk {
  table: string;
  /** The expression that, behind `created_at`, makes the order. */
  id: string;
  /** The columns of the primary key. */
  key: readonly string[];
  /** The columns that `where` asks for. What a row has beyond them is read only where it fits. */
  columns: readonly string[];
  /** What is told of a row that fits, with `row.` before each column. */
  told: string;
  where: Where;
  /** How many rows may be looked at. */
  most: number;
}

/** Where it may walk, newest first. */
export interface Span {
  from?: string;
  to?: string;
  cursor?: Position;
}

/** The rows that fit, at most `limit`, newest first. */
export async function walk<Row extends { at: string; id: string }>(
  db: D1Database,
  { table, id, key, columns, told, where, most }: Walk,
  span: Span,
  limit: number,
): Promise<Row[]> {
  const range = new Where().range(span, id);
  const looked = where.sql === "" ? limit : most;
  // The subquery is walked row by row, and left as soon as enough were found.
  const asked = [...key, ...columns].filter((name) => name !== "created_at" && name !== "id").join(", ");
  const rows = `SELECT created_at, ${id} AS id, ${asked} FROM ${table} ${range.sql} ORDER BY created_at DESC, ${id} DESC LIMIT ?`;
  const names = [...new Set(["created_at", "id", ...key])].join(", ");
  const { results } = await db
    .prepare(
      `SELECT fits.created_at AS at, fits.id AS id, ${told} FROM (SELECT ${names} FROM (${rows}) ${where.sql} LIMIT ?) AS fits
       CROSS JOIN ${table} AS row ON ${key.map((name) => `row.${name} = fits.${name}`).join(" AND ")}`,
    )
    .bind(...range.params, looked, ...where.params, limit)
    .all<Row>();
  return results.sort(byNewest);
}

/** The last row that `walk` looked at for want of enough that fit; undefined where there was no more to look at. */
export async function walkEnd(db: D1Database, { table, id, where, most }: Walk, span: Span): Promise<Position | undefined> {
  if (where.sql === "") return undefined;
  const range = new Where().range(span, id);
  const end = await db
    .prepare(`SELECT created_at AS at, ${id} AS id FROM ${table} ${range.sql} ORDER BY created_at DESC, ${id} DESC LIMIT 1 OFFSET ?`)
    .bind(...range.params, most - 1)
    .first<Position>();
  return end ?? undefined;
}

/** Where to go on. Others may have come in meanwhile, so that the end lies before what was found: that is not to be found again. */
export const goesOnAt = (end: Position, found: readonly Position[]): Position => [end, ...found].sort(byNewest).at(-1) ?? end;
