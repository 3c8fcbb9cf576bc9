// Former ids of a route: its earlier addresses, each accepted until its time.

/** An earlier id that is still accepted until its time. */
export interface FormerId {
  id: string;
  until: Date;
}

/** The earlier ids of a route's table. */
export function formerIds(table: Record<string, unknown>): FormerId[] {
  const list: readonly unknown[] = Array.isArray(table.former_ids) ? table.former_ids : [];
  return list.map((one) => ({ id: String(Object(one).id).toLowerCase(), until: new Date(Object(one).until) }));
}

/** The keys of a route that gets a fresh id; its old one stays valid for a while. What has had its time goes. Unix ms. */
export function rotated(table: Record<string, unknown>, fresh: string, keepMs: number, now: number): Record<string, unknown> {
  const kept = formerIds(table).filter(({ until }) => until.getTime() > now);
  // To the second: it is read by people.
  const until = new Date(Math.ceil((now + keepMs) / 1_000) * 1_000);
  const former = keepMs > 0 ? [...kept, { id: String(table.id).toLowerCase(), until }] : kept;
  return { id: fresh, former_ids: former.length > 0 ? former : undefined };
}
