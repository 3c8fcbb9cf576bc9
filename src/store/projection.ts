// Writes to the projection in D1: many rows in one statement, from one JSON parameter, so that neither the number of
// parameters nor round trips bound a batch. Repeating a write changes nothing; an older version never replaces a newer.
import type { Alert } from "../alert.ts";
import type { DeliveryRecord } from "../delivery.ts";
import { arrayText, jsonPages } from "./json-pages.ts";

/** Upserts alerts: one row each. */
export async function projectAlerts(db: D1Database, rows: { alert: Alert; copies: number; copiedAt?: number }[]): Promise<void> {
  const values = rows.map(({ alert, copies, copiedAt }) => ({
    created_at: alert.created_at,
    id: alert.id,
    route: alert.route,
    source: alert.source,
    version: alert.version,
    severity_id: alert.severity_id,
    status: alert.status,
    title: alert.title,
    alert: JSON.stringify(alert),
    words: searchWords(alert),
    copies,
    copied_at: copiedAt === undefined ? null : new Date(copiedAt).toISOString(),
  }));
  for (const page of jsonPages(values)) {
    await db
      .prepare(
        `INSERT INTO alerts (created_at, id, route, source, version, severity_id, status, title, alert, words, copies, copied_at)
         SELECT value->>'created_at', value->>'id', value->>'route', value->>'source', value->>'version', value->>'severity_id',
                value->>'status', value->>'title', value->>'alert', value->>'words', value->>'copies', value->>'copied_at'
         FROM json_each(?) WHERE true
         ON CONFLICT (created_at, id) DO UPDATE SET
           version = excluded.version, severity_id = excluded.severity_id, status = excluded.status, title = excluded.title,
           alert = excluded.alert, words = excluded.words, copies = excluded.copies, copied_at = excluded.copied_at
         WHERE excluded.version > version OR (excluded.version = version AND (excluded.alert <> alert OR excluded.copies > copies))`,
      )
      .bind(arrayText(page))
      .run();
  }
}

/** Upserts settled deliveries: one row each. */
export async function projectDeliveries(db: D1Database, records: DeliveryRecord[]): Promise<void> {
  for (const page of jsonPages(records.map((record) => ({ ...record, log: JSON.stringify(record.log) })))) {
    await db
      .prepare(
        `INSERT INTO deliveries (created_at, id, destination, alert, version, kind, state, attempts, reason, updated_at, log)
         SELECT value->>'created_at', value->>'id', value->>'destination', value->>'alert', value->>'version', value->>'kind',
                value->>'state', value->>'attempts', value->>'reason', value->>'updated_at', value->>'log'
         FROM json_each(?) WHERE true
         ON CONFLICT (created_at, id) DO UPDATE SET
           state = excluded.state, attempts = excluded.attempts, reason = excluded.reason, kind = excluded.kind,
           updated_at = excluded.updated_at, log = excluded.log
         WHERE excluded.updated_at > updated_at OR (excluded.updated_at = updated_at AND (excluded.state <> state OR excluded.log <> log))`,
      )
      .bind(arrayText(page))
      .run();
  }
}

/** The text that a search looks through: title, summary, key, rule, assets, observables, tags; lower case, at most 2,000 characters. */
export function searchWords(alert: Alert): string {
  const parts = [
    alert.id,
    alert.key,
    alert.title,
    alert.summary,
    alert.rule?.name,
    alert.type,
    alert.category,
    ...alert.assets.flatMap((asset) => [asset.name, asset.ip]),
    ...alert.observables.map((observable) => observable.value),
    ...alert.tags,
  ];
  return parts.filter(Boolean).join(" ").toLowerCase().slice(0, 2_000);
}
