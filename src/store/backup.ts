// The part of D1 that nothing else can make again. The configuration is backed up as TOML, the projection is made from the objects.
import { errorText } from "../lib/log.ts";
import { type DumpedRow, type DumpPage, type DumpPosition, quoted, readSql } from "../lib/table-dump.ts";

/** The tables by name, with their primary keys. */
export const KEPT_TABLES: ReadonlyMap<string, readonly string[]> = new Map([
  ["audit", ["at", "id"]],
  ["inbox", ["destination", "alert"]],
  ["revisions", ["revision"]],
  ["silences", ["created_at", "id"]],
]);

/** Rows that one query reads; a revision may be large. */
const MOST_ROWS = 50;
/** Numbers of revisions stay far from where counting ends. */
const MOST_REVISION = 2 ** 31;
/** A page ends here, in characters of JSON, so that its rows fit into one parameter of D1 (2 MB). */
const PAGE_CHARACTERS = 700_000;

/** Reads a page of them. The stamp never differs: rows of these tables stand each for itself. */
export async function dumpDatabase(db: D1Database, after: DumpPosition | null): Promise<DumpPage> {
  for (const [table, key] of KEPT_TABLES) {
    if (after && table < after.table) continue;
    const from = after?.table === table ? after.key : [];
    const sql = `${readSql(table, key, from.length > 0)} LIMIT ${MOST_ROWS}`;
    const { results } = await db
      .prepare(sql)
      .bind(...from)
      .all<DumpedRow["row"]>();
    if (results.length === 0) continue;
    let size = 0;
    const fitting = results.filter((row, index) => {
      size += JSON.stringify(row).length;
      return index === 0 || size <= PAGE_CHARACTERS;
    });
    const last = fitting.at(-1) ?? {};
    return {
      rows: fitting.map((row) => ({ table, row })),
      next: { table, key: key.map((column) => (typeof last[column] === "number" ? last[column] : String(last[column]))) },
      stamp: "",
    };
  }
  return { rows: [], next: null, stamp: "" };
}

/** What became of a page of rows: `unknown` names a table or column that this version does not have. */
export type RestoredRows = { kind: "written" } | { kind: "unknown"; what: string };

/** Writes rows of a backup whose keys are not there yet: an audit entry is unique, a message and a revision that is there is newer. */
export async function restoreDatabase(db: D1Database, rows: readonly DumpedRow[]): Promise<RestoredRows> {
  const inserts: D1PreparedStatement[] = [];
  for (const [table, members] of Map.groupBy(rows, (row) => row.table)) {
    if (!KEPT_TABLES.has(table)) return { kind: "unknown", what: `the table ${table}` };
    const wild = members.find(({ row }) => table === "revisions" && !(Number(row.revision) < MOST_REVISION));
    if (wild) return { kind: "unknown", what: "a revision of that number" };
    const columns = [...new Set(members.flatMap(({ row }) => Object.keys(row)))];
    const odd = columns.find((name) => !/^[a-z_]+$/.test(name));
    if (odd !== undefined) return { kind: "unknown", what: `the column ${table}.${odd}` };
    inserts.push(db.prepare(insert(table, columns)).bind(JSON.stringify(members.map(({ row }) => row))));
  }
  try {
    if (inserts.length > 0) await db.batch(inserts);
    return { kind: "written" };
  } catch (error) {
    const [, column] = /has no column named (\w+)/i.exec(errorText(error)) ?? [];
    if (column === undefined) throw error;
    return { kind: "unknown", what: `the column ${column}` };
  }
}

const given = (column: string): string => `given.value->>'${column}'`;

const insert = (table: string, columns: readonly string[]): string =>
  `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(", ")})
   SELECT ${columns.map(given).join(", ")} FROM json_each(?) AS given WHERE true ON CONFLICT DO NOTHING`;
