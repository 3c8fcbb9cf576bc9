// What applying a file would do to the configuration that is there, and what was changed there by hand.
import { type Change, changesBetween } from "./changes.ts";
import { rowsOf } from "./document.ts";
import type { Registries } from "./route.ts";
import type { TableRows } from "./rows.ts";
import { type ConfigFile, parseConfigText } from "./toml.ts";

/** The configuration that a plan is made against. */
export interface Present {
  rows: TableRows;
  /** The last revision: the hash of its text, and the text. */
  last?: { hash: string; source: string };
}

/** A plan, in values that may be shown. */
export interface Plan {
  /** What applying changes. */
  changes: Change[];
  /** What was changed in the database since the last revision, by hand. */
  drift: Change[];
  /** Nothing changes, and the text is that of the last revision: to apply it would be no revision. */
  same: boolean;
}

/** Plans to apply a file. */
export function planOf(present: Present, file: Pick<ConfigFile, "document" | "hash">, registries: Registries): Plan {
  const changes = changesBetween(present.rows, rowsOf(file.document), registries);
  return { changes, drift: driftOf(present, registries), same: changes.length === 0 && present.last?.hash === file.hash };
}

/** What the rows say other than the last revision; before the first one nothing is drift. */
export function driftOf({ rows, last }: Present, registries: Registries): Change[] {
  const file = last === undefined ? undefined : parseConfigText(last.source);
  return file?.ok ? changesBetween(rowsOf(file.value.document), rows, registries) : [];
}
