// What every object offers to a backup and to a restore: its rows out, and a backup's rows in.
import { type DumpedRow, type DumpPage, type DumpPosition, TableDump } from "./table-dump.ts";
import { type Adopted, type Staged, TableRestore } from "./table-restore.ts";

/** The RPC methods of an object that can be copied. */
export interface CopyCalls {
  /** Its rows after a position, in pages. */
  dump(after: DumpPosition | null): Promise<DumpPage>;
  /** Differs as soon as the object writes anything. */
  stamp(): Promise<string>;
  /** Stages rows of the backup with this digest, if the object has nothing of its own. */
  stage(digest: string, rows: DumpedRow[]): Promise<Staged>;
  /** Puts `rows` staged rows in place, then ends the object's life: the call fails. Repeated, it answers `restored`. */
  adopt(digest: string, rows: number): Promise<Adopted>;
  /** Throws away what was staged. Answers whether there was anything. */
  discard(): Promise<boolean>;
  /** Whether rows are staged, which keeps the object from taking anything else. */
  restoring(): Promise<boolean>;
}

/** One object's part in it. */
export class ObjectCopy implements CopyCalls {
  readonly #ctx: DurableObjectState;
  readonly #isEmpty: () => boolean;
  readonly #dump: TableDump;
  readonly #restore: TableRestore;
  /** The rows are the backup's, and what is in memory is not. */
  #isOver = false;

  /** `isEmpty`: whether the object has nothing yet that a restore would take away. */
  constructor(ctx: DurableObjectState, isEmpty: () => boolean) {
    this.#ctx = ctx;
    this.#isEmpty = isEmpty;
    this.#dump = new TableDump(ctx.storage.sql);
    this.#restore = new TableRestore(ctx.storage);
  }

  /** Throws while a restore is under way: what is written then would be lost with the tables that it replaces. */
  guard(): void {
    if (this.isUnderWay) throw new Error("the object is being restored from a backup");
  }

  get isUnderWay(): boolean {
    return this.#isOver || this.#restore.isUnderWay;
  }

  async dump(after: DumpPosition | null): Promise<DumpPage> {
    return this.#dump.page(after);
  }

  async stamp(): Promise<string> {
    return this.#dump.stamp();
  }

  async stage(digest: string, rows: DumpedRow[]): Promise<Staged> {
    return this.#restore.stage(digest, rows, this.#isEmpty());
  }

  async adopt(digest: string, rows: number): Promise<Adopted> {
    const answer = this.#restore.adopt(digest, rows, this.#isEmpty());
    if (answer.kind === "adopted") {
      this.#isOver = true;
      await this.#ctx.storage.sync();
      // What is in memory belongs to the tables that are gone.
      this.#ctx.abort("restored from a backup");
    }
    return answer;
  }

  async discard(): Promise<boolean> {
    return this.#restore.discard();
  }

  async restoring(): Promise<boolean> {
    return this.#restore.isUnderWay;
  }
}
