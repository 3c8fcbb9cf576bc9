// What the outbox needs, out of the Worker's bindings.
import type { BudgetCalls } from "../budget/interface.ts";
import { linkSecretOf } from "../config/link-key.ts";
import type { Destination } from "../destinations/destination.ts";
import { budgetName, outboxName } from "../lib/names.ts";
import { newMarker } from "../lib/signed-link.ts";
import type { ConfigCache, LoadedConfig } from "../store/config-cache.ts";
import { noteObject } from "../store/objects.ts";
import { projectDeliveries } from "../store/projection.ts";
import type { Target } from "./core.ts";
import type { OutboxCalls, QueuedMessage } from "./interface.ts";
import type { OutboxStages } from "./object.ts";
import { sharingWith } from "./sharing.ts";
import { tell } from "./tellers.ts";

/** The bindings that an outbox uses. */
export interface OutboxBindings {
  DB: D1Database;
  DELIVERIES: Queue<QueuedMessage>;
  OUTBOX: { getByName(name: string): OutboxCalls };
  BUDGET: { getByName(name: string): BudgetCalls };
  LOCAL?: string;
}

/** Makes the stages of one destination's outbox. */
export function outboxStages(
  env: OutboxBindings,
  destination: string,
  config: ConfigCache,
  adapters: ReadonlyMap<string, Destination>,
): OutboxStages {
  let made: { from: LoadedConfig; target: Target | "removed" | "broken"; budget: string | undefined } | undefined;

  const current = async () => {
    const from = await config.get(env.DB);
    if (made?.from !== from)
      made = { from, target: targetOf(from, destination, adapters, env), budget: sharedBudget(from, destination, adapters) };
    return made;
  };

  return {
    target: async () => (await current()).target,
    send: async (messages) => {
      await env.DELIVERIES.sendBatch(messages);
    },
    project: (records) => projectDeliveries(env.DB, records),
    note: () => noteObject(env.DB, outboxName(destination)),
    budget: () => {
      const { target, budget } = made ?? {};
      const shared = typeof target === "object" ? target.adapter.shared : undefined;
      if (typeof target !== "object" || !shared || budget === undefined) return undefined;
      const { priority } = target.config;
      return (request) => env.BUDGET.getByName(budget).take({ ...request, destination, priority, pace: shared.pace });
    },
    standIn: (to, messages) => env.OUTBOX.getByName(outboxName(to)).standIn(destination, messages),
    announce: async (notice, before) =>
      tell({ notice, about: destination, before }, { loaded: (await current()).from, adapters, outboxes: env.OUTBOX }),
    now: Date.now,
    random: Math.random,
    // The local queue is memory; a real one keeps its messages across a restart of ours.
    queueDiesWithProcess: env.LOCAL === "1",
  };
}

function targetOf(
  loaded: LoadedConfig,
  destination: string,
  adapters: ReadonlyMap<string, Destination>,
  env: object,
): Target | "removed" | "broken" {
  const found = loaded.destinationByName.get(destination);
  const adapter = found && adapters.get(found.type);
  if (found && adapter) {
    return {
      config: found,
      adapter,
      can: adapter.can(found.settings),
      relayUrl: loaded.config.relay.url,
      ...(linkSecretOf(loaded.config.relay, env) === undefined ? {} : { marker: newMarker }),
      rule: (route, name) => loaded.routeByName.get(route)?.rules.find((rule) => rule.name === name),
    };
  }
  const broken = loaded.config.broken.some(({ kind, name }) => kind === "destination" && name === destination);
  return broken ? "broken" : "removed";
}

/** The budget that this destination shares with others of the same credential, by the first of their names; none when it is alone. */
function sharedBudget(loaded: LoadedConfig, destination: string, adapters: ReadonlyMap<string, Destination>): string | undefined {
  const own = loaded.destinationByName.get(destination);
  const [first] = own ? sharingWith(own, loaded.config.destinations, adapters) : [];
  return own && first !== undefined ? budgetName(own.type, first) : undefined;
}
