// How long what belongs to a route is kept. What is ours (that there was an alert, how it was decided, where it was shown) may
// be kept longer than what the source wrote.
import { own } from "../lib/own.ts";
import type { Relay, Route } from "./model.ts";

/** In ms. `payloadsMs`: what the source wrote; never longer than `ms`. */
export interface Retention {
  ms: number;
  payloadsMs: number;
}

/** For each route that there is or was, and for what belongs to none. */
export interface Retentions {
  routes: Record<string, Retention>;
  others: Retention;
}

/** The retention of a route, or of the relay. */
export const retentionOf = ({
  retentionMs,
  retentionPayloadsMs,
}: Pick<Relay | Route, "retentionMs" | "retentionPayloadsMs">): Retention => ({
  ms: retentionMs,
  payloadsMs: retentionPayloadsMs,
});

/** The retention of an alert, by its id or by the id of what is about it: `{route}.{...}`. */
export function retentionFor({ routes, others }: Retentions, id: string): Retention {
  const route = id.slice(0, Math.max(0, id.indexOf(".")));
  return own(routes, route) ?? others;
}

/** The shortest of all: for what holds alerts of several routes. */
export function shortestOf({ routes, others }: Retentions): Retention {
  const all = [others, ...Object.values(routes)];
  const payloadsMs = Math.min(...all.map((one) => one.payloadsMs));
  return { ms: payloadsMs, payloadsMs };
}
