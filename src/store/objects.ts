// Which ledgers and outboxes there are: those that the configuration names, and those whose route or destination was removed,
// so that the sweep and the books still find them.

/** Names of all objects there are: notes the configured ones, so that a removed route or destination is still found. */
export async function knownObjects(db: D1Database, configured: string[]): Promise<string[]> {
  await db
    .prepare("INSERT INTO objects (name) SELECT value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING")
    .bind(JSON.stringify(configured))
    .run();
  return notedObjects(db);
}

/** Names of the objects that were noted so far. */
export async function notedObjects(db: D1Database): Promise<string[]> {
  const { results } = await db.prepare("SELECT name FROM objects ORDER BY name").all<{ name: string }>();
  return results.map((row) => row.name);
}

/** Notes one object: each does so itself, once, when it first has something to keep. */
export async function noteObject(db: D1Database, name: string): Promise<void> {
  await db.prepare("INSERT INTO objects (name) VALUES (?) ON CONFLICT DO NOTHING").bind(name).run();
}
