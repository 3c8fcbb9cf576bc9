// What the outbox needs, out of the Worker's bindings.
import type { BudgetCalls } from "../budget/interface.ts";
import type { DestinationConfig } from "../config/model.ts";
import type { Destination, Notice } from "../destinations/destination.ts";
import { errorText, log } from "../lib/log.ts";
import { budgetName, outboxName } from "../lib/names.ts";
import type { ConfigCache, LoadedConfig } from "../store/config-cache.ts";
import { noteObject } from "../store/objects.ts";
import { projectDeliveries } from "../store/projection.ts";
import type { Target } from "./core.ts";
import type { OutboxCalls, QueuedMessage } from "./interface.ts";
import type { OutboxStages } from "./object.ts";
import { sharingWith } from "./sharing.ts";

/** The bindings that an outbox uses. */
export interface OutboxBindings {
  DB: D1Database;
  DELIVERIES: Queue<QueuedMessage>;
  OUTBOX: { getByName(name: string): OutboxCalls };
  BUDGET: { getByName(name: string): BudgetCalls };
  LOCAL?: string;
}

/** Destinations that are asked to tell a word, one after the other, until one takes it. */
const MOST_ASKED = 5;

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
      made = { from, target: targetOf(from, destination, adapters), budget: sharedBudget(from, destination, adapters) };
    return made;
  };

  return {
    target: async () => (await current()).target,
    send: async (messages) => {
      await env.DELIVERIES.sendBatch(messages);
    },
    project: (records) => projectDeliveries(env.DB, records),
    retentionMs: async () => (await config.get(env.DB)).config.relay.retentionMs,
    note: () => noteObject(env.DB, outboxName(destination)),
    budget: () => {
      const { target, budget } = made ?? {};
      const shared = typeof target === "object" ? target.adapter.shared : undefined;
      if (typeof target !== "object" || !shared || budget === undefined) return undefined;
      const { priority } = target.config;
      return (request) => env.BUDGET.getByName(budget).take({ ...request, destination, priority, pace: shared.pace });
    },
    standIn: (to, messages) => env.OUTBOX.getByName(outboxName(to)).standIn(destination, messages),
    announce: async (notice, before) => {
      const { from } = await current();
      for (const name of tellers(from, destination, before, adapters).slice(0, MOST_ASKED)) {
        if (await tells(env.OUTBOX.getByName(outboxName(name)), name, notice)) return name;
      }
      return undefined;
    },
    now: Date.now,
    random: Math.random,
    // The local queue is memory; a real one keeps its messages across a restart of ours.
    queueDiesWithProcess: env.LOCAL === "1",
  };
}

function targetOf(loaded: LoadedConfig, destination: string, adapters: ReadonlyMap<string, Destination>): Target | "removed" | "broken" {
  const found = loaded.destinationByName.get(destination);
  const adapter = found && adapters.get(found.type);
  if (found && adapter) {
    return {
      config: found,
      adapter,
      can: adapter.can(found.settings),
      relayUrl: loaded.config.relay.url,
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

/** Who may tell that this destination has trouble: who told the last word, who takes over, then by priority, chats of another kind first. */
function tellers(
  { config, destinationByName }: LoadedConfig,
  destination: string,
  before: string | undefined,
  adapters: ReadonlyMap<string, Destination>,
): string[] {
  const own = destinationByName.get(destination);
  const far = ({ type, settings }: DestinationConfig): number => {
    const record = adapters.get(type)?.can(settings).record ? 2 : 0;
    return record + (type === own?.type ? 1 : 0);
  };
  const others = config.destinations
    .filter(({ name }) => name !== destination)
    .sort((left, right) => right.priority - left.priority || far(left) - far(right) || (left.name < right.name ? -1 : 1))
    .map(({ name }) => name);
  const first = [before, own?.failover?.to].filter((name) => name !== undefined && others.includes(name)) as string[];
  return [...new Set([...first, ...others])];
}

/** Gives a word to a destination that is well. Answers whether it took it. */
async function tells(outbox: OutboxCalls, name: string, notice: Notice): Promise<boolean> {
  try {
    const { brokenSince, disabled } = await outbox.status();
    if (brokenSince !== undefined || disabled) return false;
    await outbox.announce(notice);
    return true;
  } catch (error) {
    log("warn", "outbox.announce_failed", { destination: name, error: errorText(error) });
    return false;
  }
}
