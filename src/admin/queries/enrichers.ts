// Enrichers as people see them: how they are configured, and who asks them.
import { rateText } from "../config-words.ts";
import type { AdminContext } from "../context.ts";
import { shownSettings } from "../mask-settings.ts";

/** One enricher, in the words of the configuration. */
export interface EnricherItem {
  name: string;
  state: "ok" | "broken";
  /** What is wrong with its configuration. */
  problem?: string;
  type?: string;
  label?: string;
  rate?: string;
  except?: string[];
  settings?: unknown;
  /** Names of the routes that ask it. */
  routes: string[];
}

/** All enrichers by name: the configured ones, and those that are broken or that a route names in vain. */
export function enricherItems({ loaded, enrichers }: Pick<AdminContext, "loaded" | "enrichers">): EnricherItem[] {
  const { config } = loaded;
  const askedBy = (name: string) => config.routes.filter((route) => route.enrich?.includes(name)).map((route) => route.name);
  const items = config.enrichers.map(({ name, type, rate, except, settings }): EnricherItem => {
    const adapter = enrichers.get(type);
    const routes = askedBy(name);
    if (!adapter) return { name, state: "broken", problem: `there is no enricher type "${type}"`, type, routes };
    const { label } = adapter;
    const shown = shownSettings(adapter.settings, settings);
    return { name, state: "ok", type, label, rate: rateText(rate ?? adapter.rate), except, settings: shown, routes };
  });
  for (const { kind, name, problem } of config.broken)
    if (kind === "enricher") items.push({ name, state: "broken", problem, routes: askedBy(name) });
  return items.sort((left, right) => (left.name < right.name ? -1 : 1));
}
