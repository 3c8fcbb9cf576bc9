// The outbox: one Durable Object for each destination. It owns order, pace, merging and the references of living messages.
// What it sends goes through the queue; what it knows stands in its rows.
import type { Alert } from "../alert.ts";
import type { BudgetGrant, BudgetRequest } from "../budget/interface.ts";
import type { Retentions } from "../config/retention.ts";
import type { DeliveryRecord } from "../delivery.ts";
import type { Notice } from "../destinations/destination.ts";
import { Alarm } from "../lib/alarm.ts";
import { BatchLoop } from "../lib/batch-loop.ts";
import { CopiedObject } from "../lib/copied-object.ts";
import { gather } from "../lib/gather.ts";
import { errorText, log } from "../lib/log.ts";
import { parseDeliveryId, parseOutboxName } from "../lib/names.ts";
import { ObjectCopy } from "../lib/object-copy.ts";
import { OpenSet } from "../lib/open-set.ts";
import type { Slice } from "../lib/slice.ts";
import { transact } from "../lib/transaction.ts";
import { Allowance, askBudget } from "./allowance.ts";
import { Breaker } from "./breaker.ts";
import { OutboxCore, type Target } from "./core.ts";
import { bodyInFlight, dispatch } from "./dispatch.ts";
import { SlotEraser } from "./erase.ts";
import { heal } from "./failover.ts";
import { Health } from "./health.ts";
import type {
  DeliverySpan,
  ErasedSlots,
  HandedMessage,
  OutboxCalls,
  OutboxStatus,
  OutboxSwept,
  QueuedMessage,
  Replay,
  Settlement,
} from "./interface.ts";
import { Neighbours } from "./neighbours.ts";
import { OldSlots } from "./old-slots.ts";
import { apply, messagesOf, type Operation } from "./operations.ts";
import { owedBy, owedRecords, pendingOf, pendingRecord, pendingRecords, recordsOf, statusOf } from "./reads.ts";
import { giveUp, takeUp } from "./recover.ts";
import { sendAll } from "./send.ts";
import { expireLeases } from "./settle.ts";
import { OutboxTables } from "./tables.ts";
import { Tally } from "./tally.ts";
import { BACKSTOP_MS, Waker } from "./waker.ts";

const GROUP = 256;
/** Between two writes to the projection. */
const PROJECTION_MS = 50;
/** Between two tries to reach the destination that takes over. */
const ASK_AGAIN_MS = 1_000;

/** What the outbox needs from the platform and the stages below. */
export interface OutboxStages {
  /** The destination as it is configured now. Throws when that cannot be known. */
  target(): Promise<Target | "removed" | "broken">;
  send(messages: { body: QueuedMessage }[]): Promise<void>;
  project(records: DeliveryRecord[]): Promise<void>;
  /** Notes that this outbox exists, for when its destination is removed. */
  note(): Promise<void>;
  /** How to ask the budget that this destination shares with others; undefined when it shares none. */
  budget(): ((request: Pick<BudgetRequest, "want" | "urgent">) => Promise<BudgetGrant>) | undefined;
  /** Gives alerts to the outbox of another destination, to be shown in place of this one. */
  standIn(to: string, messages: HandedMessage[]): Promise<void>;
  /** Has another destination tell a word about this one; `before` told the last one. Answers who took it, if anybody could. */
  announce(notice: Notice, before: string | undefined): Promise<string | undefined>;
  now(): number;
  random(): number;
  /** A queue in memory dies with the process: what was in flight is lost, and not waited for. */
  queueDiesWithProcess: boolean;
}

/** Tells one isolate from the next: what is in memory is gone when it differs from what the row says. */
let isolate: string | undefined;

/** Makes the outbox class out of the stages that the wiring gives. */
export function outboxClass<Env>(stagesOf: (env: Env, destination: string) => OutboxStages) {
  return class Outbox extends CopiedObject<Env> implements OutboxCalls {
    readonly #destination: string;
    readonly #stages: OutboxStages;
    readonly #alarm: Alarm;
    readonly #waker: Waker;
    readonly #core: OutboxCore;
    readonly #neighbours: Neighbours;
    readonly #projection: BatchLoop;
    readonly copies: ObjectCopy;
    readonly #do = gather((operations: Operation[]) => this.#transaction(operations), GROUP);
    #settings: string;
    readonly #old: OldSlots;
    readonly #eraser: SlotEraser;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      isolate ??= crypto.randomUUID();
      this.#destination = parseOutboxName(ctx.id.name ?? "");
      this.#stages = stagesOf(env, this.#destination);
      this.#alarm = new Alarm(ctx.storage);
      this.#waker = new Waker(this.#alarm, () => this.#wake());
      const tables = new OutboxTables(ctx.storage.sql);
      const meta = tables.meta();
      this.copies = new ObjectCopy(ctx, () => this.#core.counts.planned === 0 && tables.slice("", 1).length === 0);
      this.#settings = meta.settings;
      this.#core = new OutboxCore(this.#destination, tables, {
        open: new OpenSet(ctx.storage.sql, meta.open),
        health: new Health(meta.health),
        breaker: new Breaker(meta.breaker),
        allowance: new Allowance(),
        counts: meta.counts,
        digest: meta.digest,
        tally: new Tally(meta.tally),
        memo: meta.memo,
      });
      this.#old = new OldSlots(ctx.storage.sql, this.#core);
      this.#neighbours = new Neighbours(this.#core, this.#stages, (taken) => this.#run(taken));
      this.#projection = new BatchLoop({
        name: "outbox.projection",
        most: 200,
        everyMs: PROJECTION_MS,
        write: (ids) => this.#stages.project(ids.flatMap((id) => owedBy(tables.slot(id)))),
        done: (ids) => this.#projected(ids),
      });
      this.#eraser = new SlotEraser(this.#core, this.#old, {
        transaction: (work) => this.#transact(work),
        write: (now) => this.#writeRows(now),
        projects: (id) => this.#projection.owes(id),
        now: () => this.#stages.now(),
      });
      // Self-repair: whatever the last life left open is taken up again, alarm or no alarm.
      ctx.blockConcurrencyWhile(async () => {
        await this.#alarm.restore();
        this.#recover(meta.isolate !== isolate);
      });
    }

    async enqueue(messages: HandedMessage[]): Promise<void> {
      await this.#run({ kind: "plan", messages });
    }

    async standIn(from: string, messages: HandedMessage[]): Promise<void> {
      await this.#run({ kind: "stand_in", from, messages });
    }

    async announce(notice: Notice): Promise<void> {
      await this.#run({ kind: "notice", notice });
    }

    async settle(settlements: Settlement[]): Promise<void> {
      await this.#run({ kind: "settle", settlements });
    }

    async test(alert: Alert): Promise<string> {
      return (await this.#run({ kind: "test", alert })) ?? "";
    }

    async replay(id: string): Promise<Replay> {
      return (await this.replayAll([id]))[0] ?? "unknown";
    }

    async replayAll(ids: string[]): Promise<Replay[]> {
      const answers = await Promise.all(ids.map((id) => this.#replay(id)));
      // The projection still says dead; a pending delivery is told from here until it is settled again.
      const records = ids.flatMap((id) => {
        const slot = this.#core.tables.slot(parseDeliveryId(id)?.slot ?? "");
        const again = pendingOf(slot).find((message) => message.id === id);
        return slot && again ? pendingRecord(this.#destination, slot, again, this.#stages.now()) : [];
      });
      if (records.length > 0) await this.#stages.project(records);
      return answers;
    }

    async #replay(id: string): Promise<Replay> {
      const parsed = parseDeliveryId(id);
      if (parsed?.destination !== this.#destination) return "unknown";
      const answer = await this.#run({ kind: "replay", slot: parsed.slot, id });
      return answer === "replayed" || answer === "not_dead" ? answer : "unknown";
    }

    async body(slotId: string, attempt: number): Promise<string | undefined> {
      const target = await this.#stages.target();
      const slot = this.#core.tables.slot(slotId);
      if (typeof target === "string" || slot?.flight?.attempts !== attempt) return undefined;
      return bodyInFlight(slot, target);
    }

    async status(): Promise<OutboxStatus> {
      return statusOf(this.#core, this.#stages.now());
    }

    async pending(limit: number, span: DeliverySpan = {}): Promise<DeliveryRecord[]> {
      return pendingRecords(this.#core, limit, span, this.#stages.now());
    }

    async owed(limit: number, span: DeliverySpan = {}): Promise<DeliveryRecord[]> {
      return owedRecords(this.#core, limit, span);
    }

    async deliveriesOf(slotId: string): Promise<DeliveryRecord[]> {
      return recordsOf(this.#core, slotId, this.#stages.now());
    }

    async sweep(retentions?: Retentions): Promise<OutboxSwept> {
      if (this.copies.isUnderWay) return { removed: { slots: 0, emptied: 0 }, more: true };
      const swept = await this.#old.prune(retentions, this.#stages.now());
      // The row's open list may name what was done long ago: it is otherwise written with the next message only.
      if (this.#core.tables.meta().open.length > this.#core.open.size) this.#core.tables.writeMeta(this.#meta());
      this.#recover(false);
      await this.#run({ kind: "turn" });
      return swept;
    }

    async erase(ids: string[], dryRun: boolean): Promise<ErasedSlots> {
      this.copies.guard();
      return dryRun ? this.#eraser.count(ids) : this.#eraser.erase(ids);
    }

    async project(after: string, most: number): Promise<Slice> {
      const slice = this.#core.tables.slice(after, most);
      const records = slice.flatMap(({ id }) => this.#core.tables.slot(id)?.settled ?? []);
      await this.#stages.project(records);
      return { written: records.length, next: slice.length < most ? null : (slice.at(-1)?.id ?? null) };
    }

    override async alarm(): Promise<void> {
      this.#alarm.fired();
      try {
        await this.#run({ kind: "turn" });
      } catch (error) {
        log("error", "outbox.alarm_failed", { destination: this.#destination, error: errorText(error) });
        this.#alarm.armBy(this.#stages.now() + BACKSTOP_MS);
      }
    }

    /** Does an operation together with what came at the same moment, and sends what may go. */
    async #run(operation: Operation): Promise<string | undefined> {
      this.copies.guard();
      await this.#retarget();
      await askBudget(this.#core, messagesOf(operation), this.#stages);
      return this.#do(operation);
    }

    async #retarget(): Promise<void> {
      const core = this.#core;
      const target = await this.#stages.target();
      const before = core.target;
      core.target = target;
      if (typeof target === "string") return;
      core.health.setPace(target.config.rate, target.adapter.pace(target.config.settings), this.#stages.now());
      // Hardly ever did anything change since the last time: then there is no text to compare.
      if (target === before && this.#settings !== "") return;
      if (this.#settings === "") await this.#stages.note();
      const settings = JSON.stringify(target.config);
      // Somebody changed the settings: what was given up because of the old ones gets a new chance.
      if (this.#settings !== "" && this.#settings !== settings) core.forgive();
      this.#settings = settings;
      // What may wait for a minute depends on what the chat can do, which is only known now.
      if (typeof before === "string") core.reindex();
    }

    #transaction(operations: Operation[]): (string | undefined)[] {
      const core = this.#core;
      const now = this.#stages.now();
      let messages: QueuedMessage[] = [];
      let owing: string[] = [];
      const answers = this.#transact(() => {
        const said = operations.map((operation) => apply(core, operation, now, this.#stages.random));
        expireLeases(core, now, this.#stages.random(), "lease_expired");
        const turned = core.breaker.look(core.destination, core.health.saved, core.counts.pending, core.failover, now);
        if (turned === "returned") heal(core, now);
        core.indexTouched();
        messages = dispatch(core, now);
        if (core.hasChanges() || turned) owing = this.#writeRows(now);
        this.#waker.arm(core, now);
        return said;
      });
      this.#projection.take(owing);
      if (messages.length > 0)
        void sendAll(messages, this.#destination, this.#stages, (settlements) => this.#run({ kind: "settle", settlements }));
      if (this.#neighbours.needed) void this.#askNeighbours();
      return answers;
    }

    /** Runs `work` in one transaction. */
    #transact<Value>(work: () => Value): Value {
      const failed: [string, Record<string, string>] = ["outbox.rolled_back", { destination: this.#destination }];
      return transact({ ctx: this.ctx, alarm: this.#alarm, failed, reload: () => this.#reload() }, work);
    }

    #reload(): void {
      const meta = this.#core.tables.meta();
      this.#core.reload(meta);
      this.#projection.take(this.#core.owing);
      // The settings were changed, and no row says so yet.
      if (meta.settings !== "" && meta.settings !== this.#settings) this.#core.forgive();
    }

    /** The changed slots and the one row besides them. Answers the ids of slots whose deliveries the projection is owed. */
    #writeRows(now: number): string[] {
      const owing = this.#core.writeTouched(now);
      this.#core.tables.writeMeta(this.#meta());
      return owing;
    }

    async #askNeighbours(): Promise<void> {
      if (await this.#neighbours.ask()) return;
      const now = this.#stages.now();
      this.#alarm.armBy(now + BACKSTOP_MS);
      this.#waker.soon(ASK_AGAIN_MS, now);
    }

    #meta() {
      const { counts, health, open, digest, breaker, tally, memo } = this.#core;
      const saved = { health: health.saved, breaker: breaker.saved, tally: tally.saved, memo };
      return { counts, digest, ...saved, open: open.inline(), isolate: isolate ?? "", settings: this.#settings };
    }

    #wake(): void {
      this.#run({ kind: "turn" }).catch((error) =>
        log("error", "outbox.turn_failed", { destination: this.#destination, error: errorText(error) }),
      );
    }

    /** Takes up everything open. After a restart, what was in flight on a queue in memory is known to be lost. */
    #recover(restarted: boolean): void {
      const now = this.#stages.now();
      const { owing, lost } = takeUp(this.#core);
      this.#projection.take(owing);
      if (lost > 0) {
        log("error", "outbox.messages_lost", { destination: this.#destination, messages: lost });
        this.#transact(() => {
          giveUp(this.#core, lost);
          this.#writeRows(now);
        });
      }
      // What is only owed to the projection needs no alarm: it is written now, and again if that fails.
      if (this.#core.inFlight.size === 0 && this.#core.candidates.size === 0) return;
      if (restarted && this.#stages.queueDiesWithProcess && this.#core.inFlight.size > 0) {
        this.#transact(() => {
          expireLeases(this.#core, now, this.#stages.random(), "restarted");
          this.#writeRows(now);
        });
      }
      this.#alarm.armBy(now + BACKSTOP_MS);
      this.#wake();
    }

    /** In memory only: the row follows with its next write, and writing a record twice changes nothing. */
    #projected(ids: string[]): void {
      for (const id of ids) {
        const slot = this.#core.tables.slot(id);
        if (!slot) continue;
        slot.owed = [];
        this.#core.index(id, slot);
      }
    }
  };
}
