// A backup is read, and put back, object by object and page by page. `database` stands for what only D1 has.
import { maskedText } from "../../config/export.ts";
import { errorText, log } from "../../lib/log.ts";
import type { DumpedRow, DumpPage, DumpPosition } from "../../lib/table-dump.ts";
import { dumpDatabase, restoreDatabase } from "../../store/backup.ts";
import { noteObject } from "../../store/objects.ts";
import type { AdminContext, Relay } from "../context.ts";
import { registriesOf } from "./config.ts";
import { objectOf, objectsOf } from "./projection.ts";

/** The part of a backup that is in D1. */
export const DATABASE = "database";

/** What there is to back up: ledgers first, since an outbox recognises what it was handed before, and a ledger does not. */
export async function backupNames(relay: Relay): Promise<string[]> {
  return [DATABASE, ...(await objectsOf(relay))];
}

/** A page of one object's rows. A secret that stands plain in an old configuration is no part of it. */
export async function dumpOf(context: AdminContext, object: string, after: DumpPosition | null): Promise<DumpPage> {
  const { env } = context;
  if (object !== DATABASE) return objectOf(env, object).dump(after);
  const page = await dumpDatabase(env.DB, after);
  const shown = ({ table, row }: DumpedRow): DumpedRow =>
    table === "revisions"
      ? { table, row: { ...row, source: maskedText(String(row.source), registriesOf(context)) ?? "" } }
      : { table, row };
  return { ...page, rows: page.rows.map(shown) };
}

/** What tells whether an object wrote anything; that of the database never differs. */
export const stampOf = async ({ env }: Relay, object: string): Promise<string> =>
  object === DATABASE ? "" : objectOf(env, object).stamp();

/** What a step of a restore came to. */
export type RestoreAnswer =
  | { kind: "staged" | "restored" | "discarded" | "occupied" }
  | { kind: "incomplete"; staged: number }
  | { kind: "unknown"; what: string };

/** Takes rows of the backup whose file has this digest. */
export async function stageRows({ env }: Relay, object: string, digest: string, rows: DumpedRow[]): Promise<RestoreAnswer> {
  if (object !== DATABASE) return objectOf(env, object).stage(digest, rows);
  const answer = await restoreDatabase(env.DB, rows);
  return answer.kind === "written" ? { kind: "staged" } : answer;
}

/** Puts an object's rows in place once all of them are staged. Repeating it changes nothing. */
export async function adoptRows({ env }: Relay, object: string, digest: string, rows: number): Promise<RestoreAnswer> {
  if (object === DATABASE) return { kind: "restored" };
  const answer = await adopted(() => objectOf(env, object).adopt(digest, rows));
  if (answer.kind === "incomplete" || answer.kind === "occupied") return answer;
  await noteObject(env.DB, object);
  return { kind: "restored" };
}

/** That it did is told by a failure: the life that took the rows ends with the call. The next one knows. */
async function adopted<Answer>(adopt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await adopt();
  } catch (error) {
    log("info", "restore.new_life", { said: errorText(error) });
    return adopt();
  }
}

/** Throws away what is staged. */
export async function discardRows({ env }: Relay, object: string): Promise<RestoreAnswer> {
  if (object !== DATABASE) await objectOf(env, object).discard();
  return { kind: "discarded" };
}
