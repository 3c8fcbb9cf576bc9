// The real outbox in Node: its rows in memory, a clock that the caller moves, and a queue that delivers at once. What the object
// does around it (RPC, alarms, the projection) is left out.
import type { Alert } from "../../../src/alert.ts";
import type { DestinationConfig } from "../../../src/config/model.ts";
import type { Answer, Destination, HttpTransport, Outgoing } from "../../../src/destinations/destination.ts";
import { OpenSet } from "../../../src/lib/open-set.ts";
import { Allowance } from "../../../src/outbox/allowance.ts";
import { Breaker } from "../../../src/outbox/breaker.ts";
import { OutboxCore, type Target } from "../../../src/outbox/core.ts";
import { bodyInFlight, dispatch, nextTurn } from "../../../src/outbox/dispatch.ts";
import { Health } from "../../../src/outbox/health.ts";
import type { DestinationCounts, QueuedMessage, Settlement } from "../../../src/outbox/interface.ts";
import { planVersions } from "../../../src/outbox/plan.ts";
import { expireLeases, settle } from "../../../src/outbox/settle.ts";
import { OutboxTables } from "../../../src/outbox/tables.ts";
import { Tally } from "../../../src/outbox/tally.ts";
import type { DeliveryOutcome } from "../../../src/outcome.ts";
import { MemoryStorage } from "./sqlite.ts";

/** A clock that stands still until it is moved, Unix ms. */
export interface StillClock {
  now: number;
}

/** Where an outbox delivers to: its settings have their secrets in them. */
export interface Surroundings {
  config: DestinationConfig;
  adapter: Destination;
  clock: StillClock;
  /** Of a Worker, for a custom transport. */
  bindings: Record<string, unknown>;
  relayUrl: string;
}

/** One attempt, as it was made. */
export interface Attempted {
  message: QueuedMessage & { body: string };
  outcome: DeliveryOutcome;
  status?: number;
}

const RANDOM = 0.5;

/** One destination's outbox. */
export class NodeOutbox {
  readonly #storage = new MemoryStorage();
  readonly #around: Surroundings;
  #core: OutboxCore;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#core = this.#restarted();
  }

  /** The destination's books. */
  get counts(): DestinationCounts {
    return this.#core.counts;
  }

  /** Everything in memory is lost, as when the object is evicted: what it knows then stands in its rows. */
  restart(): void {
    this.#core = this.#restarted();
  }

  /** Takes versions of an alert and delivers what may go before `until`, moving the clock as far as the pace asks for. */
  async show(alert: Alert, versions: number[], until: number): Promise<Attempted[]> {
    const { clock } = this.#around;
    const attempts: Attempted[] = [];
    let queued = this.#transaction((core) => planVersions(core, { alert, versions }, clock.now));
    for (;;) {
      for (const message of queued) attempts.push(await this.#deliver(message));
      const settlements = attempts.slice(-queued.length).map(settlementOf(clock.now));
      queued = this.#transaction((core) => {
        for (const settlement of queued.length > 0 ? settlements : []) settle(core, settlement, clock.now, RANDOM);
      });
      if (queued.length > 0) continue;
      const turn = nextTurn(this.#core, clock.now);
      if (turn === undefined || turn >= until) return attempts;
      clock.now = Math.max(clock.now + 1, Math.ceil(turn));
      queued = this.#transaction(() => {});
    }
  }

  #restarted(): OutboxCore {
    const { config, adapter, relayUrl } = this.#around;
    const tables = new OutboxTables(this.#storage.sql);
    const meta = tables.meta();
    const core = new OutboxCore(config.name, tables, {
      open: new OpenSet(this.#storage.sql, meta.open),
      health: new Health(meta.health),
      breaker: new Breaker(meta.breaker),
      allowance: new Allowance(),
      counts: meta.counts,
      digest: meta.digest,
      tally: new Tally(meta.tally),
      memo: meta.memo,
    });
    core.target = { config, adapter, can: adapter.can(config.settings), relayUrl, rule: () => undefined } satisfies Target;
    core.health.setPace(config.rate, adapter.pace(config.settings), this.#around.clock.now);
    core.reindex();
    return core;
  }

  /** The order of things is that of the object's own transaction. */
  #transaction(change: (core: OutboxCore) => void): QueuedMessage[] {
    const core = this.#core;
    const { now } = this.#around.clock;
    return this.#storage.transaction(() => {
      change(core);
      expireLeases(core, now, RANDOM, "lease_expired");
      core.breaker.look(core.destination, core.health.saved, core.counts.pending, core.failover, now);
      core.indexTouched();
      const messages = dispatch(core, now);
      core.writeTouched(now);
      const { counts, digest, memo, health, breaker, tally, open } = core;
      const saved = { counts, digest, memo, health: health.saved, breaker: breaker.saved, tally: tally.saved, open: open.inline() };
      core.tables.writeMeta({ ...saved, isolate: "", settings: "" });
      return messages;
    });
  }

  async #deliver(queued: QueuedMessage): Promise<Attempted> {
    const { adapter, config, clock, bindings } = this.#around;
    const body = queued.body ?? this.#bodyInFlight(queued);
    const message = { ...queued, body };
    const { id, key, attempt, action, ref, memo } = message;
    const outgoing: Outgoing = { id, key, attempt, action, ref, memo, body, at: clock.now };
    const { transport } = adapter;
    if (transport.kind === "http") return { message, ...(await post(transport, outgoing, config.settings)) };
    const means = { bindings, signal: AbortSignal.timeout(10_000), refuses: () => undefined };
    return { message, outcome: await transport.send(outgoing, { name: config.name, settings: config.settings }, means) };
  }

  #bodyInFlight({ slot: id }: QueuedMessage): string {
    const slot = this.#core.slot(id);
    const body = slot && typeof this.#core.target === "object" ? bodyInFlight(slot, this.#core.target) : undefined;
    if (body === undefined) throw new Error(`${id}: nothing is in flight`);
    return body;
  }
}

async function post(
  transport: HttpTransport<unknown>,
  outgoing: Outgoing,
  settings: unknown,
): Promise<{ outcome: DeliveryOutcome; status: number }> {
  const { url, ...request } = await transport.request(outgoing, settings);
  const response = await fetch(url, { ...request, redirect: "manual" });
  const answer: Answer = { status: response.status, headers: response.headers, body: await response.text() };
  return { outcome: transport.classify(answer, { action: outgoing.action, at: outgoing.at }), status: answer.status };
}

const settlementOf =
  (at: number) =>
  ({ message: { id, slot, attempt }, outcome, status }: Attempted): Settlement => ({ id, slot, attempt, outcome, status, at, ms: 0 });
