// The queue's consumer. The batch is let go at once and the POSTs go on in waitUntil: the outbox's row is the record, so a
// message that dies here is sent again from there, and a chat that hangs holds neither the next batch nor the others in this one.

import { isProbe, type QueueProbe } from "../lib/queue-probe.ts";
import type { QueuedMessage } from "../outbox/interface.ts";
import { type DeliverStages, deliverGroup } from "./group.ts";

/** Connections that one invocation may have open at once: a limit of the platform. */
const CONNECTIONS = 6;

/** Delivers a batch: acknowledges all of it, and settles each destination's messages with its outbox. */
export function consume(
  batch: MessageBatch<QueuedMessage | QueueProbe>,
  stages: DeliverStages & { probed(probe: QueueProbe): Promise<void> },
  waitUntil: (promise: Promise<unknown>) => void,
): void {
  const groups = new Map<string, QueuedMessage[]>();
  for (const { body } of batch.messages) {
    if (isProbe(body)) {
      waitUntil(stages.probed(body));
      continue;
    }
    const group = groups.get(body.destination);
    if (group) group.push(body);
    else groups.set(body.destination, [body]);
  }
  // Shared out, so that a destination that hangs leaves connections to the others.
  const each = Math.max(1, Math.floor(CONNECTIONS / groups.size));
  for (const [destination, messages] of groups) waitUntil(deliverGroup(destination, messages, each, stages));
  batch.ackAll();
}
