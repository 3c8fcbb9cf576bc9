// Erasing alerts from D1: the projection, and what inboxes show of them.
import { type Mention, mentions } from "../alert-content.ts";
import { textInJson } from "../lib/json-find.ts";

/** Where a search over the projection goes on: after this row. */
export type RowPosition = [createdAt: string, id: string];

/** Alerts of the projection after a position that mention something; up to `most`. `next` is null at the end. */
export async function findProjected(
  db: D1Database,
  mention: Mention,
  after: RowPosition,
  most: number,
): Promise<{ ids: string[]; next: RowPosition | null }> {
  const { results } = await db
    .prepare(
      `SELECT created_at, id, alert FROM alerts WHERE (created_at, id) > (?1, ?2) AND instr(lower(alert), ?3) > 0
       ORDER BY created_at, id LIMIT ?4`,
    )
    .bind(...after, asciiLower(textInJson(mention.value)), most)
    .all<{ created_at: string; id: string; alert: string }>();
  const last = results.at(-1);
  return {
    ids: results.filter(({ alert }) => mentions(JSON.parse(alert), mention)).map(({ id }) => id),
    next: results.length === most && last ? [last.created_at, last.id] : null,
  };
}

// SQLite's `lower` knows the letters of English alone: others have to stand as they were written.
const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/**
 * Removes every row about these alerts, and the digests of inboxes (by their delivery's id) that named them. Searches the whole tables,
 * as their keys begin with a time: who erases wants all of it.
 */
export async function eraseProjected(db: D1Database, ids: readonly string[], digests: readonly string[]): Promise<void> {
  const alerts = JSON.stringify(ids);
  const rows = JSON.stringify(digests.map((id) => `digest:${id}`));
  await db.batch([
    db.prepare("DELETE FROM alerts WHERE id IN (SELECT value FROM json_each(?))").bind(alerts),
    db.prepare("DELETE FROM deliveries WHERE alert IN (SELECT value FROM json_each(?))").bind(alerts),
    db.prepare("DELETE FROM inbox WHERE alert IN (SELECT value FROM json_each(?) UNION SELECT value FROM json_each(?))").bind(alerts, rows),
  ]);
}
