// Removes what is older than the retention from the projection, a slice at a time: keys are in the order of time.
const SLICE = 1_000;

/** Removes up to a slice of alerts and deliveries created before the retention began. Unix ms. */
export async function pruneProjection(db: D1Database, retentionMs: number, now: number): Promise<void> {
  const before = new Date(now - retentionMs).toISOString();
  await db.batch([
    db
      .prepare(
        "DELETE FROM alerts WHERE (created_at, id) IN (SELECT created_at, id FROM alerts WHERE created_at < ? ORDER BY created_at, id LIMIT ?)",
      )
      .bind(before, SLICE),
    db
      .prepare(
        "DELETE FROM deliveries WHERE (created_at, id) IN (SELECT created_at, id FROM deliveries WHERE created_at < ? ORDER BY created_at, id LIMIT ?)",
      )
      .bind(before, SLICE),
    db.prepare("DELETE FROM inbox WHERE updated_at < ?").bind(before),
    db.prepare("DELETE FROM signin_codes WHERE expires_at < ?").bind(now),
  ]);
}
