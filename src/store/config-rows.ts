// The configuration in D1: which rows a file makes, what differs, and the statements that write it as one revision.
// The same statements run through a binding (`db.batch`) and, as text, through `wrangler d1 execute --file`.
import type { DestinationRow, EnricherRow, RelayRow, RouteRow } from "../config/rows.ts";
import { isTable } from "../config/table.ts";
import { sqlText } from "./sql-text.ts";

/** The rows of one configuration. */
export interface TableRows {
  relay: RelayRow[];
  routes: RouteRow[];
  destinations: DestinationRow[];
  enrichers: EnricherRow[];
}

/** One SQL statement with its parameters `?1`, `?2` ... */
export interface Statement {
  sql: string;
  params: (string | number)[];
}

/** What is applied: the file as it stands, its SHA-256, its parsed tables, and the revision it replaces. */
export interface Application {
  text: string;
  hash: string;
  document: unknown;
  /** The revision that the caller saw; another apply since then makes this one fail. Absent: whatever is there is replaced. */
  expectedRevision?: number;
}

// A D1 statement may have 100,000 bytes, and as text a character may take six of them.
const CHUNK_CHARS = 15_000;

/** The rows that a configuration's tables make. The tables have to be valid. */
export function rowsOf(document: unknown): TableRows {
  const { relay, routes, destinations, enrichers } = tableOf(document);
  return {
    relay: Object.entries(tableOf(relay)).map(([key, value]) => ({ key, value: String(value) })),
    routes: Object.entries(tableOf(routes)).map(([name, table]) => {
      const { id, source, enabled = true, rules = [], ...settings } = tableOf(table);
      return {
        name,
        id: String(id).toLowerCase(),
        source: String(source),
        enabled: enabled === false ? 0 : 1,
        settings: json(settings),
        rules: json(rules),
      };
    }),
    destinations: Object.entries(tableOf(destinations)).map(([name, table]) => {
      const { type, ...settings } = tableOf(table);
      return { name, type: String(type), settings: json(settings) };
    }),
    enrichers: Object.entries(tableOf(enrichers)).map(([name, table]) => {
      const { type = name, ...settings } = tableOf(table);
      return { name, type: String(type), settings: json(settings) };
    }),
  };
}

/**
 * The statements of one apply, for one transaction. The first inserts the revision, so that of two concurrent applies
 * one fails as a whole; rows that do not change are not written, so that they wake nobody.
 */
export function applyStatements({ text, hash, document, expectedRevision }: Application): Statement[] {
  const rows = rowsOf(document);
  const names = JSON.stringify(rows.destinations.map(({ name }) => name));
  const enricherNames = JSON.stringify(rows.enrichers.map(({ name }) => name));
  const keys = JSON.stringify(rows.relay.map(({ key }) => key));
  const ids = JSON.stringify(Object.fromEntries(rows.routes.map(({ name, id }) => [name, id])));
  return [
    ...revisionStatements(text, hash, expectedRevision),
    { sql: "DELETE FROM relay WHERE key NOT IN (SELECT value FROM json_each(?1))", params: [keys] },
    { sql: "DELETE FROM destinations WHERE name NOT IN (SELECT value FROM json_each(?1))", params: [names] },
    { sql: "DELETE FROM enrichers WHERE name NOT IN (SELECT value FROM json_each(?1))", params: [enricherNames] },
    // A route whose id changes is written anew: two routes may swap theirs, which an update could not do row by row.
    {
      sql: "DELETE FROM routes WHERE NOT EXISTS (SELECT 1 FROM json_each(?1) WHERE key = routes.name AND value = lower(routes.id))",
      params: [ids],
    },
    ...upserts("relay", ["key", "value"], rows.relay),
    ...upserts("destinations", ["name", "type", "settings"], rows.destinations),
    ...upserts("enrichers", ["name", "type", "settings"], rows.enrichers),
    ...upserts("routes", ["name", "id", "source", "enabled", "settings", "rules"], rows.routes),
  ];
}

/** The statements as one script with quoted literals, for `wrangler d1 execute --file`, which runs it as one transaction. */
export const sqlScript = (statements: readonly Statement[]): string =>
  statements.map(({ sql, params }) => `${sql.replace(/\?(\d+)/g, (_, index) => sqlText(params[Number(index) - 1] ?? null))};\n`).join("");

/** The first piece of the file goes with the revision's row, the others are joined to it. */
function revisionStatements(text: string, hash: string, expected: number | undefined): Statement[] {
  const [first = "", ...others] = pieces(text);
  const insert =
    expected === undefined
      ? {
          sql: "INSERT INTO revisions (revision, hash, source) SELECT COALESCE(MAX(revision), 0) + 1, ?1, ?2 FROM revisions",
          params: [hash, first],
        }
      : { sql: "INSERT INTO revisions (revision, hash, source) VALUES (?1, ?2, ?3)", params: [expected + 1, hash, first] };
  const append = "UPDATE revisions SET source = source || ?1 WHERE revision = (SELECT MAX(revision) FROM revisions)";
  return [insert, ...others.map((piece) => ({ sql: append, params: [piece] }))];
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

function chunks(rows: readonly object[]): string[][] {
  const found: string[][] = [];
  let size = CHUNK_CHARS;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (size + text.length > CHUNK_CHARS) {
      found.push([]);
      size = 0;
    }
    found.at(-1)?.push(text);
    size += text.length;
  }
  return found;
}

/** JSON with sorted keys, so that the order of keys in the file makes no difference; it does for the fields of a template. */
function json(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) =>
    isTable(member) && key !== "fields"
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}

const tableOf = (value: unknown): Record<string, unknown> => (isTable(value) ? value : {});
