// The stages below the ledger, for one route: configuration, the source's API, enrichers, the outboxes, the projection.
import type { DetailRef, Indicator } from "../alert.ts";
import type { Route } from "../config/model.ts";
import { resolveSecrets, secretReferences } from "../config/secret.ts";
import type { CorrelatorCalls } from "../correlator/interface.ts";
import type { EnricherCalls, LookupAnswer, VerdictAnswer } from "../enricher/interface.ts";
import type { Enricher } from "../enrichers/enricher.ts";
import type { LedgerStages, PlannedEnricher, Planner } from "../ledger/stages.ts";
import { errorText, log } from "../lib/log.ts";
import { correlatorName, enricherName, outboxName } from "../lib/names.ts";
import type { OutboxCalls } from "../outbox/interface.ts";
import type { Source } from "../sources/source.ts";
import type { ConfigCache, LoadedConfig } from "../store/config-cache.ts";
import { noteObject } from "../store/objects.ts";
import { projectAlerts } from "../store/projection.ts";
import { plannerOf } from "./planner.ts";

/** What the stages need of the Worker's bindings. */
export interface ProcessBindings {
  DB: D1Database;
  OUTBOX: { getByName(name: string): OutboxCalls };
  ENRICHER: { getByName(name: string): EnricherCalls };
  CORRELATOR: { getByName(name: string): CorrelatorCalls };
}

/** Keeps a small text across restarts, e.g. the route as it last was. */
export interface Keeper {
  kept(key: string): string | undefined;
  keep(key: string, value: string): void;
}

/** The registries of those who can be asked. */
export interface Askable {
  sources: ReadonlyMap<string, Source>;
  enrichers: ReadonlyMap<string, Enricher>;
}

/** Makes a ledger's stages. `keeper` holds the route as it last was, so that a removed route's open events are finished. */
export function stagesOf(
  env: ProcessBindings,
  routeName: string,
  objectName: string,
  keeper: Keeper,
  config: ConfigCache,
  { sources, enrichers }: Askable,
): LedgerStages {
  let planned: { from: LoadedConfig; route: Route; planner: Planner } | undefined;

  const currentRoute = (from: LoadedConfig): Route => {
    const route = from.routeByName.get(routeName);
    if (route) return route;
    const kept = keeper.kept("route");
    if (!kept) throw new Error("the route is not configured and was never seen");
    return JSON.parse(kept);
  };

  const planner = async (isLatest = false): Promise<Planner> => {
    const from = isLatest ? await config.latest(env.DB) : await config.get(env.DB);
    if (planned?.from !== from) {
      const route = currentRoute(from);
      if (keeper.kept("route") === undefined) await noteObject(env.DB, objectName);
      // Without its path, which is a credential and opens nothing here.
      if (planned?.route !== route) keeper.keep("route", JSON.stringify({ ...route, id: "", formerIds: undefined }));
      const { lists, inhibitions, silences, version: revision } = from.config;
      const surroundings = {
        revision,
        lists,
        inhibitions,
        silences,
        canEnrich: apiOf(route, sources, env) !== undefined,
        writesBack: apiOf(route, sources, env) !== undefined && sources.get(route.source)?.writeBack?.isWanted(route.settings) === true,
        enrichers: route.enrich ? enrichersOf(route.enrich, from, enrichers) : [],
      };
      planned = { from, route, planner: plannerOf(route, surroundings) };
    }
    return planned.planner;
  };

  return {
    planner,
    now: () => Date.now(),
    lookup: async (ref, since) => {
      try {
        const route = planned?.route ?? currentRoute(await config.get(env.DB));
        return await lookup(env, route, sources, ref, since);
      } catch (error) {
        // An object that was reset, or a binding in trouble: asked again later, the alert goes out meanwhile.
        return { kind: "missing", reason: `the source's API could not be asked (${errorText(error)})`, final: false };
      }
    },
    verdicts: async (name, indicators) => {
      try {
        return await verdicts(env, name, indicators, await config.get(env.DB), enrichers);
      } catch (error) {
        const answer: VerdictAnswer = {
          kind: "later",
          afterMs: 0,
          reason: `${name} could not be asked (${errorText(error)})`,
          failed: true,
        };
        return indicators.map(() => answer);
      }
    },
    writeBack: async (change) => {
      try {
        const route = planned?.route ?? currentRoute(await config.get(env.DB));
        const api = apiOf(route, sources, env);
        if (!api) return { kind: "failed", reason: "the route has no API configured", final: true };
        return await env.ENRICHER.getByName(enricherOf(api)).write({ source: route.source, settings: route.settings, change });
      } catch (error) {
        return { kind: "failed", reason: `the source's API could not be told (${errorText(error)})`, final: false };
      }
    },
    handOver: (destination, messages) => env.OUTBOX.getByName(outboxName(destination)).enqueue(messages),
    observe: (observations) => env.CORRELATOR.getByName(correlatorName(routeName)).observe(observations),
    project: (alerts) => projectAlerts(env.DB, alerts),
  };
}

/** The object that asks this API with this key. */
export function enricherOf({ base, secretName }: { base: string; secretName: string }): string {
  // A plain value for a token (local only) must not become part of a name.
  return enricherName(new URL(base).origin, secretName.startsWith("secret:") ? secretName : "plain");
}

/** Where the route's API is, and which secret signs in; undefined when the route configures none. */
export function apiOf(
  route: Pick<Route, "source" | "settings">,
  sources: ReadonlyMap<string, Source>,
  env: object,
): { base: string; secretName: string } | undefined {
  const source = sources.get(route.source);
  const api = source?.enrichment?.api(resolveSecrets(route.settings, env).settings);
  if (!api) return undefined;
  const { token, password } = Object(route.settings);
  const key: unknown = token ?? password;
  return { base: api.base, secretName: typeof key === "string" ? key : "" };
}

async function lookup(
  env: ProcessBindings,
  route: Route,
  sources: ReadonlyMap<string, Source>,
  ref: DetailRef,
  since: number,
): Promise<LookupAnswer> {
  const api = apiOf(route, sources, env);
  if (!api) return { kind: "missing", reason: "the route has no API configured", final: true };
  return env.ENRICHER.getByName(enricherOf(api)).lookup({
    source: route.source,
    settings: route.settings,
    console: route.console,
    severityMap: route.severityMap,
    mask: route.mask,
    ref,
    since,
  });
}

/** The enrichers of these names, as far as they are configured. */
function enrichersOf(names: readonly string[], loaded: LoadedConfig, adapters: ReadonlyMap<string, Enricher>): PlannedEnricher[] {
  return names.flatMap((name) => {
    const found = loaded.enricherByName.get(name);
    const adapter = found && adapters.get(found.type);
    return found && adapter ? { name, label: adapter.label, takes: adapter.takes, except: found.except } : [];
  });
}

async function verdicts(
  env: ProcessBindings,
  name: string,
  indicators: Indicator[],
  loaded: LoadedConfig,
  adapters: ReadonlyMap<string, Enricher>,
): Promise<VerdictAnswer[]> {
  const found = loaded.enricherByName.get(name);
  const adapter = found && adapters.get(found.type);
  if (!found || !adapter) return indicators.map(() => ({ kind: "none", reason: `the enricher ${name} is not configured any more` }));
  const { type, rate, settings } = found;
  const { origin } = new URL(adapter.api(resolveSecrets(settings, env).settings).base);
  // A plain value for a key (local only) must not become part of a name.
  const [secretName = "plain"] = secretReferences(settings);
  const object = enricherName(origin, secretName);
  await noteEnricher(env.DB, object);
  return env.ENRICHER.getByName(object).verdicts({ enricher: type, settings, rate, indicators });
}

/** Enrichers that this isolate knows to be noted. */
const noted = new Set<string>();

/** Notes that there is such an enricher, which keeps verdicts, for the sweep and for who erases; if D1 is away, at the next question. */
async function noteEnricher(db: D1Database, object: string): Promise<void> {
  if (noted.has(object)) return;
  try {
    await noteObject(db, object);
    noted.add(object);
  } catch (error) {
    log("warn", "enricher.not_noted", { error: errorText(error) });
  }
}
