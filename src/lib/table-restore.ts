// Puts a dump (table-dump.ts) into an object that has nothing of its own yet. Rows are staged in tables beside the real ones,
// and take their place in one transaction: an object has either nothing of a backup or all of it.
import { Buffer } from "node:buffer";
import { type DumpedRow, type DumpedValue, quoted, shapesOf, type TableShape } from "./table-dump.ts";

/** What became of staged rows: `unknown` names a table or column that this version does not have. */
export type Staged = { kind: "staged" } | { kind: "restored" } | { kind: "occupied" } | { kind: "unknown"; what: string };
/** What became of the whole: `incomplete` when rows are missing. */
export type Adopted = { kind: "adopted" } | { kind: "restored" } | { kind: "occupied" } | { kind: "incomplete"; staged: number };

/** One object's restore. */
export class TableRestore {
  readonly #storage: Pick<DurableObjectStorage, "sql" | "transactionSync">;
  readonly #sql: SqlStorage;
  /** The backup that is being staged. */
  #staging: string | undefined;
  /** The backup that this object was made from. */
  #restored: string | undefined;

  constructor(storage: Pick<DurableObjectStorage, "sql" | "transactionSync">) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#staging = this.#mark("restoring");
    this.#restored = this.#mark("restored");
  }

  /** Whether rows are staged: whatever else is written now would be lost. */
  get isUnderWay(): boolean {
    return this.#staging !== undefined;
  }

  /** Stages rows of the backup with this digest; what another backup staged is thrown away. Repeating rows changes nothing. */
  stage(digest: string, rows: readonly DumpedRow[], isEmpty: boolean): Staged {
    if (this.#restored === digest) return { kind: "restored" };
    if (!isEmpty) return { kind: "occupied" };
    const shapes = new Map(shapesOf(this.#sql).map((shape) => [shape.name, shape]));
    const unknown = rows.map((row) => unknownPart(row, shapes)).find((what) => what !== undefined);
    if (unknown !== undefined) return { kind: "unknown", what: unknown };
    this.#transaction(() => {
      if (this.#staging !== digest) this.#begin(digest, shapes);
      for (const { table, row } of rows) {
        const columns = Object.keys(row);
        this.#sql.exec(
          `INSERT OR REPLACE INTO ${staged(table)} (${columns.map(quoted).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
          ...Object.values(row).map(stored),
        );
      }
    });
    return { kind: "staged" };
  }

  /** Puts what was staged in place, when it is all of it. The object has to begin a new life then: what it remembers is void. */
  adopt(digest: string, rows: number, isEmpty: boolean): Adopted {
    if (this.#restored === digest) return { kind: "restored" };
    if (!isEmpty) return { kind: "occupied" };
    const shapes = this.#staging === digest ? shapesOf(this.#sql) : [];
    const found = shapes.reduce((sum, { name }) => sum + this.#count(staged(name)), 0);
    if (this.#staging !== digest || found !== rows) return { kind: "incomplete", staged: found };
    this.#transaction(() => {
      for (const { name } of shapes) {
        // Its indexes go with it; the next life makes them anew.
        this.#sql.exec(`DROP TABLE ${quoted(name)}`);
        this.#sql.exec(`ALTER TABLE ${staged(name)} RENAME TO ${quoted(name)}`);
      }
      this.#sql.exec("DROP TABLE restoring");
      this.#sql.exec("DROP TABLE IF EXISTS restored");
      this.#sql.exec("CREATE TABLE restored (digest TEXT PRIMARY KEY) WITHOUT ROWID");
      this.#sql.exec("INSERT INTO restored (digest) VALUES (?)", digest);
    });
    return { kind: "adopted" };
  }

  /** Throws away what was staged. Answers whether there was anything. */
  discard(): boolean {
    const before = this.#staging;
    this.#transaction(() => this.#clear());
    return before !== undefined;
  }

  #transaction(work: () => void): void {
    try {
      this.#storage.transactionSync(work);
    } finally {
      this.#staging = this.#mark("restoring");
      this.#restored = this.#mark("restored");
    }
  }

  #clear(): void {
    if (this.#staging === undefined) return;
    for (const { name } of shapesOf(this.#sql)) this.#sql.exec(`DROP TABLE IF EXISTS ${staged(name)}`);
    this.#sql.exec("DROP TABLE restoring");
  }

  #begin(digest: string, shapes: ReadonlyMap<string, TableShape>): void {
    this.#clear();
    for (const { name, sql } of shapes.values())
      this.#sql.exec(sql.replace(/^CREATE TABLE\s+("[^"]+"|\w+)/i, `CREATE TABLE ${staged(name)}`));
    this.#sql.exec("CREATE TABLE restoring (digest TEXT PRIMARY KEY) WITHOUT ROWID");
    this.#sql.exec("INSERT INTO restoring (digest) VALUES (?)", digest);
  }

  #mark(table: "restoring" | "restored"): string | undefined {
    const isThere = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table).toArray().length > 0;
    return isThere ? this.#sql.exec<{ digest: string }>(`SELECT digest FROM ${table}`).toArray()[0]?.digest : undefined;
  }

  #count(table: string): number {
    return this.#sql.exec<{ rows: number }>(`SELECT COUNT(*) AS rows FROM ${table}`).one().rows;
  }
}

const staged = (table: string): string => quoted(`restoring_${table}`);

function unknownPart({ table, row }: DumpedRow, shapes: ReadonlyMap<string, TableShape>): string | undefined {
  const shape = shapes.get(table);
  if (!shape) return `the table ${table}`;
  const column = Object.keys(row).find((name) => !shape.columns.includes(name));
  return column === undefined ? undefined : `the column ${table}.${column}`;
}

const stored = (value: DumpedValue): SqlStorageValue =>
  typeof value === "object" && value !== null ? new Uint8Array(Buffer.from(value.base64, "base64")).buffer : value;
