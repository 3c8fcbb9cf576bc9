// What silences hid from the people whom a route would have told: a row for each silence, written with the event that it hid.
import type { HiddenBySilence, HiddenSpan } from "./interface.ts";

/** Spans of one silence that are remembered: of one that recurs, each of its windows is one. */
const MOST_SPANS = 4;
/** A silence that is not known (any more) is forgotten so long after it hid something last. */
const FORGOTTEN_MS = 86_400_000;

/** One event that a silence hid. Times in Unix ms. */
export interface Hiding {
  silence: string;
  /** Until when it hides at the least: of one that recurs, the end of its window. */
  until: number;
  /** Destinations that would have been told. */
  from: readonly string[];
  /** Whether it is the first event of its alert that the silence hid, and that it hid in this span. */
  isNew: { ever: boolean; inSpan: boolean };
}

/** The rows of one ledger. All calls are synchronous. */
export class HiddenRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    sql.exec("CREATE TABLE IF NOT EXISTS hidden (silence TEXT PRIMARY KEY, counts TEXT NOT NULL) WITHOUT ROWID");
    this.#sql = sql;
  }

  /** By silence, what it hid. */
  all(): Record<string, HiddenBySilence> {
    const rows = this.#sql.exec<{ silence: string; counts: string }>("SELECT silence, counts FROM hidden ORDER BY silence").toArray();
    return Object.fromEntries(rows.map(({ silence, counts }) => [silence, JSON.parse(counts)]));
  }

  /** Counts an event. One row. */
  note({ silence, until, from, isNew }: Hiding, now: number): void {
    const { events, alerts, spans } = this.#one(silence);
    const span = spans[until] ?? { events: 0, alerts: 0, open: 0, from: [] };
    const counted: HiddenSpan = {
      ...span,
      events: span.events + 1,
      alerts: span.alerts + (isNew.inSpan ? 1 : 0),
      from: [...new Set([...span.from, ...from])].sort(),
    };
    const latest = Object.entries<HiddenSpan>({ ...spans, [until]: counted })
      .sort(([left], [right]) => Number(right) - Number(left))
      .slice(0, MOST_SPANS);
    this.#write(silence, {
      events: events + 1,
      alerts: alerts + (isNew.ever ? 1 : 0),
      at: now,
      spans: Object.fromEntries(latest),
    });
  }

  /** Counts an alert that a silence hid, and that is still open now that it does so no more. One row. */
  stillOpen(silence: string, until: number): void {
    const counts = this.#one(silence);
    const span = counts.spans[until];
    if (span) this.#write(silence, { ...counts, spans: { ...counts.spans, [until]: { ...span, open: span.open + 1 } } });
  }

  /** Forgets silences that are none of these. */
  keepOnly(silences: readonly string[], now: number): void {
    for (const [silence, { at }] of Object.entries(this.all())) {
      if (silences.includes(silence) || at > now - FORGOTTEN_MS) continue;
      this.#sql.exec("DELETE FROM hidden WHERE silence = ?", silence);
    }
  }

  #one(silence: string): HiddenBySilence {
    const [row] = this.#sql.exec<{ counts: string }>("SELECT counts FROM hidden WHERE silence = ?", silence).toArray();
    return row ? JSON.parse(row.counts) : { events: 0, alerts: 0, at: 0, spans: {} };
  }

  #write(silence: string, counts: HiddenBySilence): void {
    this.#sql.exec(
      "INSERT INTO hidden (silence, counts) VALUES (?1, ?2) ON CONFLICT (silence) DO UPDATE SET counts = ?2",
      silence,
      JSON.stringify(counts),
    );
  }
}
