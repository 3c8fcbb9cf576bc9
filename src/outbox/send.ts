// How many messages go in one call to the queue.
import type { QueuedMessage } from "./interface.ts";

// `sendBatch` takes 100 messages and 256,000 bytes (developers.cloudflare.com/queues/platform/limits).
const SEND_MESSAGES = 100;
const SEND_BYTES = 240_000;

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
