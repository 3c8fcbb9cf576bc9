// An object whose rows can be read out, and put back into a fresh one: the calls that a backup and a restore make of it.
import { DurableObject } from "cloudflare:workers";
import type { CopyCalls, ObjectCopy } from "./object-copy.ts";
import type { DumpedRow, DumpPage, DumpPosition } from "./table-dump.ts";
import type { Adopted, Staged } from "./table-restore.ts";

/** What ledgers and outboxes are made from. */
export abstract class CopiedObject<Env> extends DurableObject<Env> implements CopyCalls {
  /** Its part in a backup. Whatever writes asks `guard` first. */
  abstract readonly copies: ObjectCopy;

  dump(after: DumpPosition | null): Promise<DumpPage> {
    return this.copies.dump(after);
  }

  stamp(): Promise<string> {
    return this.copies.stamp();
  }

  stage(digest: string, rows: DumpedRow[]): Promise<Staged> {
    return this.copies.stage(digest, rows);
  }

  adopt(digest: string, rows: number): Promise<Adopted> {
    return this.copies.adopt(digest, rows);
  }

  discard(): Promise<boolean> {
    return this.copies.discard();
  }

  restoring(): Promise<boolean> {
    return this.copies.restoring();
  }
}
