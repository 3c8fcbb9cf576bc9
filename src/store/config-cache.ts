// The configuration as this isolate last read it. A copy is fresh for a moment, so that a route look-up costs no read under
// load; a change by `apply` or by hand is in effect within 5 s; and when D1 does not answer, a copy of any age serves.
import type { Config, DestinationConfig, EnricherConfig, Route } from "../config/model.ts";
import { errorText, log } from "../lib/log.ts";

/** A copy younger than this is used as it is. */
const FRESH_MS = 2_000;
/** An unknown UUID makes us look again if the copy is older than this: a new route must not wait, a scan must not cost a read each. */
const UNKNOWN_MS = 500;

/** A configuration with its look-ups. */
export interface LoadedConfig {
  config: Config;
  /** By the path's UUID. */
  routeById: ReadonlyMap<string, Route>;
  /** By former UUIDs, of which each has its time. */
  routeByFormerId: ReadonlyMap<string, { route: Route; untilMs: number }>;
  routeByName: ReadonlyMap<string, Route>;
  destinationByName: ReadonlyMap<string, DestinationConfig>;
  enricherByName: ReadonlyMap<string, EnricherConfig>;
}

/** How the cache reads: how many changes there were is one row; the whole is read when that moved. */
export interface ConfigReader {
  changes(db: D1Database): Promise<number>;
  load(db: D1Database): Promise<Config>;
}

/** Thrown when there is no copy at all and D1 does not answer: 503, never 404. */
export class ConfigUnavailable extends Error {}

/** One isolate's copy of the configuration. */
export class ConfigCache {
  readonly #reader: ConfigReader;
  #loaded: LoadedConfig | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(reader: ConfigReader) {
    this.#reader = reader;
  }

  /** The configuration, read again if the copy is no longer fresh. */
  async get(db: D1Database, now = Date.now()): Promise<LoadedConfig> {
    if (this.#loaded && now - this.#checkedAt < FRESH_MS) return this.#loaded;
    return this.#refresh(db, now);
  }

  /** The configuration as it is now: for people, who look right after they changed it. One row more than `get`. */
  async latest(db: D1Database, now = Date.now()): Promise<LoadedConfig> {
    return this.#refresh(db, now);
  }

  /** The route of a path, looked up again when this copy does not know it; undefined when there is none. `id` in lower case. */
  async route(db: D1Database, id: string, now = Date.now()): Promise<Route | undefined> {
    const loaded = await this.get(db, now);
    const known = routeAt(loaded, id, now);
    if (known || now - this.#checkedAt < UNKNOWN_MS) return known;
    return routeAt(await this.#refresh(db, now), id, now);
  }

  // Concurrent requests may each read here: sharing a read between requests is what the platform forbids.
  async #refresh(db: D1Database, now: number): Promise<LoadedConfig> {
    try {
      const changes = this.#loaded && (await this.#reader.changes(db));
      if (!this.#loaded || changes !== this.#loaded.config.changes) this.#loaded = indexed(await this.#reader.load(db));
      this.#checkedAt = now;
    } catch (error) {
      log("warn", "config.unavailable", { error: errorText(error), serving: this.#loaded?.config.version ?? null });
      if (!this.#loaded) throw new ConfigUnavailable("the configuration could not be read");
      // Not again for each request: D1 is in trouble.
      this.#checkedAt = now;
    }
    return this.#loaded;
  }
}

/** A former id that has had its time is as unknown as any other. */
function routeAt({ routeById, routeByFormerId }: LoadedConfig, id: string, now: number): Route | undefined {
  const former = routeByFormerId.get(id);
  return routeById.get(id) ?? (former && now < former.untilMs ? former.route : undefined);
}

function indexed(config: Config): LoadedConfig {
  for (const { kind, name, problem } of config.broken) log("error", "config.broken", { kind, name, problem });
  return {
    config,
    routeById: new Map(config.routes.map((route) => [route.id, route])),
    routeByFormerId: new Map(
      config.routes.flatMap((route) => (route.formerIds ?? []).map(({ id, untilMs }) => [id, { route, untilMs }] as const)),
    ),
    routeByName: new Map(config.routes.map((route) => [route.name, route])),
    destinationByName: new Map(config.destinations.map((destination) => [destination.name, destination])),
    enricherByName: new Map(config.enrichers.map((enricher) => [enricher.name, enricher])),
  };
}
