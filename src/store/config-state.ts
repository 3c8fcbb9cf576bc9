// Everything that a plan is made from: the rows, and the revision that was applied last.
import type { TableRows } from "../config/rows.ts";
import { CONFIG_QUERIES, type ConfigDatabase, rowsOfAnswers } from "./config-reader.ts";
import type { Origin } from "./config-rows.ts";

/** A revision as its row has it. `source`: the file's text. */
export interface Revision {
  revision: number;
  applied_at: string;
  hash: string;
  origin: Origin;
  author: string | null;
  source: string;
}

/** The configuration in D1 as of one moment. */
export interface ConfigState {
  rows: TableRows;
  /** Grows with every row that changes, also by hand; never used twice, since it is at least the time in Unix ms. */
  version: number;
  /** The last revision's number; 0 before the first. */
  revision: number;
  last: Revision | undefined;
  /** The last revision that a file was applied as, and the hash of that file. */
  lastFile: Pick<Revision, "revision" | "hash"> | undefined;
}

/** A state in a few characters: another one after each apply and each row written by hand, also where D1 was lost in between. */
export const stateName = ({ revision, version }: Pick<ConfigState, "revision" | "version">): string =>
  `${revision}.${version.toString(36)}`;

/** The columns of a revision, without its text. */
export const REVISION_COLUMNS = "revision, applied_at, hash, origin, author";

/** What reads it, in the order that `stateOf` expects. */
export const STATE_QUERIES = [
  ...CONFIG_QUERIES,
  `SELECT ${REVISION_COLUMNS}, source FROM revisions ORDER BY revision DESC LIMIT 1`,
  "SELECT revision, hash FROM revisions WHERE origin = 'file' ORDER BY revision DESC LIMIT 1",
] as const;

/** The state from the rows that each query answered. */
export function stateOf(results: readonly (readonly unknown[])[]): ConfigState {
  const { version, ...rows } = rowsOfAnswers(results);
  const [last = [], lastFile = []] = results.slice(CONFIG_QUERIES.length);
  const revision = last[0] as Revision | undefined;
  return {
    rows,
    version,
    revision: revision?.revision ?? 0,
    last: revision,
    lastFile: lastFile[0] as Pick<Revision, "revision" | "hash"> | undefined,
  };
}

/** Reads the state through a binding, as one batch, so that its parts belong together. */
export async function readState(db: ConfigDatabase): Promise<ConfigState> {
  const answers = await db.batch(STATE_QUERIES.map((sql) => db.prepare(sql)));
  return stateOf(answers.map(({ results }) => results));
}

/** One revision with its text; undefined when there is none of that number. */
export async function readRevision(db: Pick<ConfigDatabase, "prepare">, revision: number): Promise<Revision | undefined> {
  const row = await db.prepare(`SELECT ${REVISION_COLUMNS}, source FROM revisions WHERE revision = ?1`).bind(revision).first<Revision>();
  return row ?? undefined;
}
