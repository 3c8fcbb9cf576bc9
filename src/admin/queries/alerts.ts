// The search over the projection: newest first, page by page. There is no index but the primary key, and none for words, since each would
// cost a row for every write. So a search walks the key from the newest on, looks at so many rows, and says how far it came.
import * as z from "zod";
import { type Alert, SEVERITIES, STATUSES, severityId } from "../../alert.ts";
import { encodeCursor, type Page, type Position } from "../cursor.ts";
import { names, paging, words } from "../params.ts";
import { goesOnAt, type Walk, walk, walkEnd } from "../walk.ts";
import { Where } from "../where.ts";

const text = (description: string) => z.string().max(200, "must have at most 200 characters").optional().meta({ description });

/** Parameters of the search. */
export const alertSearch = {
  route: names("Routes, a comma list"),
  source: names("Kinds of sources, a comma list"),
  severity: words(SEVERITIES, "Severities"),
  status: words(STATUSES, "Statuses"),
  observable: text("The whole value of an observable, or an asset's name or address"),
  q: text("Words that all must stand in the alert; within 7 days, unless `from` is given"),
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

/** A page of the search. `searched_to`: what fits and is newer is told by this page and those before it; null: there is no more. */
export interface FoundAlerts extends Page<FoundAlert> {
  searched_to: string | null;
}

/** Rows that one call looks at: short columns stand in a row's own page, the words and the alert itself mostly beyond it. */
export const MOST_ROWS = { columns: 40_000, words: 20_000 } as const;
/** How far back one call looks for words. */
export const WORDS_MS = 7 * 86_400_000;
/** No alert's id is as small. */
const BEFORE_ALL_IDS = "!";

/** Finds alerts. `now`: Unix ms. */
export async function searchAlerts(db: D1Database, search: AlertSearch, now = Date.now()): Promise<FoundAlerts> {
  const { limit, to, cursor } = search;
  const wanted = walkOf(search);
  const floor = search.from === undefined && wordsOf(search.q).length > 0 ? floorOf(search, now) : undefined;
  const span = { from: search.from ?? floor, to, cursor };
  const rows = await walk<Row>(db, wanted, span, limit + 1);
  const items = rows.slice(0, limit).map(({ alert, copies, copied_at }): FoundAlert => ({ ...JSON.parse(alert), copies, copied_at }));
  const end = rows.length > limit ? rows[limit - 1] : ((await walkEnd(db, wanted, span)) ?? (await beyond(db, floor)));
  if (!end) return { items, searched_to: null, next: null };
  const place = goesOnAt(end, rows.slice(0, limit));
  return { items, searched_to: place.at, next: encodeCursor(place) };
}

interface Row extends Position {
  alert: string;
  copies: number;
  copied_at: string | null;
}

/** Where a search for words ends of its own account. */
function floorOf({ cursor, to }: AlertSearch, now: number): string {
  const begins = [Date.parse(cursor?.at ?? ""), Date.parse(to ?? ""), now].filter((ms) => !Number.isNaN(ms));
  return new Date(Math.min(...begins) - WORDS_MS).toISOString();
}

/** That end, or right before the next alert beyond it; undefined where there is none. */
async function beyond(db: D1Database, floor: string | undefined): Promise<Position | undefined> {
  if (floor === undefined) return undefined;
  const older = "SELECT created_at FROM alerts WHERE created_at < ? ORDER BY created_at DESC LIMIT 1";
  const next = await db.prepare(older).bind(floor).first<{ created_at: string }>();
  return next ? { at: new Date(Date.parse(next.created_at) + 1).toISOString(), id: BEFORE_ALL_IDS } : undefined;
}

function walkOf({ route, source, severity, status, observable, q }: AlertSearch): Walk {
  const where = new Where()
    .oneOf("route", route)
    .oneOf("source", source)
    .oneOf("severity_id", severity?.map(severityId))
    .oneOf("status", status);
  // `instr`, not LIKE: a word has no wildcards, and D1 takes no LIKE pattern of more than 50 bytes.
  const sought = wordsOf(q);
  for (const word of sought) where.and("instr(words, ?) > 0", word);
  if (observable !== undefined) where.and(HAS, observable.toLowerCase(), observable, observable, observable);
  const others = [...(sought.length > 0 || observable !== undefined ? ["words"] : []), ...(observable === undefined ? [] : ["alert"])];
  return {
    table: "alerts",
    id: "id",
    key: ["created_at", "id"],
    columns: ["route", "source", "severity_id", "status", ...others],
    told: "row.alert, row.copies, row.copied_at",
    where,
    most: others.length > 0 ? MOST_ROWS.words : MOST_ROWS.columns,
  };
}

// The words have every value, unless they were cut: only then the alert itself has to be read.
const HAS = `(instr(words, ?) > 0 OR length(CAST(words AS BLOB)) >= 2000) AND (
  EXISTS (SELECT 1 FROM json_each(alert, '$.observables') AS one WHERE lower(one.value ->> 'value') = lower(?))
  OR EXISTS (SELECT 1 FROM json_each(alert, '$.assets') AS one
    WHERE lower(one.value ->> 'name') = lower(?) OR lower(one.value ->> 'ip') = lower(?)))`;

/** The words of a search as they stand in the column: lower case. */
export const wordsOf = (q: string | undefined): string[] =>
  (q ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
