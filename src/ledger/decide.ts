// From an accepted event to its end: ask for detail (never longer than the soft deadline), match, plan, and write all of it
// in one transaction before anything is handed over.
import type { DetailRef } from "../alert.ts";
import type { LookupAnswer } from "../enricher/interface.ts";
import { gather } from "../lib/gather.ts";
import { errorText, flushLog, log, logMany } from "../lib/log.ts";
import { BACKSTOP_MS, type LedgerCore } from "./core.ts";
import { type Decided, decideAlert, EVENTS_AT_ONCE } from "./decide-alert.ts";
import { distinct, type Ready } from "./detail.ts";
import type { Planner } from "./stages.ts";
import type { OpenEvent } from "./tables.ts";
import { noteAnswer, OWN_API } from "./vitals.ts";

/** Decisions that throw before their events end as failed. */
const MOST_FAILURES = 5;

/** Decides the open events of one ledger's alerts. */
export class Decider {
  readonly #core: LedgerCore;
  readonly #decided: (hashes: string[]) => void;
  /** Alerts between `start` and their decision. */
  readonly #busy = new Set<string>();
  readonly #asking = new Set<string>();
  /** How often the decision of an alert threw in a row. */
  readonly #failures = new Map<string, number>();
  readonly #decide = gather((batch: Ready[]) => this.#decideAll(batch), 128);
  #planner: Planner | undefined;

  /** `decided` is called with the alerts whose decision is durable. */
  constructor(core: LedgerCore, decided: (hashes: string[]) => void) {
    this.#core = core;
    this.#decided = decided;
  }

  busy(hash: string): boolean {
    return this.#busy.has(hash);
  }

  /** Starts on an alert, unless it is under way: then its new events are decided with the others, or right after. */
  start(hash: string): void {
    if (this.#busy.has(hash)) return;
    this.#busy.add(hash);
    void this.#run(hash);
  }

  /** Asks again for detail that did not come, if it is due by then (Unix ms). */
  askAgain(hash: string, by: number): void {
    const pending = this.#core.tables.state(hash)?.detail;
    if (!pending || pending.due > by || this.#asking.has(hash)) return;
    void this.#ask(hash, pending.refs, this.#core.stages.now()).then((answers) =>
      this.#late({ hash, refs: pending.refs, answers, late: false }),
    );
  }

  /** Looks at an alert whose time has come: what waits there is asked again, and a step of its escalation is taken. */
  wake(hash: string): void {
    void this.#late({ hash, refs: [], answers: [], late: false, held: "due" });
  }

  /** Asks again about all that waits of these alerts. Answers whether all of it was decided. */
  async recheck(hashes: readonly string[]): Promise<boolean> {
    const decided = await Promise.all(hashes.map((hash) => this.#late({ hash, refs: [], answers: [], late: false, held: "all" })));
    return decided.every(Boolean);
  }

  async #run(hash: string): Promise<void> {
    try {
      this.#planner = await this.#core.stages.planner();
      const ready = await this.#detail(hash, this.#planner);
      // What a crash or an eviction left on the open list may long be decided: then there is nothing to write.
      if (!this.#isDue(ready)) this.#decided([hash]);
      else await this.#decide(ready).catch((error) => this.#failed(hash, error));
    } catch (error) {
      // The events stay open and the alarm stays armed: this is tried again, and says so each time.
      log("error", "ledger.decide_failed", { route: this.#core.route, alert: hash, error: errorText(error) });
      this.#busy.delete(hash);
      this.#core.alarm.armBy(this.#core.stages.now() + BACKSTOP_MS);
      return;
    }
    this.#busy.delete(hash);
    this.#failures.delete(hash);
    if (this.#openEvents(hash).length > 0) this.start(hash);
    else this.#core.closeIfDone(hash);
  }

  /** A decision that throws again and again is a bug of ours: its events end as failed, with the reason, instead of blocking. */
  #failed(hash: string, error: unknown): void {
    const failures = (this.#failures.get(hash) ?? 0) + 1;
    this.#failures.set(hash, failures);
    if (failures < MOST_FAILURES) throw error;
    const { tables, journal, stages } = this.#core;
    const now = stages.now();
    const reason = `the decision failed ${failures} times: ${errorText(error)}`;
    this.#core.transaction(() => {
      const state = tables.state(hash);
      for (const event of this.#openEvents(hash)) {
        journal.counts.processing -= 1;
        journal.counts.failed += 1;
        tables.endEvent(hash, event.seq, "failed", [{ at: new Date(now).toISOString(), stage: "plan", decision: "failed", reason }]);
        if (state) state.decidedSeq = Math.max(state.decidedSeq, event.seq);
      }
      if (state) tables.writeState(hash, state, now);
    });
    log("error", "event.failed", { route: this.#core.route, alert: hash, error: reason });
  }

  #isDue({ hash, answers, late }: Ready): boolean {
    const state = this.#core.tables.state(hash);
    const untold = state !== undefined && state.shownBy.length > 0 && state.alert.version > state.plannedVersion;
    return untold || late || answers.length > 0 || this.#openEvents(hash).length > 0;
  }

  #openEvents(hash: string): OpenEvent[] {
    const decidedSeq = this.#core.tables.state(hash)?.decidedSeq ?? 0;
    return this.#core.tables.openEvents(hash, decidedSeq, EVENTS_AT_ONCE);
  }

  /** Asks for what the open events lack; gives up waiting, not asking, at the soft deadline. */
  async #detail(hash: string, planner: Planner): Promise<Ready> {
    const events = this.#openEvents(hash);
    const enriched = this.#core.tables.state(hash)?.alert.enriched ?? false;
    const asking = events.filter(({ body }) => !(body.detailOnlyIfThin && enriched));
    const refs = planner.canEnrich ? distinct(asking.flatMap(({ body }) => body.detail ?? [])) : [];
    if (refs.length === 0) return { hash, refs, answers: [], late: false };
    const since = Math.max(...events.map((event) => event.receivedAt));
    const left = Math.min(...events.map((event) => event.receivedAt)) + planner.softDeadlineMs - this.#core.stages.now();
    const asked = this.#ask(hash, refs, since);
    const answers = await within(asked, Math.max(0, left));
    if (answers) return { hash, refs, answers, late: false };
    void asked.then((answers) => this.#late({ hash, refs, answers, late: false }));
    return { hash, refs, answers: [], late: true };
  }

  async #ask(hash: string, refs: DetailRef[], since: number): Promise<LookupAnswer[]> {
    this.#asking.add(hash);
    try {
      const { journal, stages } = this.#core;
      const answers = await Promise.all(refs.map((ref) => stages.lookup(ref, since)));
      for (const answer of answers) noteAnswer(journal.vitals, OWN_API, answer, stages.now());
      return answers;
    } finally {
      this.#asking.delete(hash);
    }
  }

  /** Something came after the decision, such as detail after the deadline: the alert is decided again with it. */
  async #late(ready: Ready): Promise<boolean> {
    const { hash } = ready;
    try {
      this.#planner = await this.#core.stages.planner();
      await this.#decide(ready);
      this.#core.closeIfDone(hash);
      return true;
    } catch (error) {
      log("error", "ledger.decide_late_failed", { route: this.#core.route, alert: hash, error: errorText(error) });
      this.#core.alarm.armBy(this.#core.stages.now() + BACKSTOP_MS);
      return false;
    }
  }

  #decideAll(batch: Ready[]): undefined[] {
    const planner = this.#planner;
    if (!planner) throw new Error("decided before the route was read");
    this.#core.transaction(() => {
      for (const ready of batch) {
        for (const decided of decideAlert(this.#core, ready, planner)) this.#log(decided);
      }
      const due = this.#core.tables.nextDetailDue();
      if (due !== undefined) this.#core.alarm.armBy(due);
    });
    flushLog();
    this.#decided(batch.map((ready) => ready.hash));
    return batch.map(() => undefined);
  }

  #log({ alert, event: { body, receivedAt }, planned: { end, matched: to } }: Decided): void {
    const { route, stages } = this.#core;
    logMany("event.decided", { route, alert, type: body.type, end, to, ms: stages.now() - receivedAt, trace: body.trace });
  }
}

/** The value, or undefined when it has not come within `ms`. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  const first = await Promise.race([promise, deadline]);
  clearTimeout(timer);
  return first;
}
