// The outbox: one Durable Object for each destination. It owns order, pace, merging and the references of living messages.
// What it sends goes through the queue; what it knows stands in its rows.
import { DurableObject } from "cloudflare:workers";
import type { Alert } from "../alert.ts";
import type { DeliveryRecord } from "../delivery.ts";
import { Alarm } from "../lib/alarm.ts";
import { BatchLoop } from "../lib/batch-loop.ts";
import { gather } from "../lib/gather.ts";
import { errorText, log } from "../lib/log.ts";
import { parseDeliveryId, parseOutboxName } from "../lib/names.ts";
import { OpenSet } from "../lib/open-set.ts";
import { OutboxCore, type Target } from "./core.ts";
import { bodyInFlight, dispatch, nextTurn } from "./dispatch.ts";
import { Health } from "./health.ts";
import type { HandedMessage, OutboxCalls, OutboxStatus, QueuedMessage, Settlement } from "./interface.ts";
import { planTest, planVersions, replayDead } from "./plan.ts";
import { batches } from "./send.ts";
import { expireLeases, settle } from "./settle.ts";
import { kindOf, recordOf, type Slot, type Waiting } from "./slot.ts";
import { OutboxTables } from "./tables.ts";

const BACKSTOP_MS = 15_000;
/** A turn that comes sooner than this is waited for in memory; the alarm is the backstop. */
const SOON_MS = 10_000;
const GROUP = 256;
/** Between two writes to the projection. */
const PROJECTION_MS = 50;
/** Slots that one sweep looks at. */
const SLICE = 500;

/** What the outbox needs from the platform and the stages below. */
export interface OutboxStages {
  /** The destination as it is configured now. Throws when that cannot be known. */
  target(): Promise<Target | "removed" | "broken">;
  send(messages: { body: QueuedMessage }[]): Promise<void>;
  project(records: DeliveryRecord[]): Promise<void>;
  retentionMs(): Promise<number>;
  /** Notes that this outbox exists, for when its destination is removed. */
  note(): Promise<void>;
  now(): number;
  random(): number;
  /** A queue in memory dies with the process: what was in flight is lost, and not waited for. */
  queueDiesWithProcess: boolean;
}

type Operation =
  | { kind: "plan"; messages: HandedMessage[] }
  | { kind: "settle"; settlements: Settlement[] }
  | { kind: "test"; alert: Alert }
  | { kind: "replay"; slot: string; id: string }
  | { kind: "turn" };

/** Tells one isolate from the next: what is in memory is gone when it differs from what the row says. */
let isolate: string | undefined;

/** Makes the outbox class out of the stages that the wiring gives. */
export function outboxClass<Env>(stagesOf: (env: Env, destination: string) => OutboxStages) {
  return class Outbox extends DurableObject<Env> implements OutboxCalls {
    readonly #destination: string;
    readonly #stages: OutboxStages;
    readonly #alarm: Alarm;
    readonly #core: OutboxCore;
    readonly #projection: BatchLoop;
    readonly #do = gather((operations: Operation[]) => this.#transaction(operations), GROUP);
    #settings: string;
    #timer: { at: number; id: ReturnType<typeof setTimeout> } | undefined;
    #cursor = "";

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      isolate ??= crypto.randomUUID();
      this.#destination = parseOutboxName(ctx.id.name ?? "");
      this.#stages = stagesOf(env, this.#destination);
      this.#alarm = new Alarm(ctx.storage);
      const tables = new OutboxTables(ctx.storage.sql);
      const meta = tables.meta();
      this.#settings = meta.settings;
      this.#core = new OutboxCore(this.#destination, tables, {
        open: new OpenSet(ctx.storage.sql, meta.open),
        health: new Health(meta.health),
        counts: meta.counts,
        digest: meta.digest,
      });
      this.#projection = new BatchLoop({
        name: "outbox.projection",
        most: 200,
        everyMs: PROJECTION_MS,
        write: (ids) => this.#stages.project(ids.flatMap((id) => owedBy(tables.slot(id)))),
        done: (ids) => this.#projected(ids),
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

    async settle(settlements: Settlement[]): Promise<void> {
      await this.#run({ kind: "settle", settlements });
    }

    async test(alert: Alert): Promise<string> {
      return (await this.#run({ kind: "test", alert })) ?? "";
    }

    async replay(id: string): Promise<"replayed" | "not_dead" | "unknown"> {
      const parsed = parseDeliveryId(id);
      if (parsed?.destination !== this.#destination) return "unknown";
      const answer = await this.#run({ kind: "replay", slot: parsed.slot, id });
      const slot = this.#core.tables.slot(parsed.slot);
      // The projection still says dead; a pending delivery is told from here until it is settled again.
      const again = pendingOf(slot).find((message) => message.id === id);
      if (slot && again) await this.#stages.project([this.#pendingRecord(slot, again)]);
      return answer === "replayed" || answer === "not_dead" ? answer : "unknown";
    }

    async body(slotId: string, attempt: number): Promise<string | undefined> {
      const target = await this.#stages.target();
      const slot = this.#core.tables.slot(slotId);
      if (typeof target === "string" || slot?.flight?.attempts !== attempt) return undefined;
      return bodyInFlight(slot, target);
    }

    async status(): Promise<OutboxStatus> {
      const { counts, health, inFlight } = this.#core;
      const now = this.#stages.now();
      const { failures, closedUntil, closedReason, disabled, lastDeliveredAt, unknown } = health.saved;
      return {
        counts: { ...counts },
        inFlight: inFlight.size,
        oldestPendingAt: oldest([...this.#core.candidates.values(), ...inFlight.values()]),
        failures,
        closedUntil: closedUntil > now ? closedUntil : undefined,
        closedReason: closedUntil > now ? closedReason : undefined,
        disabled,
        lastDeliveredAt,
        unknown,
      };
    }

    async pending(limit: number): Promise<DeliveryRecord[]> {
      const records = [...this.#core.open].flatMap((id) => {
        const slot = this.#core.tables.slot(id);
        return slot ? pendingOf(slot).map((message) => this.#pendingRecord(slot, message)) : [];
      });
      records.sort((left, right) =>
        left.created_at === right.created_at ? (left.id < right.id ? 1 : -1) : left.created_at < right.created_at ? 1 : -1,
      );
      return records.slice(0, limit);
    }

    async deliveriesOf(slotId: string): Promise<DeliveryRecord[]> {
      const slot = this.#core.tables.slot(slotId);
      if (!slot) return [];
      return [...slot.settled, ...pendingOf(slot).map((message) => this.#pendingRecord(slot, message))];
    }

    async sweep(): Promise<void> {
      await this.#prune();
      this.#recover(false);
      await this.#run({ kind: "turn" });
    }

    async project(): Promise<number> {
      let count = 0;
      for (let cursor = ""; ; ) {
        const slice = this.#core.tables.slice(cursor, 100);
        if (slice.length === 0) return count;
        const records = slice.flatMap(({ id }) => this.#core.tables.slot(id)?.settled ?? []);
        await this.#stages.project(records);
        count += records.length;
        cursor = slice.at(-1)?.id ?? "";
      }
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
      await this.#retarget();
      return this.#do(operation);
    }

    async #retarget(): Promise<void> {
      const target = await this.#stages.target();
      this.#core.target = target;
      if (typeof target === "string") return;
      this.#core.health.setPace(target.config.rate, target.adapter.pace(target.config.settings));
      if (this.#settings === "") await this.#stages.note();
      const settings = JSON.stringify(target.config);
      // Somebody changed the settings: what was given up because of the old ones gets a new chance.
      if (this.#settings !== "" && this.#settings !== settings) this.#core.health.forgive();
      this.#settings = settings;
    }

    #transaction(operations: Operation[]): (string | undefined)[] {
      const core = this.#core;
      const now = this.#stages.now();
      const before = { counts: { ...core.counts }, digest: core.digest };
      let messages: QueuedMessage[] = [];
      let owing: string[] = [];
      let answers: (string | undefined)[] = [];
      try {
        this.ctx.storage.transactionSync(() => {
          answers = operations.map((operation) => this.#apply(operation, now));
          expireLeases(core, now, this.#stages.random(), "lease_expired");
          core.indexTouched();
          messages = dispatch(core, now);
          if (core.hasChanges()) {
            owing = core.writeTouched(now);
            core.tables.writeMeta(this.#meta());
          }
          this.#arm(now);
        });
      } catch (error) {
        log("error", "outbox.rolled_back", { destination: this.#destination, error: errorText(error) });
        core.counts = before.counts;
        core.digest = before.digest;
        core.forget();
        throw error;
      }
      this.#projection.take(owing);
      if (messages.length > 0) void this.#send(messages);
      return answers;
    }

    #apply(operation: Operation, now: number): string | undefined {
      switch (operation.kind) {
        case "plan":
          for (const message of operation.messages) planVersions(this.#core, message, now);
          return undefined;
        case "settle":
          for (const settlement of operation.settlements) settle(this.#core, settlement, now, this.#stages.random());
          return undefined;
        case "test":
          return planTest(this.#core, operation.alert, now);
        case "replay":
          return replayDead(this.#core, operation.slot, operation.id, now);
        case "turn":
          return undefined;
      }
    }

    #meta() {
      const { counts, health, open, digest } = this.#core;
      return { counts, digest, health: health.saved, open: open.inline(), isolate: isolate ?? "", settings: this.#settings };
    }

    /** Makes sure that somebody looks again in time: memory for what is soon, the alarm for the rest and as the backstop. */
    #arm(now: number): void {
      const turn = nextTurn(this.#core, now);
      if (turn !== undefined && turn - now <= SOON_MS && (!this.#timer || turn < this.#timer.at)) {
        if (this.#timer) clearTimeout(this.#timer.id);
        const id = setTimeout(() => this.#wake(), Math.max(1, turn - now));
        this.#timer = { at: turn, id };
      }
      const leases = [...this.#core.inFlight.values()].map(({ leaseUntil }) => leaseUntil);
      const wake = Math.min(turn ?? Number.POSITIVE_INFINITY, ...leases);
      if (Number.isFinite(wake)) this.#alarm.armBy(Math.max(wake, now + BACKSTOP_MS));
    }

    #wake(): void {
      this.#timer = undefined;
      this.#run({ kind: "turn" }).catch((error) =>
        log("error", "outbox.turn_failed", { destination: this.#destination, error: errorText(error) }),
      );
    }

    async #send(messages: QueuedMessage[]): Promise<void> {
      for (const batch of batches(messages)) {
        try {
          await this.#stages.send(batch.map((body) => ({ body })));
        } catch (error) {
          log("warn", "outbox.send_failed", { destination: this.#destination, messages: batch.length, error: errorText(error) });
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          const now = this.#stages.now();
          const settlements = batch.map(({ id, slot, attempt }) => ({
            id,
            slot,
            attempt,
            outcome: { kind: "retry" as const, reason: "not_attempted" as const },
            at: now,
            ms: 0,
          }));
          await this.#run({ kind: "settle", settlements });
        }
      }
    }

    /** Takes up everything open. After a restart, what was in flight on a queue in memory is known to be lost. */
    #recover(restarted: boolean): void {
      const now = this.#stages.now();
      for (const id of [...this.#core.open]) {
        const slot = this.#core.tables.slot(id);
        if (!slot) this.#core.open.delete(id);
        else {
          this.#core.index(id, slot);
          if (slot.owed.length > 0) this.#projection.take([id]);
        }
      }
      // What is only owed to the projection needs no alarm: it is written now, and again if that fails.
      if (this.#core.inFlight.size === 0 && this.#core.candidates.size === 0) return;
      if (restarted && this.#stages.queueDiesWithProcess && this.#core.inFlight.size > 0) {
        this.ctx.storage.transactionSync(() => {
          expireLeases(this.#core, now, this.#stages.random(), "restarted");
          this.#core.writeTouched(now);
          this.#core.tables.writeMeta(this.#meta());
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

    async #prune(): Promise<void> {
      const before = this.#stages.now() - (await this.#stages.retentionMs());
      const slice = this.#core.tables.slice(this.#cursor, SLICE);
      this.ctx.storage.transactionSync(() => {
        for (const { id, touchedAt } of slice) {
          if (touchedAt < before && !this.#core.open.has(id)) this.#core.tables.remove(id);
        }
      });
      this.#cursor = slice.length < SLICE ? "" : (slice.at(-1)?.id ?? "");
    }

    #pendingRecord(slot: Slot, message: Waiting): DeliveryRecord {
      return recordOf(this.#destination, slot, message, { state: "pending", kind: kindOf(slot), now: this.#stages.now() });
    }
  };
}

const pendingOf = (slot: Slot | undefined): Waiting[] => [slot?.flight, slot?.waiting].filter((message) => message !== undefined);

const owedBy = (slot: Slot | undefined): DeliveryRecord[] => slot?.settled.filter(({ id }) => slot.owed.includes(id)) ?? [];

function oldest(messages: { createdAt: number }[]): number | undefined {
  let first: number | undefined;
  for (const { createdAt } of messages) if (first === undefined || createdAt < first) first = createdAt;
  return first;
}
