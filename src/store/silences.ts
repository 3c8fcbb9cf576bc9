// Silences as rows of D1. Those that have not ended are read together with the configuration.
import type { SilenceRow } from "../config/silence.ts";

/** The columns of a row. */
export const SILENCE_COLUMNS =
  "id, condition, starts_at, ends_at, recur, ceiling, owner, comment, routes, created_at, created_by, ended_at";

/** As many may be open at once: each is asked about every event. */
export const MOST_SILENCES = 500;

const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/** The query that reads those that have not ended, in the order in which they were made. */
export const OPEN_SILENCES =
  `SELECT ${SILENCE_COLUMNS} FROM silences WHERE ended_at IS NULL AND ends_at > ${NOW} ` + `ORDER BY created_at, id LIMIT ${MOST_SILENCES}`;

/** A silence that is to be made. */
export type NewSilence = Omit<SilenceRow, "id" | "created_at" | "ended_at">;

/** Makes a silence; undefined where there are too many that have not ended at `now` (ISO 8601). */
export async function addSilence(db: D1Database, silence: NewSilence, now: string): Promise<SilenceRow | undefined> {
  const { condition, starts_at, ends_at, recur, ceiling, owner, comment, routes, created_by } = silence;
  const made = await db
    .prepare(
      `INSERT INTO silences (created_at, condition, starts_at, ends_at, recur, ceiling, owner, comment, routes, created_by)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
       WHERE (SELECT count(*) FROM silences WHERE ended_at IS NULL AND ends_at > ?1) < ${MOST_SILENCES} RETURNING ${SILENCE_COLUMNS}`,
    )
    .bind(now, condition, starts_at, ends_at, recur, ceiling, owner, comment, routes, created_by)
    .first<SilenceRow>();
  return made ?? undefined;
}

/** Ids of all silences, also those that are over. */
export async function knownSilences(db: D1Database): Promise<string[]> {
  const { results } = await db.prepare("SELECT id FROM silences").all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** What became of the wish to end one. */
export type Ended = "ended" | "was_over" | "unknown";
/** The same, and the routes whose alerts it hid where it has ended now: JSON, null for every route. */
export type EndOf = { ended: "ended"; routes: string | null } | { ended: Exclude<Ended, "ended"> };

/** Ends a silence at `now` (ISO 8601), unless it is over. */
export async function endSilence(db: D1Database, id: string, now: string): Promise<EndOf> {
  const ended = await db
    .prepare("UPDATE silences SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL AND ends_at > ?2 RETURNING routes")
    .bind(id, now)
    .first<{ routes: string | null }>();
  if (ended) return { ended: "ended", routes: ended.routes };
  const isKnown = await db.prepare("SELECT 1 AS found FROM silences WHERE id = ?1").bind(id).first();
  return { ended: isKnown ? "was_over" : "unknown" };
}
