// The journal: one row per page of requests. The newest page also carries the counters and the list of alerts with open
// work, so that a commit costs one row for all three, and a duplicate costs that row alone.
import type { LogEntry, LogQuery, RouteCounts } from "./interface.ts";
import { noRouteCounts } from "./interface.ts";
import { noVitals, type Vitals } from "./vitals.ts";

/** A page is closed when it holds so many requests: bounds what each commit writes again. */
const PAGE_ENTRIES = 48;

interface PageRow extends Record<string, SqlStorageValue> {
  page: number;
  counts: string;
  seq: number;
  open: string;
  entries: string;
}

/** The counters, the request log and the open list of one ledger. */
export class Journal {
  readonly #sql: SqlStorage;
  #page = 0;
  #entries: LogEntry[] = [];
  /** How many of them the page's row has. */
  #stored = 0;
  counts: RouteCounts = noRouteCounts();
  /** The sequence number of the last event row. */
  seq = 0;
  /** How long the open list of the row is. */
  #open = 0;
  vitals: Vitals = noVitals();
  /** Where the newest entry stands. */
  #last: { at: number; n: number } | undefined;

  constructor(sql: SqlStorage) {
    sql.exec(`CREATE TABLE IF NOT EXISTS journal (
      page INTEGER PRIMARY KEY, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL,
      counts TEXT NOT NULL, seq INTEGER NOT NULL, open TEXT NOT NULL, entries TEXT NOT NULL)`);
    this.#sql = sql;
  }

  /** Takes up what the newest row says: at the beginning of a life, and after a transaction that was rolled back. Answers its open list. */
  reload(): string[] {
    const [newest] = this.#sql.exec<PageRow>("SELECT page, counts, seq, open, entries FROM journal ORDER BY page DESC LIMIT 1").toArray();
    const open: string[] = newest ? JSON.parse(newest.open) : [];
    this.#page = newest?.page ?? 0;
    this.#entries = newest ? JSON.parse(newest.entries) : [];
    this.#stored = this.#entries.length;
    const { vitals, ...counts } = newest ? JSON.parse(newest.counts) : {};
    this.counts = { ...noRouteCounts(), ...counts };
    this.vitals = { ...noVitals(), ...vitals };
    this.#open = open.length;
    this.seq = newest?.seq ?? 0;
    const last = this.#entries.at(-1);
    this.#last = last && { at: last.at, n: last.n ?? 0 };
    // Rows of before there were vitals.
    this.vitals.lastEventAt ??= this.#entries.findLast((entry) => entry.outcome !== "refused")?.at;
    return open;
  }

  /** Adds a request to the log; written with the next `write`. A full page is written and closed. */
  note(entry: LogEntry): void {
    if (this.#entries.length >= PAGE_ENTRIES) {
      if (this.#entries.length > this.#stored) this.write([], entry.at);
      this.#stored = 0;
      this.#page += 1;
      this.#entries = [];
    }
    const told = { ...entry, ...this.#place(entry.at) };
    this.#entries.push(told);
    if (entry.outcome !== "refused") this.vitals.lastEventAt = told.at;
  }

  /** Entries stand in the order of their times, and those of one moment are numbered, so that a page of the log has a fixed place. */
  #place(at: number): { at: number; n?: number } {
    const place = this.#last && this.#last.at >= at ? { at: this.#last.at, n: this.#last.n + 1 } : { at, n: 0 };
    this.#last = place;
    return place.n === 0 ? { at } : place;
  }

  /** Whether the row's open list says more than there is. */
  isStale(open: number): boolean {
    return open < this.#open;
  }

  /** Writes the newest page; call once at the end of each transaction. One row. */
  write(open: readonly string[], now: number): void {
    this.#stored = this.#entries.length;
    this.#open = open.length;
    this.#sql.exec(
      `INSERT INTO journal (page, from_at, to_at, counts, open, entries, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT (page) DO UPDATE SET from_at = ?2, to_at = ?3, counts = ?4, open = ?5, entries = ?6, seq = ?7`,
      this.#page,
      this.#entries[0]?.at ?? now,
      this.#entries.at(-1)?.at ?? now,
      JSON.stringify({ ...this.counts, vitals: this.vitals }),
      JSON.stringify(open),
      JSON.stringify(this.#entries),
      this.seq,
    );
  }

  /** Requests between two times (Unix ms) and behind a place, newest first; reads page by page and stops when it has enough. */
  read(query: LogQuery): LogEntry[] {
    const { behind } = query;
    const from = query.from ?? 0;
    const to = Math.min(query.to ?? Number.MAX_SAFE_INTEGER, behind?.at ?? Number.MAX_SAFE_INTEGER);
    const found: LogEntry[] = [];
    // A page without the words that are looked for is not even parsed.
    const needles = needlesOf(query);
    const holding = needles.map((some) => ` AND (${some.map(() => "instr(entries, ?) > 0").join(" OR ")})`).join("");
    const pages = this.#sql.exec<{ entries: string }>(
      `SELECT entries FROM journal WHERE to_at >= ? AND from_at <= ?${holding} ORDER BY page DESC`,
      from,
      to,
      ...needles.flat(),
    );
    for (const row of pages) {
      const entries: LogEntry[] = JSON.parse(row.entries);
      for (const entry of entries.reverse()) {
        if (entry.at < from || entry.at > to) continue;
        if (behind && entry.at === behind.at && (entry.n ?? 0) >= behind.n) continue;
        if (!isWanted(entry, query)) continue;
        found.push(entry);
        if (found.length >= query.limit) return found;
      }
    }
    return found;
  }

  /** Whether requests of before `before` (Unix ms) are still here. */
  hasBefore(before: number): boolean {
    return this.#sql.exec("SELECT 1 FROM journal WHERE from_at < ? LIMIT 1", before).toArray().length > 0;
  }

  /**
   * Removes requests of before `before` (Unix ms), with up to `most` pages at a time; the newest page stays, as it carries the
   * counters. Call it in a transaction, whose end writes that page. Answers how many requests.
   */
  prune(before: number, most: number): number {
    const gone = this.#sql.exec<{ entries: number }>(
      `DELETE FROM journal WHERE page IN (SELECT page FROM journal WHERE to_at < ? AND page < ? ORDER BY page LIMIT ?)
       RETURNING json_array_length(entries) AS entries`,
      before,
      this.#page,
      most,
    );
    let removed = 0;
    for (const { entries } of gone) removed += entries;
    const cut = this.#sql
      .exec<{ page: number; entries: string }>(
        "SELECT page, entries FROM journal WHERE from_at < ?1 AND to_at >= ?1 AND page < ?2 LIMIT ?3",
        before,
        this.#page,
        most,
      )
      .toArray();
    for (const { page, entries } of cut) {
      const all: LogEntry[] = JSON.parse(entries);
      const left = all.filter(({ at }) => at >= before);
      this.#sql.exec("UPDATE journal SET from_at = ?, entries = ? WHERE page = ?", before, JSON.stringify(left), page);
      removed += all.length - left.length;
    }
    const left = this.#entries.filter(({ at }) => at >= before);
    removed += this.#entries.length - left.length;
    this.#entries = left;
    this.#stored = Math.min(this.#stored, left.length);
    return removed;
  }
}

/** As many alternatives as a statement may have parameters for; of more, every page is looked at. */
const MOST_NEEDLES = 20;

/** What a page must hold as it is written: of each list one. */
function needlesOf({ outcomes, reasons, traces }: LogQuery): string[][] {
  const quoted = (start: string, values: string[] | undefined): string[] =>
    (values ?? []).map((value) => start + JSON.stringify(value).slice(0, -1));
  return [quoted('"outcome":', outcomes), quoted('"reason":', reasons), quoted('"trace":', traces)].filter(
    (some) => some.length > 0 && some.length <= MOST_NEEDLES,
  );
}

function isWanted({ outcome, reason = "", trace = "" }: LogEntry, { outcomes, reasons, traces }: LogQuery): boolean {
  if (outcomes && !outcomes.includes(outcome)) return false;
  if (reasons && !reasons.includes(reasonCode(reason))) return false;
  return !traces || traces.includes(trace);
}

/** The word of a reason, without what stands behind it. */
export const reasonCode = (reason: string): string => reason.split(": ")[0] ?? "";
