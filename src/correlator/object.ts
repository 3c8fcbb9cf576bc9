// The correlator: one Durable Object for each route, for what rules have to know beyond one alert. Ledgers tell it what they saw; it answers by
// calls to the ledgers, which it owes in rows until they are confirmed.
import { DurableObject } from "cloudflare:workers";
import { Alarm } from "../lib/alarm.ts";
import { gather } from "../lib/gather.ts";
import { errorText, log } from "../lib/log.ts";
import { parseCorrelatorName } from "../lib/names.ts";
import { ObjectCopy } from "../lib/object-copy.ts";
import type { DumpedRow, DumpPage, DumpPosition } from "../lib/table-dump.ts";
import type { Adopted, Staged } from "../lib/table-restore.ts";
import { CorrelatorCore } from "./core.ts";
import type { CorrelatorCalls, CorrelatorStatus, Effect, Observation } from "./interface.ts";
import { type EffectStages, Owed } from "./owed.ts";
import { CorrelatorTables } from "./tables.ts";

/** Calls in one transaction at the most. */
const GROUP = 64;
/** Rows that are done in one transaction when they are due. */
const TURN = 500;
/** How long what is owed may wait for a life after this one. */
const BACKSTOP_MS = 15_000;
/** How long the alarm waits for what it took up, before it is armed again. */
const REST_MS = 5_000;

/** What the correlator needs from the ledgers, and from the platform. */
export interface CorrelatorStages extends EffectStages {
  /** Notes that this correlator exists, for the sweep and for when its route is removed. */
  note(): Promise<void>;
  now(): number;
  /** Keys of one rule at the most; 20,000 unless it says so. */
  mostKeys?: number;
}

/** Keeps a small text across restarts. */
export interface Keeper {
  kept(key: string): string | undefined;
  keep(key: string, value: string): void;
}

/** Makes the correlator class out of the stages that the wiring gives. */
export function correlatorClass<Env>(
  stagesOf: (env: Env, correlator: { route: string; name: string; keeper: Keeper }) => CorrelatorStages,
) {
  return class Correlator extends DurableObject<Env> implements CorrelatorCalls {
    readonly #route: string;
    readonly #stages: CorrelatorStages;
    readonly #alarm: Alarm;
    readonly #tables: CorrelatorTables;
    readonly #core: CorrelatorCore;
    readonly #owed: Owed;
    readonly #copy: ObjectCopy;
    readonly #observe = gather((calls: Observation[][]) => this.#take(calls), GROUP);
    #isNoted: boolean;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      const name = ctx.id.name ?? "";
      this.#route = parseCorrelatorName(name);
      this.#alarm = new Alarm(ctx.storage);
      this.#tables = new CorrelatorTables(ctx.storage.sql);
      const { kept } = this.#tables;
      const keeper: Keeper = { kept: (key) => kept.get(key), keep: (key, value) => kept.set(key, value) };
      this.#stages = stagesOf(env, { route: this.#route, name, keeper });
      this.#core = new CorrelatorCore(this.#tables, this.#route, this.#stages.mostKeys);
      this.#owed = new Owed(ctx.storage.sql, this.#route, this.#stages);
      this.#copy = new ObjectCopy(ctx, () => this.#tables.isEmpty && this.#owed.size === 0);
      this.#isNoted = kept.get("noted") !== undefined;
      // Self-repair: whatever the last life left open is taken up again, alarm or no alarm.
      ctx.blockConcurrencyWhile(async () => {
        await this.#alarm.restore();
        try {
          if (!this.#copy.isUnderWay) this.#resume();
        } catch {
          // Logged where it was rolled back. The object has to answer; the alarm tries again.
          this.#alarm.armBy(this.#stages.now() + BACKSTOP_MS);
        }
      });
    }

    async observe(observations: Observation[]): Promise<void> {
      if (!this.#isNoted) await this.#note();
      await this.#observe(observations);
    }

    async status(): Promise<CorrelatorStatus> {
      const { threshold, group, unless, inhibit, silent } = this.#tables.counts();
      const open = Object.entries({ threshold, group, unless, inhibit, silent }).filter(([, count]) => count !== undefined);
      const { size: owed, since: owedSince } = this.#owed;
      const droppedAt = Number(this.#tables.kept.get("dropped_at") ?? 0);
      return {
        open: Object.fromEntries(open),
        owed,
        ...(owedSince === undefined ? {} : { owedSince }),
        dropped: this.#dropped,
        ...(droppedAt > 0 ? { droppedAt } : {}),
      };
    }

    async sweep(before: number): Promise<{ removed: number; more: boolean }> {
      if (this.#copy.isUnderWay) return { removed: 0, more: true };
      const now = this.#stages.now();
      let swept = { removed: 0, more: false };
      this.#transaction(() => {
        const quiet = this.#tables.quietSince(before);
        const effects = this.#core.giveUpOld(quiet.places, now);
        const seen = this.#tables.forgetSeen(now);
        swept = { removed: quiet.places.length + seen.removed, more: quiet.more || seen.more };
        return effects;
      });
      this.#resume();
      return swept;
    }

    async forget(alerts: string[]): Promise<number> {
      let rows = 0;
      this.#transaction(() => {
        const forgotten = this.#core.forget(alerts, this.#stages.now());
        rows = forgotten.rows;
        return forgotten.effects;
      });
      this.#owed.forget(new Set(alerts));
      return rows;
    }

    async forgetKeys(value: string): Promise<number> {
      let rows = 0;
      this.#transaction(() => {
        const forgotten = this.#core.forgetKeys(value, this.#stages.now());
        rows = forgotten.rows;
        return forgotten.effects;
      });
      return rows;
    }

    dump(after: DumpPosition | null): Promise<DumpPage> {
      return this.#copy.dump(after);
    }

    stamp(): Promise<string> {
      return this.#copy.stamp();
    }

    stage(digest: string, rows: DumpedRow[]): Promise<Staged> {
      return this.#copy.stage(digest, rows);
    }

    adopt(digest: string, rows: number): Promise<Adopted> {
      return this.#copy.adopt(digest, rows);
    }

    discard(): Promise<boolean> {
      return this.#copy.discard();
    }

    restoring(): Promise<boolean> {
      return this.#copy.restoring();
    }

    override async alarm(): Promise<void> {
      this.#alarm.fired();
      try {
        this.#resume();
        const until = this.#stages.now() + REST_MS;
        while (this.#owed.size > 0 && this.#stages.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
        this.#arm();
      } catch (error) {
        log("error", "correlator.alarm_failed", { route: this.#route, error: errorText(error) });
        this.#alarm.armBy(this.#stages.now() + BACKSTOP_MS);
      }
    }

    /** Does what is due, so much at a time, and takes up what is owed. */
    #resume(): void {
      const now = this.#stages.now();
      if ((this.#tables.nextDue() ?? Number.POSITIVE_INFINITY) <= now) this.#transaction(() => this.#core.turn(now, TURN));
      this.#owed.resume();
      this.#arm();
    }

    #take(calls: Observation[][]): undefined[] {
      this.#transaction(() => this.#core.observe(calls.flat(), this.#stages.now()));
      return calls.map(() => undefined);
    }

    /** Writes rows and what is owed for them, together, and then tells the ledgers. */
    #transaction(work: () => Effect[]): void {
      this.#copy.guard();
      try {
        const written = this.ctx.storage.transactionSync(() => {
          const owed = this.#owed.write(work());
          if (this.#core.dropped > 0) this.#noteDropped(this.#core.dropped);
          return owed;
        });
        this.#owed.take(written);
      } catch (error) {
        log("error", "correlator.rolled_back", { route: this.#route, error: errorText(error) });
        this.#tables.forget();
        throw error;
      } finally {
        this.#core.dropped = 0;
      }
      this.#arm();
    }

    /** Keeps the alarm armed for the next row that is due, and while anything is owed. */
    #arm(): void {
      const due = this.#tables.nextDue();
      if (due !== undefined) this.#alarm.armBy(Math.max(due, this.#stages.now()));
      if (this.#owed.size > 0) this.#alarm.armBy(this.#stages.now() + BACKSTOP_MS);
    }

    #noteDropped(keys: number): void {
      this.#tables.kept.set("dropped", String(this.#dropped + keys));
      this.#tables.kept.set("dropped_at", String(this.#stages.now()));
    }

    get #dropped(): number {
      return Number(this.#tables.kept.get("dropped") ?? 0);
    }

    /** If D1 is away, at the next call. */
    async #note(): Promise<void> {
      try {
        await this.#stages.note();
        this.#isNoted = true;
        this.#tables.kept.set("noted", "1");
      } catch (error) {
        log("warn", "correlator.not_noted", { route: this.#route, error: errorText(error) });
      }
    }
  };
}
