// What people do to an alert here, told to the source where it takes it: asked for when our own change is durable, and again, ever more
// slowly, while the alert's row owes it. The trace of the change says what came of it.
import type { WriteAnswer } from "../enricher/interface.ts";
import { errorText, log } from "../lib/log.ts";
import { BACKSTOP_MS, dropConfirmed, type LedgerCore } from "./core.ts";
import { noteWritten } from "./echo.ts";
import type { OwnChange, TraceStep } from "./interface.ts";
import type { AlertState, OwedWrite } from "./state.ts";
import { noteRefusal, WRITE_BACK } from "./vitals.ts";

const RETRY_FIRST_MS = 2_000;
const RETRY_MOST_MS = 5 * 60_000;
/** After this long the source is told no more. */
const GIVE_UP_MS = 24 * 60 * 60_000;
/** Changes that one alert owes its source at the most; the oldest are given up beyond it. */
const MOST_OWED = 20;

/** Notes that the source is to hear of a change: event `seq` tells what comes of it. */
export function oweWrite(state: AlertState, own: OwnChange, { seq, now }: { seq: number; now: number }): void {
  // What we raised ourselves is known to no source.
  if (state.raisedBy) return;
  const { status } = own;
  const owed: OwedWrite = { seq, ...(status ? { status } : {}), note: noteOf(state, own), since: now, attempts: 0, due: now };
  state.writeBack = [...(state.writeBack ?? []), owed].slice(-MOST_OWED);
}

/** What the source is told in words: the comment and whose it is, or who set the status. */
const noteOf = ({ alert }: AlertState, { comment, author }: OwnChange): string =>
  comment === undefined ? `${alert.status_label} (through Tocsin)` : `${comment} (${author}, through Tocsin)`;

/** Tells the source of one ledger's alerts. */
export class WriteBackDesk {
  readonly #core: LedgerCore;
  /** Alerts whose source is being told. */
  readonly #telling = new Set<string>();

  constructor(core: LedgerCore) {
    this.#core = core;
  }

  /** Tells what is due within `aheadMs` about these alerts, in the order in which it was done. */
  take(hashes: Iterable<string>, aheadMs = 0): void {
    for (const hash of hashes) {
      if (this.#telling.has(hash) || !this.#next(hash, aheadMs)) continue;
      this.#telling.add(hash);
      void this.#run(hash, aheadMs);
    }
  }

  async #run(hash: string, aheadMs: number): Promise<void> {
    const { stages, alarm, route } = this.#core;
    try {
      for (let next = this.#next(hash, aheadMs); next; next = this.#next(hash, 0)) {
        const { status, note } = next;
        const key = this.#core.tables.state(hash)?.alert.key ?? "";
        const answer = await stages.writeBack({ key, note, ...(status ? { status } : {}) });
        this.#settle(hash, next, answer);
      }
    } catch (error) {
      log("error", "ledger.write_back_failed", { route, alert: hash, error: errorText(error) });
      alarm.armBy(stages.now() + BACKSTOP_MS);
    } finally {
      this.#telling.delete(hash);
    }
  }

  #next(hash: string, aheadMs: number): OwedWrite | undefined {
    const first = this.#core.tables.state(hash)?.writeBack?.[0];
    return first && first.due <= this.#core.stages.now() + aheadMs ? first : undefined;
  }

  #settle(hash: string, told: OwedWrite, answer: WriteAnswer): void {
    const { tables, stages, journal, alarm } = this.#core;
    const now = stages.now();
    this.#core.transaction(() => {
      const before = tables.state(hash);
      const owed = before?.writeBack?.find(({ seq }) => seq === told.seq);
      if (!before || !owed) return;
      const { retry, step } = outcomeOf(owed, answer, now);
      const left = (before.writeBack ?? []).flatMap((one) => (one !== owed ? one : (retry ?? [])));
      const state: AlertState = { ...before, writeBack: left };
      if (left.length === 0) delete state.writeBack;
      if (answer.kind === "written") noteWritten(state, owed, now);
      noteRefusal(journal.vitals, WRITE_BACK, answer.kind === "failed" && answer.refused ? answer.reason : undefined, now);
      dropConfirmed(this.#core, hash, state);
      tables.writeState(hash, state, now);
      if (step) this.#addTrace(hash, owed.seq, step);
      const due = tables.nextDetailDue();
      if (due !== undefined) alarm.armBy(Math.max(due, now + 1_000));
    });
  }

  #addTrace(hash: string, seq: number, step: TraceStep): void {
    const event = this.#core.tables.event(hash, seq);
    if (event) this.#core.tables.endEvent(hash, seq, event.end, [...event.trace, step]);
  }
}

/** What an answer makes of a write: when to try again, if at all, and what the trace says of it; the same reason is told once. */
function outcomeOf(owed: OwedWrite, answer: WriteAnswer, now: number): { retry?: OwedWrite; step?: TraceStep } {
  const stepOf = (decision: string, reason: string): TraceStep => ({
    at: new Date(now).toISOString(),
    stage: "ledger",
    decision,
    reason,
    values: { attempts: owed.attempts + 1, ...(owed.status ? { status: owed.status } : {}) },
  });
  if (answer.kind === "written") return { step: stepOf("written_back", "the source was told, and took it") };
  const { reason, final, retryAfterMs = 0 } = answer;
  if (final) return { step: stepOf("not_written_back", reason) };
  const attempts = owed.attempts + 1;
  const wait = Math.max(Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (attempts - 1)), retryAfterMs);
  if (now + wait - owed.since > GIVE_UP_MS) return { step: stepOf("not_written_back", `given up after 24 hours: ${reason}`) };
  const retry = { ...owed, attempts, due: now + wait, reason };
  return owed.reason === reason ? { retry } : { retry, step: stepOf("write_back_waits", reason) };
}
