// The ledger: one Durable Object for each route and shard. From `accept` on, an event is durable; from here it is decided,
// handed over and projected, and nothing leaves the open list before all of that is done.
import type { Alert } from "../alert.ts";
import type { Mention } from "../alert-content.ts";
import type { Raised, Verdict } from "../correlator/interface.ts";
import { Alarm } from "../lib/alarm.ts";
import { BatchLoop } from "../lib/batch-loop.ts";
import { CopiedObject } from "../lib/copied-object.ts";
import { gather } from "../lib/gather.ts";
import { errorText, log } from "../lib/log.ts";
import { eventId, parseAlertId, parseLedgerName } from "../lib/names.ts";
import { ObjectCopy } from "../lib/object-copy.ts";
import { OpenSet } from "../lib/open-set.ts";
import { RateBucket } from "../lib/rate-bucket.ts";
import type { Slice } from "../lib/slice.ts";
import { transact } from "../lib/transaction.ts";
import { Commit } from "./commit.ts";
import { BACKSTOP_MS, type LedgerCore } from "./core.ts";
import { Decider } from "./decide.ts";
import { UNDER_WAY_MS } from "./detail.ts";
import { Eraser } from "./erase.ts";
import { HandOver } from "./hand-over.ts";
import { HiddenRows } from "./hidden.ts";
import { historyOf } from "./history.ts";
import { isTime, waits } from "./holds.ts";
import type {
  AlertStory,
  EntryResult,
  ErasedAlerts,
  Found,
  FoundAlert,
  HiddenBySilence,
  HistoryPage,
  LedgerBooks,
  LedgerCalls,
  LedgerSwept,
  LogEntry,
  LogQuery,
  OwnChange,
  Refusal,
  Submission,
} from "./interface.ts";
import { Journal } from "./journal.ts";
import { KeyedTable } from "./keyed.ts";
import { LookupDesk } from "./lookups.ts";
import { Observer } from "./observer.ts";
import { OldRows } from "./old-rows.ts";
import { changeOwn } from "./own-change.ts";
import { hear, raise } from "./raise.ts";
import { pruneLedger } from "./retention.ts";
import type { LedgerStages } from "./stages.ts";
import { LedgerTables } from "./tables.ts";
import { waitsOf } from "./waiting.ts";
import { WriteBackDesk } from "./write-back.ts";

/** Submissions in one transaction at the most. */
const GROUP = 256;
/** How long the alarm waits for what it took up, before it is armed again. */
const REST_MS = 5_000;
/** Between two writes to the projection. */
const PROJECTION_MS = 50;
/** By which version of the configuration all that waits was asked about last. */
const RECHECKED = "rechecked";
/** Alerts whose time has come that are taken up at once. */
const WAKES = 1_000;
/** How many events of one alert the API tells. */
const STORY_EVENTS = 200;

/** Makes the ledger class out of the stages that the wiring gives. */
export function ledgerClass<Env>(stagesOf: (env: Env, ledger: { route: string; name: string; keeper: LedgerTables }) => LedgerStages) {
  return class Ledger extends CopiedObject<Env> implements LedgerCalls {
    readonly #route: string;
    readonly #alarm: Alarm;
    readonly #core: LedgerCore;
    readonly #decider: Decider;
    readonly #handOver: HandOver;
    readonly #observer: Observer;
    /** Takes up what alerts owe that are as they will be, in their rows. */
    readonly #changed: (hashes: string[]) => void;
    readonly #lookups: LookupDesk;
    readonly #writes: WriteBackDesk;
    readonly #projection: BatchLoop;
    readonly copies: ObjectCopy;
    readonly #accept = gather((submissions: Submission[]) => this.#commit(submissions), GROUP);
    #admission: { bucket: RateBucket; rate: string } | undefined;
    readonly #old: OldRows;
    readonly #hidden: HiddenRows;
    readonly #eraser: Eraser;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      this.#route = parseLedgerName(ctx.id.name ?? "").route;
      this.#alarm = new Alarm(ctx.storage);
      const journal = new Journal(ctx.storage.sql);
      const tables = new LedgerTables(ctx.storage.sql, () => journal.vitals);
      this.#old = new OldRows(ctx.storage.sql);
      this.#hidden = new HiddenRows(ctx.storage.sql);
      this.copies = new ObjectCopy(ctx, () => journal.counts.received === 0 && tables.slice("", 1).length === 0);
      const core: LedgerCore = {
        route: this.#route,
        tables,
        journal,
        open: new OpenSet(ctx.storage.sql, journal.reload()),
        alarm: this.#alarm,
        stages: stagesOf(env, { route: this.#route, name: ctx.id.name ?? "", keeper: tables }),
        hidden: this.#hidden,
        keyed: new KeyedTable(ctx.storage.sql),
        transaction: (work) => this.#transaction(work),
        closeIfDone: (hash) => {
          const owes = this.#handOver.owes(hash) || this.#observer.owes(hash) || this.#projection.owes(hash);
          if (!owes && !this.#decider.busy(hash)) core.open.delete(hash);
        },
      };
      this.#core = core;
      this.#eraser = new Eraser(ctx.storage.sql, core);
      this.#projection = new BatchLoop({
        name: "ledger.projection",
        most: 200,
        everyMs: PROJECTION_MS,
        write: (hashes) => this.#project(hashes),
        done: (hashes) => {
          for (const hash of hashes) core.closeIfDone(hash);
        },
      });
      this.#handOver = new HandOver(core);
      this.#observer = new Observer(core);
      this.#changed = (hashes: string[]) => {
        this.#handOver.take(hashes);
        this.#observer.take(hashes);
        this.#projection.take(hashes);
      };
      this.#lookups = new LookupDesk(core, this.#changed);
      this.#writes = new WriteBackDesk(core);
      this.#decider = new Decider(core, (hashes) => {
        this.#changed(hashes);
        this.#lookups.take(hashes);
        this.#writes.take(hashes);
      });
      // Self-repair: whatever the last life left open is taken up again, alarm or no alarm.
      ctx.blockConcurrencyWhile(async () => {
        await this.#alarm.restore();
        // Lookups that were under way died with the last life: theirs are asked again at once.
        this.#resume(UNDER_WAY_MS);
        // Whoever made open work armed the alarm; should it be lost, this does.
        if (this.#core.open.size > 0) setTimeout(() => this.#rearm(), REST_MS);
      });
    }

    /** Stores a request's entries, then answers; concurrent calls share one transaction. */
    accept(submission: Submission): Promise<EntryResult[]> {
      return this.#accept(submission);
    }

    async refused(refusal: Refusal): Promise<void> {
      this.#core.transaction(() => {
        this.#core.journal.counts.refused += 1;
        const { at, status, bytes, trace } = refusal;
        const reason = refusal.detail ? `${refusal.reason}: ${refusal.detail}` : refusal.reason;
        this.#core.journal.note({ at, status, outcome: "refused", reason, bytes, trace, results: [] });
      });
    }

    /** Takes one request out of the route's intake rate; `afterMs` is 0 when it may pass. */
    async admit(rate: { count: number; perMs: number }): Promise<{ afterMs: number }> {
      const name = `${rate.count}/${rate.perMs}`;
      if (this.#admission?.rate !== name) this.#admission = { rate: name, bucket: new RateBucket(rate.count / rate.perMs, rate.count) };
      return { afterMs: this.#admission.bucket.take(this.#core.stages.now()) };
    }

    async books(): Promise<LedgerBooks> {
      const { counts, vitals } = this.#core.journal;
      // What no outbox has confirmed yet is told as still being processed, so that no message is ever in neither book.
      const { messages, events } = this.#handOver.inTransit;
      const told = { ...counts, processing: counts.processing + events, routed: counts.routed - events, handed: counts.handed - messages };
      const setAside = this.#core.tables.setAside.ids;
      return { counts: told, inTransit: messages, unprojected: this.#projection.size, setAside, ...vitals };
    }

    async log(query: LogQuery): Promise<LogEntry[]> {
      return this.#core.journal.read(query);
    }

    async story(hash: string): Promise<AlertStory | null> {
      const state = this.#core.tables.state(hash);
      if (!state) return null;
      const rows = this.#core.tables.events(hash, STORY_EVENTS);
      const events = rows.map((row) => ({
        id: eventId(this.#route, row.claim, row.receivedAt),
        kind: row.body.change?.kind ?? ("updated" as const),
        type: row.body.type,
        received_at: new Date(row.receivedAt).toISOString(),
        occurred_at: row.body.occurredAt ?? null,
        trace_id: row.body.trace ?? null,
        end: row.end,
        change: row.body.change,
        payload: row.payload,
        trace: row.trace,
      }));
      const waiting = waitsOf(state, (seq) => events[rows.findIndex((row) => row.seq === seq)]?.id);
      const { alert, shownBy, styledBy, copies } = state;
      return { alert, events, shownBy, copies, ...(styledBy ? { styledBy } : {}), ...(waiting ? { waits: waiting } : {}) };
    }

    async setStatus(hash: string, own: OwnChange): Promise<Alert | null> {
      const before = this.#core.tables.state(hash);
      if (!before) return null;
      const planner = await this.#core.stages.planner();
      const alert = this.#core.transaction(() => {
        this.#alarm.armBy(this.#core.stages.now() + BACKSTOP_MS);
        return changeOwn(this.#core, planner, { hash, state: this.#core.tables.state(hash) ?? before }, own);
      });
      this.#decider.start(hash);
      return alert;
    }

    async raise(raised: Raised[]): Promise<void> {
      const planner = await this.#core.stages.planner();
      const hashes = this.#core.transaction(() => raised.flatMap((one) => raise(this.#core, planner, one) ?? []));
      if (hashes.length === 0) return;
      this.#alarm.armBy(this.#core.stages.now() + BACKSTOP_MS);
      this.#changed([...new Set(hashes)]);
    }

    async answer(verdicts: Verdict[]): Promise<void> {
      const now = this.#core.stages.now();
      const hashes = new Set<string>();
      this.#core.transaction(() => {
        for (const verdict of verdicts) {
          const { hash = "" } = parseAlertId(verdict.alert) ?? {};
          if (hear(this.#core, hash, verdict)) hashes.add(hash);
        }
        if (hashes.size > 0) this.#alarm.armBy(now + BACKSTOP_MS);
      });
      for (const hash of hashes) this.#decider.wake(hash);
    }

    async recheck(): Promise<void> {
      const { stages, tables, alarm } = this.#core;
      // Who hears of it a moment later would still be silenced.
      await stages.planner(true);
      const waiting = tables.waiting().filter((hash) => waits(tables.state(hash)));
      if (waiting.length === 0) return;
      alarm.armBy(stages.now() + BACKSTOP_MS);
      if (!(await this.#decider.recheck(waiting))) throw new Error("not all that waits could be decided");
    }

    async hidden(): Promise<Record<string, HiddenBySilence>> {
      return this.#hidden.all();
    }

    async sweep(silences?: readonly string[]): Promise<LedgerSwept> {
      if (this.copies.isUnderWay) return { removed: { alerts: 0, events: 0, emptied: 0, requests: 0 }, more: true };
      if (silences) this.#hidden.keepOnly(silences, this.#core.stages.now());
      const swept = await pruneLedger(this.#core, this.#old);
      await this.#recheckIfChanged();
      this.#resume();
      await this.#rested();
      this.#rearm();
      return swept;
    }

    async find(what: Mention | { hash: string }, after: string, most: number): Promise<Found> {
      // Outboxes are made to forget what is told here as done: a life after this one must not find it open and hand it over again.
      this.#noteRest();
      if ("value" in what) return this.#eraser.find(what, after, most);
      const one = this.#eraser.one(what.hash);
      return { alerts: one ? [one] : [], next: null };
    }

    async erase(alerts: Pick<FoundAlert, "hash" | "stamp">[]): Promise<ErasedAlerts> {
      this.copies.guard();
      return this.#eraser.erase(alerts);
    }

    async history(after: string, most: number, since: number): Promise<HistoryPage> {
      return historyOf(this.#core.tables, this.#route, after, most, since);
    }

    async project(after: string, most: number): Promise<Slice> {
      const slice = this.#core.tables.slice(after, most);
      await this.#project(slice.map(({ hash }) => hash));
      return { written: slice.length, next: slice.length < most ? null : (slice.at(-1)?.hash ?? null) };
    }

    override async alarm(): Promise<void> {
      this.#alarm.fired();
      try {
        this.#resume();
        await this.#rested();
        this.#rearm();
      } catch (error) {
        log("error", "ledger.alarm_failed", { route: this.#route, error: errorText(error) });
        this.#alarm.armBy(this.#core.stages.now() + BACKSTOP_MS);
      }
    }

    /** What waits may wait no more by a configuration that has changed since it was asked about. */
    async #recheckIfChanged(): Promise<void> {
      const { tables, stages } = this.#core;
      if (tables.waiting().length === 0) return;
      const revision = String((await stages.planner()).revision);
      if (tables.kept(RECHECKED) === revision) return;
      try {
        await this.recheck();
        tables.keep(RECHECKED, revision);
      } catch (error) {
        log("warn", "ledger.not_rechecked", { route: this.#route, error: errorText(error) });
      }
    }

    #project(hashes: string[]): Promise<void> {
      const rows = hashes.map((hash) => {
        const state = this.#core.tables.state(hash);
        return state && { alert: state.alert, copies: state.copies, copiedAt: state.copiedAt };
      });
      return this.#core.stages.project(rows.filter((row) => row !== undefined));
    }

    #transaction<Value>(work: () => Value): Value {
      this.copies.guard();
      const { journal, open, stages } = this.#core;
      return transact(
        { ctx: this.ctx, alarm: this.#alarm, failed: ["ledger.rolled_back", { route: this.#route }], reload: () => this.#reload() },
        () => {
          const value = work();
          journal.write(open.inline(), stages.now());
          return value;
        },
      );
    }

    /** What the rows say is open is taken up with the alarm: whatever failed just now would fail again. */
    #reload(): void {
      const { journal, open, tables, stages } = this.#core;
      tables.forget();
      open.reload(journal.reload());
      if (open.size > 0) this.#alarm.armBy(stages.now() + BACKSTOP_MS);
    }

    #commit(submissions: Submission[]): EntryResult[][] {
      const commit = new Commit(this.#core);
      const answers = this.#core.transaction(() => {
        const results = submissions.map((submission) => commit.submit(submission));
        commit.writeStates(this.#core.stages.now());
        if (commit.touched.size > 0) this.#alarm.armBy(this.#core.stages.now() + BACKSTOP_MS);
        return results;
      });
      // Started at once; the alarm is only for what a crash leaves behind.
      for (const hash of commit.touched) this.#decider.start(hash);
      return answers;
    }

    /** Takes up everything open, and arms the alarm while anything is. */
    #resume(lookAheadMs = 0): void {
      const now = this.#core.stages.now();
      this.#handOver.take(this.#core.open);
      this.#observer.take(this.#core.open);
      for (const hash of [...this.#core.open]) {
        if (!this.#core.tables.state(hash)) this.#core.open.delete(hash);
        else this.#decider.start(hash);
      }
      const due = this.#core.tables.detailDue(now + lookAheadMs, 100);
      for (const hash of due) this.#decider.askAgain(hash, now + lookAheadMs);
      // What waited for the same hours is told together, and what is asked of others does not hold it up.
      for (const hash of this.#core.tables.detailDue(now, WAKES)) if (isTime(this.#core.tables.state(hash), now)) this.#decider.wake(hash);
      this.#lookups.take(due, lookAheadMs);
      this.#writes.take(due);
      const next = this.#core.tables.nextDetailDue();
      if (next !== undefined) this.#alarm.armBy(Math.max(next, now + 1_000));
    }

    /** Resolves when nothing is open, or after a while: what the open list of a row held may be done already. */
    async #rested(): Promise<void> {
      const until = this.#core.stages.now() + REST_MS;
      while (this.#core.open.size > 0 && this.#core.stages.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    }

    /** Keeps the alarm armed while anything is open. */
    #rearm(): void {
      if (this.#core.open.size > 0) this.#alarm.armBy(this.#core.stages.now() + BACKSTOP_MS);
      this.#noteRest();
    }

    /** Writes down what is done, so that no life after this one looks at it again. */
    #noteRest(): void {
      if (this.#core.journal.isStale(this.#core.open.inline().length)) this.#core.transaction(() => undefined);
    }
  };
}
