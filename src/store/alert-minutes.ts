// How many alerts began in each minute of the last hour, by severity. An isolate remembers what it has read, so that whoever looks again and
// again reads the last minutes alone.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The last minutes are read again: rows may come late, and detail changes a severity. */
const UNSETTLED_MS = 3 * MINUTE_MS;
/** After this all is read again. */
const REMEMBERED_MS = 10 * MINUTE_MS;
/** Alerts that one question counts. */
const MOST_COUNTED = 100_000;

/** One minute: when it begins, Unix ms, and its alerts by severity, the least first. */
export interface AlertMinute {
  at: number;
  counts: number[];
}

/** Walks the part of the table's key that the span is. */
export const MINUTES_SQL = `SELECT minute, severity_id, count(*) AS count FROM
  (SELECT substr(created_at, 1, 16) AS minute, severity_id FROM alerts WHERE created_at >= ?1 ORDER BY created_at DESC LIMIT ${MOST_COUNTED})
  GROUP BY minute, severity_id`;

/** One isolate's memory of the last hour. */
export class AlertMinutes {
  #minutes = new Map<number, number[]>();
  #wholeAt = Number.NEGATIVE_INFINITY;
  #readAt = Number.NEGATIVE_INFINITY;
  /** Minutes before this one were too many to count. */
  #knownFrom = 0;

  /** The minutes of the hour that ends now, the oldest first; those that are not known are left out. */
  async read(db: Pick<D1Database, "prepare">, now: number): Promise<AlertMinute[]> {
    const begin = minuteOf(now) + MINUTE_MS - HOUR_MS;
    const isWhole = now - this.#wholeAt >= REMEMBERED_MS || now < this.#readAt;
    const from = isWhole ? begin : Math.max(begin, minuteOf(this.#readAt - UNSETTLED_MS));
    const { results } = await db
      .prepare(MINUTES_SQL)
      .bind(new Date(from).toISOString())
      .all<{ minute: string; severity_id: number; count: number }>();
    const minutes = new Map([...this.#minutes].filter(([at]) => at >= begin && at < from));
    for (const { minute, severity_id, count } of results) {
      const at = Date.parse(`${minute}:00.000Z`);
      const counts = minutes.get(at) ?? [0, 0, 0, 0, 0];
      counts[severity_id - 1] = count;
      minutes.set(at, counts);
    }
    const counted = results.reduce((sum, { count }) => sum + count, 0);
    // The oldest of them was cut off.
    if (counted >= MOST_COUNTED) this.#knownFrom = Math.min(...results.map(({ minute }) => Date.parse(`${minute}:00.000Z`))) + MINUTE_MS;
    else if (isWhole) this.#knownFrom = 0;
    this.#minutes = minutes;
    this.#readAt = now;
    if (isWhole) this.#wholeAt = now;
    const all = Array.from({ length: HOUR_MS / MINUTE_MS }, (_, minute) => begin + minute * MINUTE_MS);
    return all.filter((at) => at >= this.#knownFrom).map((at) => ({ at, counts: minutes.get(at) ?? [0, 0, 0, 0, 0] }));
  }
}

const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
