// The registry of destinations: one line each.
import type { Destination } from "./destination.ts";
import discord from "./discord/destination.ts";
import inbox from "./inbox/destination.ts";
import slack from "./slack/destination.ts";
import teams from "./teams/destination.ts";
import webhook from "./webhook/destination.ts";

// Each adapter has settings of its own; behind the registry they are opaque, as only the adapter's schema makes them.
const all = [slack, discord, teams, webhook, inbox] as unknown as readonly Destination[];

/** Every destination kind by its type. */
export const destinations: ReadonlyMap<string, Destination> = new Map(all.map((one) => [one.type, one]));
