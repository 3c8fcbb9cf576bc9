// The part of D1 that nothing else can make again. The configuration is backed up as TOML, the projection is made from the objects.
import { errorText } from "../lib/log.ts";
import { type DumpedRow, type DumpPage, type DumpPosition, quoted, readSql } from "../lib/table-dump.ts";
import { arrayText, jsonPages } from "./json-pages.ts";

/** The tables by name, with their primary keys. `until`: the column that says when a row came; what comes during a backup is the next one's. */
export const KEPT_TABLES: ReadonlyMap<string, { key: readonly string[]; until?: string }> = new Map([
  ["audit", { key: ["at", "id"], until: "at" }],
  ["inbox", { key: ["destination", "alert"] }],
  ["revisions", { key: ["revision"] }],
  ["samples", { key: ["to_at"], until: "to_at" }],
  ["silences", { key: ["created_at", "id"], until: "created_at" }],
]);

/** Rows that one query reads; a revision may be large. */
const MOST_ROWS = 50;
/** Numbers of revisions stay far from where counting ends. */
const MOST_REVISION = 2 ** 31;
/** A row whose JSON is larger does not fit into one parameter of D1 (2 MB); its values do, each in one of its own. */
const MOST_JSON_BYTES = 1_900_000;

/** Reads a page of them. The stamp never differs: rows of these tables stand each for itself. */
export async function dumpDatabase(db: D1Database, after: DumpPosition | null): Promise<DumpPage> {
  for (const [table, { key, until }] of KEPT_TABLES) {
    if (after && table < after.table) continue;
    const position = after?.table === table ? after.key : [];
    const from = position.slice(0, key.length);
    // The moment at which the table was begun goes with the position, behind the key.
    const began = until === undefined ? [] : [position[key.length] ?? (await timeOf(db))];
    const rows = until === undefined ? quoted(table) : `(SELECT * FROM ${quoted(table)} WHERE ${quoted(until)} < ?)`;
    const { results } = await db
      .prepare(`${readSql(rows, key, from.length > 0)} LIMIT ${MOST_ROWS}`)
      .bind(...began, ...from)
      .all<DumpedRow["row"]>();
    const [page] = jsonPages(results);
    if (page === undefined) continue;
    const last = page.values.at(-1) ?? {};
    const place = key.map((column) => (typeof last[column] === "number" ? last[column] : String(last[column])));
    return {
      rows: page.values.map((row) => ({ table, row })),
      next: { table, key: [...place, ...began] },
      stamp: "",
    };
  }
  return { rows: [], next: null, stamp: "" };
}

/** Now by the clock that notes changes. */
async function timeOf(db: D1Database): Promise<string> {
  return String(await db.prepare("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS now").first("now"));
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
    for (const page of jsonPages(members.map(({ row }) => row))) {
      const [row = {}] = page.values;
      inserts.push(
        page.bytes > MOST_JSON_BYTES
          ? db.prepare(insertOne(table, Object.keys(row))).bind(...Object.values(row))
          : db.prepare(insert(table, columns)).bind(arrayText(page)),
      );
    }
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

const insertOne = (table: string, columns: readonly string[]): string =>
  `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(", ")}) VALUES (${columns.map(() => "?").join(", ")}) ON CONFLICT DO NOTHING`;
