// What is wrong with the relay itself, as rows of D1: one for each condition while it lasts.
import type { Statement } from "./config-rows.ts";

/** One condition that lasts. */
export interface Condition {
  /** The kind and what it is about: `backlog_old:soc`. */
  id: string;
  /** ISO 8601 UTC. */
  since: string;
  title: string;
  text: string;
  /** Who told people: names with commas; empty where it is told by others than the watch, null while nobody could. */
  told_by: string | null;
}

/** All conditions, by id. */
export async function readConditions(db: Pick<D1Database, "prepare">): Promise<Condition[]> {
  const { results } = await db.prepare("SELECT id, since, title, text, told_by FROM conditions ORDER BY id").all<Condition>();
  return results;
}

/** Begins a condition, or brings its words up to date; since when it lasts and who told it stay as they are. */
export const conditionStatement = ({ id, since, title, text, told_by }: Condition): Statement =>
  told_by === null
    ? {
        sql:
          "INSERT INTO conditions (id, since, title, text) VALUES (?1, ?2, ?3, ?4) " +
          "ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text",
        params: [id, since, title, text],
      }
    : {
        sql:
          "INSERT INTO conditions (id, since, title, text, told_by) VALUES (?1, ?2, ?3, ?4, ?5) " +
          "ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text, told_by = excluded.told_by",
        params: [id, since, title, text, told_by],
      };

/** Notes who told it; null where nobody could. */
export const toldStatement = (id: string, by: string | null): Statement =>
  by === null
    ? { sql: "UPDATE conditions SET told_by = NULL WHERE id = ?1", params: [id] }
    : { sql: "UPDATE conditions SET told_by = ?2 WHERE id = ?1", params: [id, by] };

/** Ends a condition. */
export const endStatement = (id: string): Statement => ({ sql: "DELETE FROM conditions WHERE id = ?1", params: [id] });
