// Verdicts under one key: each question is asked once however many alerts have it, within the key's budget, and what was told
// is remembered on disk, since a free key has few calls a day.
import { errorText, log } from "../lib/log.ts";
import type { Result } from "../outcome.ts";
import type { ApiFailure } from "../sources/source.ts";
import { Turns } from "./turns.ts";

const HOUR_MS = 3_600_000;
/** How long a verdict is good for: engines change their minds within days. */
const VERDICT_MS = 6 * HOUR_MS;
/** Somebody may show it to them any time. */
const UNKNOWN_MS = HOUR_MS;
/** How long a refused key is not tried again. */
const DENIED_MS = 60_000;
/** After a call that failed. */
const TROUBLE_MS = 30_000;
/** How long a question waits here for its turn; for a later one it is told when to come back. */
const PATIENCE_MS = 2_000;
/** A verdict that would come later than this helps nobody: the question is turned away. */
const MOST_WAIT_MS = HOUR_MS / 2;
/** The longest pause after refusals in a row: a day's quota comes back at midnight UTC. */
const MOST_PAUSE_MS = HOUR_MS;
/** Verdicts on disk. */
const MOST_REMEMBERED = 5_000;

/** What was told, as it is remembered. `at`: when it was asked for, Unix ms. */
export interface Told<Finding> {
  finding: Finding;
  at: number;
}

/** What a question came to. */
export type DeskAnswer<Finding> =
  | { kind: "told"; told: Told<Finding>; cached: boolean }
  | { kind: "later"; afterMs: number; reason: string; failed: boolean }
  | { kind: "none"; reason: string; refused?: boolean };

/** What the desk needs of the platform. `label`: whom it asks, for people. */
export interface DeskMeans {
  sql: SqlStorage;
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** One question. `id`: the same for the same question. */
export interface Question<Finding> {
  id: string;
  label: string;
  rate: { count: number; perMs: number };
  call(): Promise<Result<Finding, ApiFailure>>;
  /** Whether they know nothing of it, which is remembered for a shorter time. */
  isUnknown(finding: Finding): boolean;
}

/** The desk of one key. */
export class VerdictDesk<Finding> {
  readonly #means: DeskMeans;
  readonly #underWay = new Map<string, Promise<DeskAnswer<Finding>>>();
  #turns: { rate: string; turns: Turns } | undefined;
  #denied: { until: number; reason: string } | undefined;
  /** Answers of 429 in a row, those of one moment as one; and when the last came. */
  #refusals = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(means: DeskMeans) {
    this.#means = means;
    means.sql.exec(
      "CREATE TABLE IF NOT EXISTS verdicts (question TEXT PRIMARY KEY, finding TEXT NOT NULL, asked_at INTEGER NOT NULL, until INTEGER NOT NULL)",
    );
    this.sweep();
  }

  /** Removes verdicts that are good no more. Answers how many. */
  sweep(): number {
    return this.#means.sql.exec("DELETE FROM verdicts WHERE until < ? RETURNING asked_at", this.#means.now()).toArray().length;
  }

  /** Removes what was told of these values, in any case. Answers how many verdicts. */
  forget(values: readonly string[]): number {
    const wanted = new Set(values.map((value) => value.toLowerCase()));
    // An id is the enricher's type, the kind and the value; neither of the first two has a space.
    const ids = this.#means.sql
      .exec<{ question: string }>("SELECT question FROM verdicts")
      .toArray()
      .map(({ question }) => question)
      .filter((question) => wanted.has(question.split(" ").slice(2).join(" ").toLowerCase()));
    for (const id of ids) this.#means.sql.exec("DELETE FROM verdicts WHERE question = ?", id);
    return ids.length;
  }

  /** Answers at once from memory, after a call, or with when to come back. Never throws. */
  async ask(question: Question<Finding>): Promise<DeskAnswer<Finding>> {
    for (;;) {
      const now = this.#means.now();
      const told = this.#recall(question.id, now);
      if (told) return { kind: "told", told, cached: true };
      const underWay = this.#underWay.get(question.id);
      if (underWay) return joined(await underWay);
      if (this.#denied && this.#denied.until > now) return { kind: "none", reason: this.#denied.reason, refused: true };
      const turns = this.#turnsFor(question.rate);
      const at = turns.turn(question.id, now, MOST_WAIT_MS);
      if (at === undefined) return { kind: "none", reason: `${question.label} was not asked: the budget of calls is used up for long` };
      if (at > now + PATIENCE_MS)
        return {
          kind: "later",
          afterMs: at - now,
          reason: `${question.label} is asked later: the budget of calls is used up`,
          failed: false,
        };
      if (at > now) {
        await this.#means.sleep(at - now);
        continue;
      }
      turns.took(question.id, now);
      const call = this.#call(question, turns, now);
      this.#underWay.set(question.id, call);
      try {
        return await call;
      } finally {
        this.#underWay.delete(question.id);
      }
    }
  }

  async #call(question: Question<Finding>, turns: Turns, at: number): Promise<DeskAnswer<Finding>> {
    const { id, label } = question;
    const result = await question.call().catch(
      (error): Result<Finding, ApiFailure> => ({
        ok: false,
        reason: { kind: "unavailable", detail: errorText(error) },
      }),
    );
    const now = this.#means.now();
    if (result.ok) {
      if (at > this.#refusedAt) this.#refusals = 0;
      const told = { finding: result.value, at };
      this.#remember(id, told, now + (question.isUnknown(told.finding) ? UNKNOWN_MS : VERDICT_MS));
      return { kind: "told", told, cached: false };
    }
    const failure = result.reason;
    switch (failure.kind) {
      case "denied": {
        const reason = `${label} refused our key (status ${failure.status})`;
        // A key that is not accepted is not accepted for anything; 403 may be about the one question.
        if (failure.status !== 403) {
          this.#denied = { until: now + DENIED_MS, reason };
          log("warn", "enricher.denied", { enricher: label, status: failure.status });
        }
        return failure.status === 403 ? { kind: "none", reason } : { kind: "none", reason, refused: true };
      }
      case "missing":
        return { kind: "none", reason: `${label} has no such page (status ${failure.status})` };
      case "rate_limited": {
        if (at > this.#refusedAt) this.#refusals += 1;
        this.#refusedAt = now;
        const pause = Math.min(MOST_PAUSE_MS, turns.perMs * 2 ** (this.#refusals - 1));
        turns.closeUntil(now + Math.max(pause, failure.afterMs ?? 0));
        log("warn", "enricher.rate_limited", { enricher: label, pause_ms: pause });
        const next = turns.turn(id, now, MOST_WAIT_MS);
        const reason = `${label} asked us to slow down (status 429)`;
        return next === undefined ? { kind: "none", reason } : { kind: "later", afterMs: next - now, reason, failed: false };
      }
      case "unavailable":
        return { kind: "later", afterMs: TROUBLE_MS, reason: `${label} did not answer (${failure.detail})`, failed: true };
      case "malformed":
        return {
          kind: "later",
          afterMs: TROUBLE_MS,
          reason: `${label} answered something else than expected (${failure.detail})`,
          failed: true,
        };
    }
  }

  #recall(id: string, now: number): Told<Finding> | undefined {
    const [row] = this.#means.sql
      .exec<{ finding: string; asked_at: number }>("SELECT finding, asked_at FROM verdicts WHERE question = ? AND until > ?", id, now)
      .toArray();
    return row && { finding: JSON.parse(row.finding), at: row.asked_at };
  }

  /** A row and its index entry; the oldest go when there are too many. */
  #remember(id: string, { finding, at }: Told<Finding>, until: number): void {
    const { sql } = this.#means;
    // Replaced, not updated: the order of the rows is the order of the calls.
    sql.exec(
      "INSERT OR REPLACE INTO verdicts (question, finding, asked_at, until) VALUES (?, ?, ?, ?)",
      id,
      JSON.stringify(finding),
      at,
      until,
    );
    sql.exec("DELETE FROM verdicts WHERE rowid <= (SELECT MAX(rowid) FROM verdicts) - ?", MOST_REMEMBERED);
  }

  #turnsFor(rate: { count: number; perMs: number }): Turns {
    const name = `${rate.count}/${rate.perMs}`;
    if (this.#turns?.rate !== name) this.#turns = { rate: name, turns: new Turns(rate, this.#lastCalls(rate.count)) };
    return this.#turns.turns;
  }

  /** When the last calls were made, as far as they brought a verdict: so that a restart does not begin with a fresh budget. */
  #lastCalls(most: number): number[] {
    return this.#means.sql
      .exec<{ asked_at: number }>("SELECT asked_at FROM verdicts ORDER BY rowid DESC LIMIT ?", most)
      .toArray()
      .map((row) => row.asked_at)
      .reverse();
  }
}

/** An answer that another one asked for. */
const joined = <Finding>(answer: DeskAnswer<Finding>): DeskAnswer<Finding> =>
  answer.kind === "told" ? { ...answer, cached: true } : answer;
