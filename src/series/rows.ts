// What the sweep counted, as rows of D1: one for each sweep; one for each hour once that is two days ago; none after the retention.
import type { Statement } from "../store/config-rows.ts";
import { readUpkeep, upkeepStatement } from "../store/upkeep.ts";
import { type AlertCount, merged, type Sample, type Standing } from "./sample.ts";

/** The name of what stood on the counters at the last sample, in the upkeep. */
const STANDING = "sampled";
const HOUR_MS = 60 * 60_000;
/** How long each sweep keeps its own row. */
const FINE_MS = 48 * HOUR_MS;
/** Rows that one sweep makes hours of: two days' worth. */
const MOST_THINNED = 600;
/** Alerts that one question counts. */
const MOST_COUNTED = 100_000;
/** Rows that one question reads: those of 30 days are 1,250. */
const MOST_READ = 1_500;

type Db = Pick<D1Database, "prepare" | "batch">;

interface Row {
  from_at: string;
  to_at: string;
  counts: string;
  routes: string | null;
  destinations: string | null;
}

/** A relay is new for so long: it began with nothing. */
const NEW_MS = HOUR_MS;

/** What stood on the counters at the last sample; undefined where there was none, and counting began before anybody looked. */
export async function readStanding(db: Pick<D1Database, "prepare">, now: number): Promise<Standing | undefined> {
  const standing = await readUpkeep<Standing>(db, STANDING);
  if (standing) return standing;
  const first = await db.prepare("SELECT applied_at FROM revisions ORDER BY revision LIMIT 1").first<string>("applied_at");
  const at = Date.parse(first ?? "");
  return now - at < NEW_MS ? { at, routes: {}, destinations: {}, thinned: 0 } : undefined;
}

/** Alerts that began from one moment up to another, Unix ms. Walks the part of the table's key that the span is. */
export async function countAlerts(db: Pick<D1Database, "prepare">, from: number, to: number): Promise<AlertCount[]> {
  const { results } = await db
    .prepare(
      `SELECT route, severity_id, count(*) AS count FROM
         (SELECT route, severity_id FROM alerts WHERE created_at >= ?1 AND created_at < ?2 ORDER BY created_at DESC LIMIT ${MOST_COUNTED})
       GROUP BY route, severity_id`,
    )
    .bind(isoOf(from), isoOf(to))
    .all<AlertCount>();
  return results;
}

/** Writes a sample and what stands now; makes hours of what is two days old, and removes what is older than the retention. */
export async function writeSample(db: Db, sample: Sample | undefined, standing: Standing, retentionMs: number): Promise<void> {
  const { at } = standing;
  const thin = await thinning(db, standing.thinned, Math.floor((at - FINE_MS) / HOUR_MS) * HOUR_MS);
  const statements: Statement[] = [
    ...(sample ? [insertStatement(sample)] : []),
    ...thin.statements,
    { sql: "DELETE FROM samples WHERE to_at < ?", params: [isoOf(at - retentionMs)] },
    upkeepStatement(STANDING, { ...standing, thinned: thin.until }, at),
  ];
  await db.batch(statements.map(({ sql, params }) => db.prepare(sql).bind(...params)));
}

/** Of two sweeps at once the later one's sample would count again what the first one's has. */
const insertStatement = (sample: Sample): Statement => ({
  sql: `INSERT INTO samples (to_at, from_at, counts, routes, destinations) ${ROW} WHERE NOT EXISTS (SELECT 1 FROM samples WHERE to_at > ?1 ->> 'from_at')`,
  params: [rowText(sample)],
});

/** A row out of its JSON. */
const ROW = "SELECT ?1 ->> 'to_at', ?1 ->> 'from_at', ?1 ->> 'counts', ?1 ->> 'routes', ?1 ->> 'destinations'";

const rowText = ({ from, to, alerts, deliveries, routes, destinations }: Sample): string =>
  JSON.stringify({ to_at: isoOf(to), from_at: isoOf(from), counts: { alerts, deliveries }, routes, destinations });

/** The rows from one moment up to another (Unix ms), as hours. */
async function thinning(db: Db, from: number, until: number): Promise<{ statements: Statement[]; until: number }> {
  if (until <= from) return { statements: [], until: from };
  const { results } = await db
    .prepare(`SELECT * FROM samples WHERE to_at > ?1 AND to_at <= ?2 ORDER BY to_at LIMIT ${MOST_THINNED}`)
    .bind(isoOf(from), isoOf(until))
    .all<Row>();
  const hours = [...Map.groupBy(results.map(sampleOfRow), (one) => Math.floor((one.from + one.to) / 2 / HOUR_MS)).values()];
  // The last hour may go on behind what was read.
  const isAll = results.length < MOST_THINNED;
  const whole = isAll ? hours : hours.slice(0, -1);
  const statements = whole.flatMap(([first, ...others]): Statement[] => {
    if (!first || others.length === 0) return [];
    const one = merged([first, ...others]);
    return [
      { sql: "DELETE FROM samples WHERE to_at >= ?1 AND to_at < ?2", params: [isoOf(first.to), isoOf(one.to)] },
      { sql: `REPLACE INTO samples (to_at, from_at, counts, routes, destinations) ${ROW}`, params: [rowText(one)] },
    ];
  });
  return { statements, until: isAll ? until : (whole.at(-1)?.at(-1)?.to ?? until) };
}

/** What was counted since a moment (Unix ms), the oldest first. */
export async function readSamples(db: Pick<D1Database, "prepare">, from: number): Promise<Sample[]> {
  const { results } = await db
    .prepare(`SELECT * FROM samples WHERE to_at > ?1 ORDER BY to_at LIMIT ${MOST_READ}`)
    .bind(isoOf(from))
    .all<Row>();
  return results.map(sampleOfRow);
}

function sampleOfRow({ from_at, to_at, counts, routes, destinations }: Row): Sample {
  const { alerts, deliveries } = JSON.parse(counts);
  const parsed = (text: string | null): Record<string, number[]> | null => (text === null ? null : JSON.parse(text));
  return {
    from: Date.parse(from_at),
    to: Date.parse(to_at),
    alerts,
    deliveries,
    routes: parsed(routes),
    destinations: parsed(destinations),
  };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
