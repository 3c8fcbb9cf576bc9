// The ledger's rows: alerts by the hash of their key, and their events. What a row costs decided the keys: an event is one
// row and one index entry (the claim), an alert one row; a story is a range of the primary key.
import type { Change, DetailRef } from "../alert.ts";
import { Kept } from "../lib/kept.ts";
import { SetAside } from "../lib/set-aside.ts";
import type { EventEnd } from "../outcome.ts";
import { stepDue } from "./escalate.ts";
import type { TraceStep } from "./interface.ts";
import type { AlertState } from "./state.ts";
import type { Vitals } from "./vitals.ts";

/** What is kept of an event besides its keys and its payload. */
export interface EventBody {
  type: string;
  occurredAt?: string;
  change: Change | null;
  detail?: DetailRef;
  detailOnlyIfThin?: boolean;
  /** The trace id of its request. */
  trace?: string;
  /** Set once what its source wrote was removed; the last member. */
  emptied?: true;
}

/** An event as the decision needs it. */
export interface OpenEvent {
  seq: number;
  claim: string;
  receivedAt: number;
  body: EventBody;
}

export interface EventRow {
  seq: number;
  claim: string;
  receivedAt: number;
  end: EventEnd;
  body: EventBody;
  payload: unknown;
  trace: TraceStep[];
}

type StoredRow = {
  seq: number;
  claim: string;
  received_at: number;
  end: string;
  body: string;
  payload: string | null;
  trace: string | null;
};

/** How many alert states stay parsed in memory. */
const CACHED_STATES = 2_000;

/** Reads and writes the rows of one ledger. All calls are synchronous, so that a burst of them is one transaction. */
export class LedgerTables {
  readonly #sql: SqlStorage;
  readonly #states = new Map<string, AlertState>();
  /** Undecided events by alert, so that deciding right after accepting reads no row. Absent: not known. */
  readonly #open = new Map<string, OpenEvent[]>();
  readonly #kept: Kept;
  /** Alerts (by hash) of which a row cannot be read. */
  readonly setAside: SetAside;
  readonly #vitals: () => Pick<Vitals, "copies">;

  /** `vitals`: they may know of redeliveries that an alert's row does not have yet. */
  constructor(sql: SqlStorage, vitals: () => Pick<Vitals, "copies">) {
    this.#sql = sql;
    this.#vitals = vitals;
    sql.exec(`CREATE TABLE IF NOT EXISTS alerts (
      hash TEXT PRIMARY KEY, state TEXT NOT NULL, updated_at INTEGER NOT NULL, detail_due INTEGER) WITHOUT ROWID`);
    sql.exec("CREATE INDEX IF NOT EXISTS alerts_waiting ON alerts (detail_due) WHERE detail_due IS NOT NULL");
    sql.exec(`CREATE TABLE IF NOT EXISTS events (
      alert TEXT NOT NULL, seq INTEGER NOT NULL, claim TEXT NOT NULL, received_at INTEGER NOT NULL, end TEXT NOT NULL,
      body TEXT NOT NULL, payload TEXT, trace TEXT, PRIMARY KEY (alert, seq)) WITHOUT ROWID`);
    sql.exec("CREATE INDEX IF NOT EXISTS events_by_claim ON events (claim, received_at)");
    this.#kept = new Kept(sql);
    this.setAside = new SetAside(this.#kept, "ledger.row_unreadable");
  }

  /** Forgets what is cached: after a transaction that was rolled back. */
  forget(): void {
    this.#states.clear();
    this.#open.clear();
    this.setAside.reload();
  }

  /** The alert as its row has it; undefined where there is none, or none that can be read. */
  state(hash: string): AlertState | undefined {
    const cached = this.#states.get(hash);
    if (cached) return cached;
    const [row] = this.#sql.exec<{ state: string }>("SELECT state FROM alerts WHERE hash = ?", hash).toArray();
    const state = row && this.setAside.read(hash, () => stateFrom(row.state));
    if (!state) return undefined;
    const copied = this.#vitals().copies?.[hash];
    if (copied && copied.count > state.copies) Object.assign(state, { copies: copied.count, copiedAt: copied.at });
    this.cacheState(hash, state);
    return state;
  }

  /** Puts a state where the next read finds it, before it is written. */
  cacheState(hash: string, state: AlertState): void {
    this.#states.delete(hash);
    this.#states.set(hash, state);
    if (this.#states.size > CACHED_STATES) this.#states.delete(this.#states.keys().next().value ?? "");
  }

  /** One row; two while the alert waits for detail or a verdict. */
  writeState(hash: string, state: AlertState, now: number): void {
    this.cacheState(hash, state);
    this.setAside.drop(hash);
    this.#sql.exec(
      `INSERT INTO alerts (hash, state, updated_at, detail_due) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (hash) DO UPDATE SET state = ?2, updated_at = ?3, detail_due = ?4`,
      hash,
      JSON.stringify(state),
      now,
      dueOf(state) ?? null,
    );
  }

  /** The newest event with this claim that was received after `since`. */
  claimed(claim: string, since: number): { alert: string; receivedAt: number } | undefined {
    const [row] = this.#sql
      .exec<{ alert: string; received_at: number }>(
        "SELECT alert, received_at FROM events WHERE claim = ? AND received_at > ? ORDER BY received_at DESC LIMIT 1",
        claim,
        since,
      )
      .toArray();
    return row && { alert: row.alert, receivedAt: row.received_at };
  }

  /** Two rows: the event and its claim. `first`: the alert had nothing undecided. */
  addEvent(
    hash: string,
    event: { seq: number; claim: string; receivedAt: number; body: EventBody; payload: unknown },
    first: boolean,
  ): void {
    const { seq, claim, receivedAt, body } = event;
    // Of an alert that begins anew, events may be undecided of which its unreadable row knew.
    if (first && !this.setAside.has(hash)) this.#cacheOpen(hash, [{ seq, claim, receivedAt, body }]);
    else this.#open.get(hash)?.push({ seq, claim, receivedAt, body });
    this.#sql.exec(
      "INSERT INTO events (alert, seq, claim, received_at, end, body, payload) VALUES (?, ?, ?, ?, 'processing', ?, ?)",
      hash,
      event.seq,
      event.claim,
      event.receivedAt,
      JSON.stringify(event.body),
      JSON.stringify(event.payload),
    );
  }

  /** What we did ourselves, for the story: an event that no source sent and no count knows. Two rows. */
  addOwnEvent(hash: string, event: { seq: number; at: number; body: EventBody; trace: TraceStep[] }): void {
    this.#sql.exec(
      "INSERT INTO events (alert, seq, claim, received_at, end, body, payload, trace) VALUES (?, ?, ?, ?, 'routed', ?, NULL, ?)",
      hash,
      event.seq,
      `own:${event.seq}`,
      event.at,
      JSON.stringify(event.body),
      JSON.stringify(event.trace),
    );
  }

  /** Events after `decidedSeq` that are not decided, oldest first. */
  openEvents(hash: string, decidedSeq: number, most: number): OpenEvent[] {
    const cached = this.#open.get(hash);
    if (cached) return cached.slice(0, most);
    const events = this.#sql
      .exec<{ seq: number; claim: string; received_at: number; body: string }>(
        "SELECT seq, claim, received_at, body FROM events WHERE alert = ? AND seq > ? AND end = 'processing' ORDER BY seq LIMIT ?",
        hash,
        decidedSeq,
        most,
      )
      .toArray()
      .map((row): OpenEvent => ({ seq: row.seq, claim: row.claim, receivedAt: row.received_at, body: this.#body(hash, row.body) }));
    // A full answer may not be all there is.
    if (events.length < most) this.#cacheOpen(hash, [...events]);
    return events;
  }

  #cacheOpen(hash: string, events: OpenEvent[]): void {
    this.#open.delete(hash);
    this.#open.set(hash, events);
    if (this.#open.size > CACHED_STATES) this.#open.delete(this.#open.keys().next().value ?? "");
  }

  event(hash: string, seq: number): EventRow | undefined {
    const [row] = this.#sql.exec<StoredRow>("SELECT * FROM events WHERE alert = ? AND seq = ?", hash, seq).toArray();
    return row && this.#event(hash, row);
  }

  /** Events of one alert, oldest first; at most the newest `most`. */
  events(hash: string, most: number): EventRow[] {
    const rows = this.#sql.exec<StoredRow>("SELECT * FROM events WHERE alert = ? ORDER BY seq DESC LIMIT ?", hash, most).toArray();
    return rows.reverse().map((row) => this.#event(hash, row));
  }

  #event(hash: string, row: StoredRow): EventRow {
    return {
      seq: row.seq,
      claim: row.claim,
      receivedAt: row.received_at,
      end: row.end as EventEnd,
      body: this.#body(hash, row.body),
      payload: row.payload === null ? null : (this.setAside.read(hash, (): unknown => JSON.parse(row.payload ?? "")) ?? null),
      trace: row.trace === null ? [] : (this.setAside.read(hash, (): TraceStep[] => JSON.parse(row.trace ?? "")) ?? []),
    };
  }

  /** What cannot be read has changed nothing that anybody knows of, and is decided as such. */
  #body(hash: string, text: string): EventBody {
    return this.setAside.read(hash, (): EventBody => JSON.parse(text)) ?? { type: "unreadable", change: null };
  }

  /** One row. */
  endEvent(hash: string, seq: number, end: EventEnd, trace: TraceStep[]): void {
    const open = end === "processing" ? undefined : this.#open.get(hash);
    const at = open?.findIndex((event) => event.seq === seq) ?? -1;
    if (at >= 0) open?.splice(at, 1);
    this.#sql.exec("UPDATE events SET end = ?, trace = ? WHERE alert = ? AND seq = ?", end, JSON.stringify(trace), hash, seq);
  }

  /** Alerts whose detail or verdict is due, the longest waiting first. */
  detailDue(now: number, most: number): string[] {
    return this.#sql
      .exec<{ hash: string }>("SELECT hash FROM alerts WHERE detail_due <= ? ORDER BY detail_due LIMIT ?", now, most)
      .toArray()
      .map((row) => row.hash);
  }

  /** Alerts that are to be looked at sooner or later: all, or those of a span of hashes. */
  waiting({ after, to }: { after: string; to?: string } = { after: "" }): string[] {
    return this.#sql
      .exec<{ hash: string }>(
        "SELECT hash FROM alerts WHERE detail_due IS NOT NULL AND hash > ?1 AND (?2 IS NULL OR hash <= ?2)",
        after,
        to ?? null,
      )
      .toArray()
      .map((row) => row.hash);
  }

  /** When the next detail or verdict is due, Unix ms. */
  nextDetailDue(): number | undefined {
    const [row] = this.#sql
      .exec<{ due: number | null }>("SELECT MIN(detail_due) AS due FROM alerts WHERE detail_due IS NOT NULL")
      .toArray();
    return row?.due ?? undefined;
  }

  /** The next `most` alerts after `cursor` in the order of their hashes, with when they last changed. */
  slice(cursor: string, most: number): { hash: string; updatedAt: number }[] {
    return this.#sql
      .exec<{ hash: string; updated_at: number }>("SELECT hash, updated_at FROM alerts WHERE hash > ? ORDER BY hash LIMIT ?", cursor, most)
      .toArray()
      .map((row) => ({ hash: row.hash, updatedAt: row.updated_at }));
  }

  /** Removes up to `most` events of an alert, the oldest first. Answers how many. */
  removeEvents(hash: string, most: number): number {
    return this.#sql
      .exec(
        "DELETE FROM events WHERE alert = ?1 AND seq IN (SELECT seq FROM events WHERE alert = ?1 ORDER BY seq LIMIT ?2) RETURNING seq",
        hash,
        most,
      )
      .toArray().length;
  }

  removeAlert(hash: string): void {
    this.#states.delete(hash);
    this.#open.delete(hash);
    this.setAside.drop(hash);
    delete this.#vitals().copies?.[hash];
    this.#sql.exec("DELETE FROM events WHERE alert = ?", hash);
    this.#sql.exec("DELETE FROM alerts WHERE hash = ?", hash);
  }

  /** A small value kept under a name, e.g. the route as it last was. */
  kept(key: string): string | undefined {
    return this.#kept.get(key);
  }

  keep(key: string, value: string): void {
    this.#kept.set(key, value);
  }
}

function stateFrom(text: string): AlertState {
  const state: AlertState | null = JSON.parse(text);
  if (typeof state?.alert?.id !== "string" || !Array.isArray(state.handover)) throw new Error("it is no alert");
  return state;
}

/** When the alert is to be looked at next: something is asked again, waits for its time, or nobody has taken it in hand. */
export function dueOf({ detail, lookups, held, escalation, writeBack }: AlertState): number | undefined {
  const due = [detail?.due, lookups?.due, held?.due, stepDue(escalation), writeBack?.[0]?.due].filter((at) => at !== undefined);
  return due.length === 0 ? undefined : Math.min(...due);
}
