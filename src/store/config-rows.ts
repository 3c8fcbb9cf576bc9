// The statements that write a configuration to D1 as one revision.
// The same statements run through a binding (`db.batch`) and, as text, through `wrangler d1 execute --file`.
import type { Change } from "../config/changes.ts";
import { rowsOf } from "../config/document.ts";
import type { ConfigFile } from "../config/toml.ts";
import { type AuditEntry, auditStatement, type Via } from "./audit.ts";
import { sqlText } from "./sql-text.ts";

/** One SQL statement with its parameters `?1`, `?2` ... */
export interface Statement {
  sql: string;
  params: (string | number)[];
}

/** How a revision came to be: a file that was applied, an edit of what was there, or the text of an earlier one. */
export const ORIGINS = ["file", "edit", "rollback"] as const;
/** How a revision came to be. */
export type Origin = (typeof ORIGINS)[number];

/** What is applied, to what, and who does it. */
export interface Application {
  file: Pick<ConfigFile, "text" | "hash" | "document">;
  /** What differs between the rows that the caller saw and those of the file. */
  changes: readonly Change[];
  /** What the caller saw; where somebody applied or wrote rows since then, nothing is applied. */
  seen: { revision: number; version: number };
  origin: Origin;
  /** Who, for the list of revisions and for the audit log. */
  author: string;
  via: Via;
  /** Of a rollback: the revision whose text this is. */
  backTo?: number;
}

// A D1 statement may have 100,000 bytes, and as text a character may take six of them.
const CHUNK_CHARS = 15_000;

/**
 * The statements of one apply, for one transaction. The first inserts the revision, which fails, and with it the whole, where another
 * one was first or rows were written by hand. Rows that do not change are not written, so that they wake nobody.
 */
export function applyStatements(application: Application): Statement[] {
  const { file, changes } = application;
  const rows = rowsOf(file.document);
  const names = (kind: Change["kind"], which: (change: Change) => boolean): string[] =>
    changes.filter((change) => change.kind === kind && which(change)).map(({ name }) => name);
  const changed = <Row extends { name: string }>(kind: Change["kind"], all: Row[]): Row[] => {
    const found = new Set(names(kind, () => true));
    return all.filter(({ name }) => found.has(name));
  };
  return [
    ...revisionStatements(application),
    {
      sql: "DELETE FROM relay WHERE key NOT IN (SELECT value FROM json_each(?1))",
      params: [JSON.stringify(rows.relay.map(({ key }) => key))],
    },
    ...removals("destinations", names("destination", isRemoved)),
    ...removals("enrichers", names("enricher", isRemoved)),
    ...removals("lists", names("list", isRemoved)),
    ...removals("inhibitions", names("inhibition", isRemoved)),
    // A route whose id changes is written anew: two routes may swap theirs, which an update could not do row by row.
    ...removals(
      "routes",
      names("route", (change) => isRemoved(change) || (change.change === "changed" && change.keys.some(({ key }) => key === "id"))),
    ),
    ...upserts("relay", ["key", "value"], rows.relay),
    ...upserts("destinations", ["name", "type", "settings"], changed("destination", rows.destinations)),
    ...upserts("lists", ["name", "items"], changed("list", rows.lists)),
    ...upserts("inhibitions", ["name", "settings"], changed("inhibition", rows.inhibitions)),
    ...upserts("enrichers", ["name", "type", "settings"], changed("enricher", rows.enrichers)),
    ...upserts("routes", ["name", "id", "source", "enabled", "settings", "rules"], changed("route", rows.routes)),
    auditStatement(auditOf(application)),
  ];
}

/** Why a transaction of those statements failed: somebody applied, or wrote rows, since the caller looked; undefined: for another reason. */
export function conflictIn(error: string): "applied" | "edited" | undefined {
  if (/UNIQUE constraint failed: revisions\.revision/i.test(error)) return "applied";
  if (/NOT NULL constraint failed: revisions\.hash/i.test(error)) return "edited";
  return undefined;
}

/** The entry of the audit log, which is part of the transaction. */
export function auditOf({ changes, seen, origin, author, via, backTo }: Application): AuditEntry {
  const count = (change: Change["change"]): number => changes.filter((one) => one.change === change).length;
  const revision = seen.revision + 1;
  return {
    actor: author,
    via,
    action: origin === "rollback" ? "configuration.rolled_back" : "configuration.applied",
    target: `revision ${revision}`,
    detail: {
      revision,
      origin,
      ...(backTo === undefined ? {} : { back_to: backTo }),
      added: count("added"),
      changed: count("changed"),
      removed: count("removed"),
    },
  };
}

const isRemoved = ({ change }: Change): boolean => change === "removed";

/** Removes rows by name, as many in a statement as fit: which there are, the caller saw. */
const removals = (table: string, names: readonly string[]): Statement[] =>
  chunks(names).map((chunk) => ({
    sql: `DELETE FROM ${table} WHERE name IN (SELECT value FROM json_each(?1))`,
    params: [`[${chunk.join(",")}]`],
  }));

/** The statements as one script with quoted literals, for `wrangler d1 execute --file`, which runs it as one transaction. */
export const sqlScript = (statements: readonly Statement[]): string =>
  statements.map(({ sql, params }) => `${sql.replace(/\?(\d+)/g, (_, index) => sqlText(params[Number(index) - 1] ?? null))};\n`).join("");

/**
 * The first piece of the file goes with the revision's row, the others are joined to it. A row needs a hash: it has none where the
 * configuration is no longer what the caller saw. Where the revision is there already, that is the failure to be told.
 */
function revisionStatements({ file: { text, hash }, seen, origin, author }: Application): Statement[] {
  const [first = "", ...more] = pieces(text);
  const asSeen = "COALESCE((SELECT version FROM config_version), 0) = ?3 OR EXISTS (SELECT 1 FROM revisions WHERE revision = ?1)";
  return [
    {
      sql: `INSERT INTO revisions (revision, hash, source, origin, author) VALUES (?1, CASE WHEN ${asSeen} THEN ?2 END, ?4, ?5, ?6)`,
      params: [seen.revision + 1, hash, seen.version, first, origin, author],
    },
    ...more.map((piece) => ({
      sql: "UPDATE revisions SET source = source || ?1 WHERE revision = ?2",
      params: [piece, seen.revision + 1],
    })),
  ];
}

function pieces(text: string): string[] {
  const found: string[] = [];
  for (let from = 0; from < text.length; ) {
    // A surrogate pair stays whole.
    const to = from + CHUNK_CHARS + (/[\uD800-\uDBFF]/.test(text.charAt(from + CHUNK_CHARS - 1)) ? 1 : 0);
    found.push(text.slice(from, to));
    from = to;
  }
  return found;
}

/** Inserts or updates rows, as many in a statement as fit; an update happens only where something differs. */
function upserts(table: string, columns: readonly string[], rows: readonly object[]): Statement[] {
  const [key = "", ...others] = columns;
  const read = columns.map((column) => `value ->> '${column}'`).join(", ");
  const set = others.map((column) => `${column} = excluded.${column}`).join(", ");
  const differs = others.map((column) => `${column} IS NOT excluded.${column}`).join(" OR ");
  const sql =
    `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${read} FROM json_each(?1) WHERE true ` +
    `ON CONFLICT (${key}) DO UPDATE SET ${set} WHERE ${differs}`;
  return chunks(rows).map((chunk) => ({ sql, params: [`[${chunk.join(",")}]`] }));
}

function chunks(values: readonly (object | string)[]): string[][] {
  const found: string[][] = [];
  let size = CHUNK_CHARS;
  for (const value of values) {
    const text = JSON.stringify(value);
    if (size + text.length > CHUNK_CHARS) {
      found.push([]);
      size = 0;
    }
    found.at(-1)?.push(text);
    size += text.length;
  }
  return found;
}
