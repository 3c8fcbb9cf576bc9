// The ids that an object still has work for, kept across crashes at no row of their own: the list rides on a row that is
// written anyway, and only what is too much for it spills into rows.

/** How many ids ride along; beyond that each costs a row. Bounds the size of the row they ride on. */
const INLINE = 256;

/** A persistent set of ids. Call `inline()` for the part that the caller writes with its own row, in the same transaction. */
export class OpenSet {
  readonly #sql: SqlStorage;
  #inline = new Set<string>();
  #rows = new Set<string>();

  /** `inline` is what the caller's row held at the last commit. */
  constructor(sql: SqlStorage, inline: readonly string[]) {
    sql.exec("CREATE TABLE IF NOT EXISTS open (id TEXT PRIMARY KEY) WITHOUT ROWID");
    this.#sql = sql;
    this.reload(inline);
  }

  /** Becomes what the rows say: after a transaction that was rolled back. */
  reload(inline: readonly string[]): void {
    this.#inline = new Set(inline);
    this.#rows = new Set(
      this.#sql
        .exec<{ id: string }>("SELECT id FROM open")
        .toArray()
        .map((row) => row.id),
    );
  }

  get size(): number {
    return this.#inline.size + this.#rows.size;
  }

  has(id: string): boolean {
    return this.#inline.has(id) || this.#rows.has(id);
  }

  /** Adds an id; inside the caller's transaction, because it may write a row. */
  add(id: string): void {
    if (this.has(id)) return;
    if (this.#inline.size < INLINE) {
      this.#inline.add(id);
      return;
    }
    this.#sql.exec("INSERT INTO open (id) VALUES (?) ON CONFLICT DO NOTHING", id);
    this.#rows.add(id);
  }

  /** Removes an id. What rode along is gone with the next write of the caller's row; until then a crash finds it again. */
  delete(id: string): void {
    this.#inline.delete(id);
    if (this.#rows.delete(id)) this.#sql.exec("DELETE FROM open WHERE id = ?", id);
  }

  inline(): string[] {
    return [...this.#inline];
  }

  [Symbol.iterator](): IterableIterator<string> {
    return [...this.#inline, ...this.#rows][Symbol.iterator]();
  }
}
