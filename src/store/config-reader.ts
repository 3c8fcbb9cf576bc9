// Reads the configuration from D1.
import type { Config } from "../config/model.ts";
import type { Registries } from "../config/route.ts";
import { type DestinationRow, type EnricherRow, parseRows, type RelayRow, type RouteRow, type RowOptions } from "../config/rows.ts";

/** What is needed of a D1 binding here. */
export type ConfigDatabase = Pick<D1Database, "prepare" | "batch">;

/** The queries that read the whole configuration, in the order that `loadConfig` expects. */
export const CONFIG_QUERIES = [
  "SELECT version FROM config_version",
  "SELECT key, value FROM relay ORDER BY key",
  "SELECT name, type, settings FROM destinations ORDER BY name",
  "SELECT name, id, source, enabled, settings, rules FROM routes ORDER BY name",
  "SELECT name, type, settings FROM enrichers ORDER BY name",
] as const;

/** The configuration as of now: one batch, so that its parts belong together. */
export async function loadConfig(db: ConfigDatabase, registries: Registries, options?: RowOptions): Promise<Config> {
  const [version, relay, destinations, routes, enrichers] = await db.batch(CONFIG_QUERIES.map((sql) => db.prepare(sql)));
  const rows = {
    version: versionOf(version?.results),
    relay: (relay?.results ?? []) as unknown as RelayRow[],
    destinations: (destinations?.results ?? []) as unknown as DestinationRow[],
    routes: (routes?.results ?? []) as unknown as RouteRow[],
    enrichers: (enrichers?.results ?? []) as unknown as EnricherRow[],
  };
  return parseRows(rows, registries, options);
}

/** The number that grows with every change of the configuration. */
export async function configVersion(db: ConfigDatabase): Promise<number> {
  return versionOf([await db.prepare(CONFIG_QUERIES[0]).first()]);
}

/** The version in the rows of its query. */
export const versionOf = (rows: readonly unknown[] | undefined): number => Number(Object(rows?.[0]).version ?? 0);
