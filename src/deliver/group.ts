// One destination's messages of one batch: a few at a time, each answer settled at once, together with those that came meanwhile.
import type { DestinationConfig } from "../config/model.ts";
import type { Destination } from "../destinations/destination.ts";
import { errorText, log } from "../lib/log.ts";
import { outboxName } from "../lib/names.ts";
import type { OutboxCalls, QueuedMessage, Settlement } from "../outbox/interface.ts";
import { attempt } from "./attempt.ts";

/** What delivering needs from the platform. */
export interface DeliverStages {
  destination(name: string): Promise<{ config: DestinationConfig; adapter: Destination } | undefined>;
  outbox(name: string): OutboxCalls;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** The Worker's bindings: secrets, and what a BindingTransport needs. */
  bindings: Record<string, unknown>;
  now(): number;
}

/** Delivers and settles. Never throws: what cannot be settled is found again by the outbox when the lease ends. */
export async function deliverGroup(
  destination: string,
  messages: QueuedMessage[],
  connections: number,
  stages: DeliverStages,
): Promise<void> {
  const settling = new SettleLoop(destination, stages);
  const waiting = [...messages];
  let stopped = false;
  const worker = async () => {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      if (stopped) {
        settling.add(notAttempted(message, stages.now()));
        continue;
      }
      const settlement = await attemptSafely(destination, message, stages);
      if (!settlement) continue;
      settling.add(settlement);
      // One that is silent, or asks to wait, would say the same to the rest: they go back and keep their turn.
      const { outcome } = settlement;
      if (outcome.kind === "unknown" || (outcome.kind === "retry" && outcome.reason === "rate_limited")) stopped = true;
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, messages.length) }, worker));
  await settling.finished();
}

async function attemptSafely(destination: string, message: QueuedMessage, stages: DeliverStages): Promise<Settlement | undefined> {
  // The outbox has given it up for lost and sends it again: sending it here too would show it twice.
  if (stages.now() > message.leaseUntil) return undefined;
  try {
    const found = await stages.destination(destination);
    // The outbox ends what belongs to a removed destination.
    if (!found) return notAttempted(message, stages.now());
    const body = message.body ?? (await stages.outbox(outboxName(destination)).body(message.slot, message.attempt));
    if (body === undefined) return undefined;
    return await attempt({ ...message, body }, found, stages);
  } catch (error) {
    log("error", "deliver.failed", { destination, delivery: message.id, error: errorText(error) });
    return notAttempted(message, stages.now());
  }
}

const notAttempted = (message: QueuedMessage, now: number): Settlement => ({
  id: message.id,
  slot: message.slot,
  attempt: message.attempt,
  outcome: { kind: "retry", reason: "not_attempted" },
  at: now,
  ms: 0,
});

/** One settle call at a time; answers that come meanwhile ride on the next. */
class SettleLoop {
  readonly #destination: string;
  readonly #stages: DeliverStages;
  #owed: Settlement[] = [];
  #running: Promise<void> | undefined;

  constructor(destination: string, stages: DeliverStages) {
    this.#destination = destination;
    this.#stages = stages;
  }

  add(settlement: Settlement): void {
    this.#owed.push(settlement);
    this.#running ??= this.#run();
  }

  async finished(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Answers that come in the same tick settle together.
    await Promise.resolve();
    while (this.#owed.length > 0) {
      const settlements = this.#owed;
      this.#owed = [];
      await this.#settle(settlements);
    }
    this.#running = undefined;
  }

  async #settle(settlements: Settlement[]): Promise<void> {
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        await this.#stages.outbox(outboxName(this.#destination)).settle(settlements);
        return;
      } catch (error) {
        log("warn", "deliver.settle_failed", { destination: this.#destination, settlements: settlements.length, error: errorText(error) });
        await new Promise((resolve) => setTimeout(resolve, 100 * 4 ** tries));
      }
    }
  }
}
