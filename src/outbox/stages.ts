// What the outbox needs, out of the Worker's bindings.
import type { Destination } from "../destinations/destination.ts";
import { outboxName } from "../lib/names.ts";
import type { ConfigCache } from "../store/config-cache.ts";
import { noteObject } from "../store/objects.ts";
import { projectDeliveries } from "../store/projection.ts";
import type { QueuedMessage } from "./interface.ts";
import type { OutboxStages } from "./object.ts";

/** The bindings that an outbox uses. */
export interface OutboxBindings {
  DB: D1Database;
  DELIVERIES: Queue<QueuedMessage>;
  LOCAL?: string;
}

/** Makes the stages of one destination's outbox. */
export function outboxStages(
  env: OutboxBindings,
  destination: string,
  config: ConfigCache,
  adapters: ReadonlyMap<string, Destination>,
): OutboxStages {
  return {
    target: async () => {
      const loaded = await config.get(env.DB);
      const found = loaded.destinationByName.get(destination);
      const adapter = found && adapters.get(found.type);
      if (found && adapter) return { config: found, adapter, relayUrl: loaded.config.relay.url };
      const broken = loaded.config.broken.some(({ kind, name }) => kind === "destination" && name === destination);
      return broken ? "broken" : "removed";
    },
    send: async (messages) => {
      await env.DELIVERIES.sendBatch(messages);
    },
    project: (records) => projectDeliveries(env.DB, records),
    retentionMs: async () => (await config.get(env.DB)).config.relay.retentionMs,
    note: () => noteObject(env.DB, outboxName(destination)),
    now: Date.now,
    random: Math.random,
    // The local queue is memory; a real one keeps its messages across a restart of ours.
    queueDiesWithProcess: env.LOCAL === "1",
  };
}
