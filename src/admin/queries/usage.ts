// What of the platform's daily limits was used today, as the watch estimates it.
import type * as z from "zod";
import { readUpkeep } from "../../store/upkeep.ts";
import { dayOf, FREE_PLAN, type Usage as Sums, usageOf } from "../../watch/budget.ts";
import type { Memory } from "../../watch/survey.ts";
import { WATCH_MEMORY } from "../../watch/watch.ts";
import type { usage } from "../answers/settings.ts";
import type { Relay } from "../context.ts";
import { type Reading, readObjects } from "./objects.ts";

/** What was used. */
export type Usage = z.output<typeof usage>;

/** Reads it; the objects are asked only where somebody counts. */
export async function readUsage(relay: Relay): Promise<Usage> {
  const { plan = "paid" } = relay.loaded.config.relay;
  const now = relay.now();
  const day = dayOf(now);
  if (plan !== "free") return { plan, day, items: null };
  const [memory, reading] = await Promise.all([readUpkeep<Partial<Memory>>(relay.env.DB, WATCH_MEMORY), readObjects(relay)]);
  const before = memory?.day?.date === day ? memory.day.before : undefined;
  return { plan, day, items: before && reading.unreachable.length === 0 ? usedSince(before, reading, now) : null };
}

function usedSince(before: Sums, { ledgers, outboxes, correlators }: Reading, now: number): Usage["items"] {
  const used = usageOf({ ledgers: ledgers.map(({ route, after }) => ({ route, books: after })), outboxes, correlators, now });
  return (Object.keys(FREE_PLAN) as (keyof Sums)[]).map((name) => ({
    name,
    used: Math.max(0, used[name] - before[name]),
    limit: FREE_PLAN[name],
  }));
}
