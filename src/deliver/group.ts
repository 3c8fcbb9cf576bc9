// One destination's messages of one batch: a few at a time, each answer settled at once, together with those that came meanwhile.
import type { DestinationConfig } from "../config/model.ts";
import type { Destination } from "../destinations/destination.ts";
import { errorText, flushLog, log } from "../lib/log.ts";
import { outboxName } from "../lib/names.ts";
import type { OutboxCalls, QueuedMessage, Settlement } from "../outbox/interface.ts";
import { attempt } from "./attempt.ts";
import { SettleLoop } from "./settle-loop.ts";

/** What delivering needs from the platform. */
export interface DeliverStages {
  destination(name: string): Promise<{ config: DestinationConfig; adapter: Destination } | undefined>;
  outbox(name: string): OutboxCalls;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** What links in messages are signed by; undefined where there is nothing. */
  linkSecret(): Promise<string | undefined>;
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
  const settling = new SettleLoop((settlements) => stages.outbox(outboxName(destination)).settle(settlements), destination);
  const waiting = [...messages];
  let stopped = false;
  const worker = async () => {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      const next = message;
      const settlement = await settling.attempt(async () =>
        stopped ? notAttempted(next, stages.now()) : attemptSafely(destination, next, stages),
      );
      settling.due();
      // One that is silent, or asks to wait, would say the same to the rest: they go back and keep their turn.
      const outcome = settlement?.outcome;
      if (outcome?.kind === "unknown" || (outcome?.kind === "retry" && outcome.reason === "rate_limited")) stopped = true;
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, messages.length) }, worker));
  flushLog();
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
