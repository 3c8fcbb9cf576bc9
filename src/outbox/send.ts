// Messages on their way to the queue: how many go in one call, and what becomes of those that it does not take.
import { errorText, log } from "../lib/log.ts";
import type { QueuedMessage, Settlement } from "./interface.ts";

// `sendBatch` takes 100 messages and 256,000 bytes (developers.cloudflare.com/queues/platform/limits).
const SEND_MESSAGES = 100;
const SEND_BYTES = 240_000;
const PAUSE_MS = 1_000;

/** Splits messages into calls that the queue takes, in order. */
export function batches(messages: QueuedMessage[]): QueuedMessage[][] {
  const found: QueuedMessage[][] = [];
  let size = 0;
  for (const message of messages) {
    const bytes = (message.body?.length ?? 0) * 3 + 1_000;
    const last = found.at(-1);
    if (!last || last.length >= SEND_MESSAGES || size + bytes > SEND_BYTES) {
      found.push([message]);
      size = bytes;
    } else {
      last.push(message);
      size += bytes;
    }
  }
  return found;
}

/** Sends all of them. What the queue does not take is settled as not attempted, after a moment. Never throws. */
export async function sendAll(
  messages: QueuedMessage[],
  destination: string,
  { send, now }: { send(messages: { body: QueuedMessage }[]): Promise<void>; now(): number },
  settle: (settlements: Settlement[]) => Promise<unknown>,
): Promise<void> {
  for (const batch of batches(messages)) {
    try {
      await send(batch.map((body) => ({ body })));
    } catch (error) {
      log("warn", "outbox.send_failed", { destination, messages: batch.length, error: errorText(error) });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const outcome = { kind: "retry", reason: "not_attempted" } as const;
      const settlements = batch.map(({ id, slot, attempt }) => ({ id, slot, attempt, outcome, at: now(), ms: 0 }));
      // What cannot even be noted is found again when its lease ends.
      await settle(settlements).catch((failed) => log("warn", "outbox.settle_failed", { destination, error: errorText(failed) }));
    }
  }
}
