// Conditions of a SQL statement and their parameters, in step. Values never become part of the text.
import type { Position } from "./cursor.ts";

/** Collects conditions that all have to hold. */
export class Where {
  readonly #conditions: string[] = [];
  readonly params: (string | number)[] = [];

  /** Adds a condition with a `?` for each parameter. */
  and(condition: string, ...params: (string | number)[]): this {
    this.#conditions.push(condition);
    this.params.push(...params);
    return this;
  }

  /** The column has one of these values; without a list anything goes. One parameter, however long the list. */
  oneOf(column: string, values: readonly (string | number)[] | undefined): this {
    return values ? this.and(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(values)) : this;
  }

  /** Bounds the time, and goes on behind a position: a range of the primary key, newest first. */
  range({ from, to, cursor }: { from?: string; to?: string; cursor?: Position }, id = "id", at = "created_at"): this {
    if (from !== undefined) this.and(`${at} >= ?`, from);
    // Of two upper bounds SQLite goes by one, and would walk from there to the other.
    if (cursor && (to === undefined || cursor.at <= to)) return this.and(`(${at}, ${id}) < (?, ?)`, cursor.at, cursor.id);
    return to === undefined ? this : this.and(`${at} <= ?`, to);
  }

  /** `WHERE ...`, or nothing. */
  get sql(): string {
    return this.#conditions.length === 0 ? "" : `WHERE ${this.#conditions.join(" AND ")}`;
  }
}
