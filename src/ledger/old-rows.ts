// Rows of a ledger that are too old, a span of alerts at a time: which there are, and what takes them away. All calls are synchronous.
import { changeWithoutContent } from "../alert-content.ts";
import type { TraceStep } from "./interface.ts";
import type { EventBody } from "./tables.ts";

/** Alerts whose hash comes after `after`, up to and with `to`. */
export interface Span {
  after: string;
  to: string;
  /** Events that wait to be asked about again, as `{hash} {seq}`: they stay. */
  waiting: readonly string[];
}

/** How the body of an event ends that has lost its content: this member is the last one, and nothing that a source wrote can end so. */
const EMPTIED_END = ',"emptied":true}';
/** What of a step's values is ours. */
const OWN_VALUES = new Set("rule to begins shows version author status enricher verdict ms after_ms soft_deadline_ms".split(" "));
/** Decisions whose reason ends with the words of an error, which may hold a value. */
const WITH_ERROR = new Set(["failed", "failed_matched"]);

/** Finds and removes what is old. Times in Unix ms. */
export class OldRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Removes up to `most` events that ended and were received before `before`. Answers how many. */
  removeEvents({ after, to, waiting }: Span, before: number, most: number): number {
    return this.#sql
      .exec(
        `DELETE FROM events WHERE (alert, seq) IN (
           SELECT alert, seq FROM events WHERE alert > ? AND alert <= ? AND received_at < ? AND end <> 'processing'
             AND alert || ' ' || seq NOT IN (SELECT value FROM json_each(?)) LIMIT ?
         ) RETURNING seq`,
        after,
        to,
        before,
        JSON.stringify(waiting),
        most,
      )
      .toArray().length;
  }

  /** Takes the payload, and what was copied out of it, from up to `most` such events. Answers how many. */
  emptyEvents({ after, to, waiting }: Span, before: number, most: number): number {
    const rows = this.#sql
      .exec<{ alert: string; seq: number; body: string; trace: string | null }>(
        `SELECT alert, seq, body, trace FROM events WHERE alert > ? AND alert <= ? AND received_at < ? AND end <> 'processing'
           AND alert || ' ' || seq NOT IN (SELECT value FROM json_each(?)) AND substr(body, ?) <> ? LIMIT ?`,
        after,
        to,
        before,
        JSON.stringify(waiting),
        -EMPTIED_END.length,
        EMPTIED_END,
        most,
      )
      .toArray();
    for (const { alert, seq, body, trace } of rows) {
      this.#sql.exec(
        "UPDATE events SET payload = NULL, body = ?, trace = ? WHERE alert = ? AND seq = ?",
        emptiedBody(parsed(body) ?? { type: "unreadable", change: null }),
        trace === null ? null : JSON.stringify(emptiedTrace(parsed(trace) ?? [])),
        alert,
        seq,
      );
    }
    return rows.length;
  }

  /** Alerts of a span that last changed before `before`, with when that was; `withContent`: only those that still have theirs. */
  alerts({ after, to }: Pick<Span, "after" | "to">, before: number, withContent: boolean): { hash: string; updatedAt: number }[] {
    // A row that cannot be read must not stop the others; it goes with its retention.
    const content = withContent ? "AND CASE WHEN json_valid(state) THEN state ->> '$.alert.key' ELSE '' END <> ''" : "";
    return this.#sql
      .exec<{ hash: string; updated_at: number }>(
        `SELECT hash, updated_at FROM alerts WHERE hash > ? AND hash <= ? AND updated_at < ? ${content}`,
        after,
        to,
        before,
      )
      .toArray()
      .map((row) => ({ hash: row.hash, updatedAt: row.updated_at }));
  }
}

/** What a row's text holds; undefined where that cannot be read, and nothing of it is worth keeping. */
function parsed<Value>(text: string): Value | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function emptiedBody({ type, occurredAt, change, trace }: EventBody): string {
  const body: EventBody = { type, occurredAt, trace, change: change && changeWithoutContent(change), emptied: true };
  return JSON.stringify(body);
}

function emptiedTrace(trace: TraceStep[]): TraceStep[] {
  return trace.map(({ at, stage, decision, reason, values = {} }) => ({
    at,
    stage,
    decision,
    reason: WITH_ERROR.has(decision) ? reason.replace(/:[\s\S]*$/, "") : reason,
    values: Object.fromEntries(Object.entries(values).filter(([name]) => OWN_VALUES.has(name))),
  }));
}
