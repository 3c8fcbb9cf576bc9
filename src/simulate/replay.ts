// Stored alerts through rules: those that are in effect, or others. What repeats without an end is told once, so that an alert that nobody ever
// took does not drown the rest.
import type { Config, Route, Silence } from "../config/model.ts";
import type { StoredHistory } from "../ledger/interface.ts";
import type { Source } from "../sources/source.ts";
import { stepsOf } from "./history.ts";
import { Simulation } from "./simulation.ts";

/** What stored alerts are replayed through. */
export interface ReplayRules {
  config: Pick<Config, "version" | "routes" | "lists" | "inhibitions">;
  silences: readonly Silence[];
}

/** Replays alerts in the order in which things happened, and lets what waits have its time until `until` (Unix ms). */
export function replay(
  histories: readonly StoredHistory[],
  { config, silences }: ReplayRules,
  sources: ReadonlyMap<string, Source>,
  until: number,
): Simulation {
  // A route that is disabled takes nothing.
  const routes = config.routes.filter(({ enabled }) => enabled).map(withoutRepeats);
  const simulation = new Simulation({ config: { ...config, routes }, silences, sources });
  const names = new Set(routes.map(({ name }) => name));
  const steps = histories.filter(({ alert }) => names.has(alert.route)).flatMap(stepsOf);
  // Stable: what came at the same moment stays in its order.
  const ordered = steps.toSorted((left, right) => left.replayed.receivedAt - right.replayed.receivedAt);
  for (const { replayed, isOwn } of ordered) simulation.replay(replayed.alert.route, replayed, isOwn);
  simulation.until(until);
  return simulation;
}

/** A route whose escalations come to an end. */
export const withoutRepeats = (route: Route): Route => ({
  ...route,
  rules: route.rules.map((rule) => (rule.escalate ? { ...rule, escalate: rule.escalate.map(({ everyMs: _, ...step }) => step) } : rule)),
});
