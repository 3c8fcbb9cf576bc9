// Reads the configuration from D1.
import type { Config } from "../config/model.ts";
import type { Registries } from "../config/route.ts";
import { type ConfigRows, parseRows, type RowOptions, type TableRows } from "../config/rows.ts";
import type { SilenceRow } from "../config/silence.ts";
import { OPEN_SILENCES } from "./silences.ts";

/** What is needed of a D1 binding here. */
export type ConfigDatabase = Pick<D1Database, "prepare" | "batch">;

/** The queries that read the whole configuration, in the order that `readRows` expects. */
export const CONFIG_QUERIES = [
  "SELECT version, silences FROM config_version",
  "SELECT key, value FROM relay ORDER BY key",
  "SELECT name, type, settings FROM destinations ORDER BY name",
  "SELECT name, id, source, enabled, settings, rules FROM routes ORDER BY name",
  "SELECT name, type, settings FROM enrichers ORDER BY name",
  "SELECT name, items FROM lists ORDER BY name",
  "SELECT name, settings FROM inhibitions ORDER BY name",
] as const;

/** The rows of one configuration from what each query answered. */
export function rowsOfAnswers(answers: readonly (readonly unknown[])[]): ConfigRows {
  const [version = [], relay = [], destinations = [], routes = [], enrichers = [], lists = [], inhibitions = []] = answers;
  const tables = { relay, destinations, routes, enrichers, lists, inhibitions } as unknown as TableRows;
  return { version: versionOf(version), ...tables };
}

/** The configuration as of now, with the silences that have not ended: one batch, so that its parts belong together. */
export async function loadConfig(db: ConfigDatabase, registries: Registries, options?: RowOptions): Promise<Config> {
  const batch = await db.batch([...CONFIG_QUERIES, OPEN_SILENCES].map((sql) => db.prepare(sql)));
  const answers = batch.map(({ results }) => results);
  const silences = (answers[CONFIG_QUERIES.length] ?? []) as unknown as SilenceRow[];
  return parseRows({ ...rowsOfAnswers(answers), silences, silenced: countOf(answers[0]?.[0], "silences") }, registries, options);
}

/** The number that grows with every change of the configuration. */
export async function configVersion(db: ConfigDatabase): Promise<number> {
  return versionOf([await db.prepare(CONFIG_QUERIES[0]).first()]);
}

/** The number that grows with every change of the configuration or of a silence. */
export async function changesOf(db: ConfigDatabase): Promise<number> {
  const row = await db.prepare(CONFIG_QUERIES[0]).first();
  return versionOf([row]) + countOf(row, "silences");
}

/** The version in the rows of its query. */
export const versionOf = (rows: readonly unknown[] | undefined): number => countOf(rows?.[0], "version");
const countOf = (row: unknown, column: "version" | "silences"): number => Number(Object(row)[column] ?? 0);
