// The tables of an object as plain rows, page by page: what a backup is made of. table-restore.ts is the way back.
import { Buffer } from "node:buffer";

/** One value of a row; bytes as base64. */
export type DumpedValue = string | number | null | { base64: string };

/** One row of a table, by the names of its columns. */
export interface DumpedRow {
  table: string;
  row: Record<string, DumpedValue>;
}

/** Where a dump goes on: after this key of this table. */
export interface DumpPosition {
  table: string;
  key: (string | number)[];
}

/** A part of a dump; `next` is null at its end. */
export interface DumpPage {
  rows: DumpedRow[];
  next: DumpPosition | null;
  /** Differs as soon as anything was written: pages with the same stamp belong together. */
  stamp: string;
}

/** A table as its database describes it. */
export interface TableShape {
  name: string;
  /** How it was made. */
  sql: string;
  columns: string[];
  /** Its primary key, in order. */
  key: string[];
}

/** A page ends here, in characters of JSON; a row that is larger is a page of its own. */
const PAGE_CHARACTERS = 1_500_000;
/** The tables of a restore that is under way, and the mark that one leaves. */
const OWN = /^(restoring|restored)(_|$)/;

/** Reads one object's tables. */
export class TableDump {
  readonly #sql: SqlStorage;
  /** Tells this life of the object from the next, which counts its changes anew. */
  readonly #life = crypto.randomUUID();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The rows after a position, in the order of tables and keys. Synchronous: one page is of one moment. */
  page(after: DumpPosition | null, mostCharacters = PAGE_CHARACTERS): DumpPage {
    const rows: DumpedRow[] = [];
    let last: DumpPosition | null = null;
    let size = 0;
    for (const { name, key } of shapesOf(this.#sql)) {
      if (after && name < after.table) continue;
      const from = after?.table === name ? after.key : [];
      for (const stored of this.#sql.exec<Record<string, SqlStorageValue>>(readSql(quoted(name), key, from.length > 0), ...from)) {
        const row = Object.fromEntries(Object.entries(stored).map(([column, value]) => [column, dumped(value)]));
        size += JSON.stringify(row).length;
        if (rows.length > 0 && size > mostCharacters) return { rows, next: last, stamp: this.stamp() };
        rows.push({ table: name, row });
        last = { table: name, key: key.map((column) => keyPart(stored[column])) };
      }
    }
    return { rows, next: null, stamp: this.stamp() };
  }

  /** Another one as soon as anything was written. */
  stamp(): string {
    const { changes } = this.#sql.exec<{ changes: number }>("SELECT total_changes() AS changes").one();
    return `${this.#life}:${changes}`;
  }
}

/** The tables of an object, by name, without those of a restore. */
export function shapesOf(sql: SqlStorage): TableShape[] {
  return sql
    .exec<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .toArray()
    .filter(({ name }) => !OWN.test(name) && !/^(_cf_|sqlite_)/.test(name))
    .map((table) => {
      const columns = sql.exec<{ name: string; pk: number }>("SELECT name, pk FROM pragma_table_info(?)", table.name).toArray();
      const key = columns.filter(({ pk }) => pk > 0).sort((left, right) => left.pk - right.pk);
      return { ...table, columns: columns.map(({ name }) => name), key: key.map(({ name }) => name) };
    });
}

/** The statement that reads a table, or what stands in its place in SQL, in the order of its key; with `after`, what follows the key that is bound. */
export function readSql(from: string, key: readonly string[], after: boolean): string {
  if (key.length === 0) throw new Error(`${from} has no primary key to read it by`);
  const columns = key.map(quoted).join(", ");
  const where = after ? ` WHERE (${columns}) > (${key.map(() => "?").join(", ")})` : "";
  return `SELECT * FROM ${from}${where} ORDER BY ${columns}`;
}

/** A name as SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A position as text that can stand in an address. */
export const encodePosition = ({ table, key }: DumpPosition): string => Buffer.from(JSON.stringify([table, ...key])).toString("base64url");

/** The position of such a text, or undefined when it is none. */
export function decodePosition(text: string): DumpPosition | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(parsed)) return undefined;
    const [table, ...key]: unknown[] = parsed;
    const isKey = key.length > 0 && key.every((part) => typeof part === "string" || typeof part === "number");
    return typeof table === "string" && isKey ? { table, key: key as (string | number)[] } : undefined;
  } catch {
    return undefined;
  }
}

const dumped = (value: SqlStorageValue): DumpedValue =>
  value instanceof ArrayBuffer ? { base64: Buffer.from(value).toString("base64") } : value;

const keyPart = (value: SqlStorageValue | undefined): string | number => (typeof value === "number" ? value : String(value));
