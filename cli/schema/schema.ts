// The schema of D1: migrations/ is the way up, down-migrations/ the way back, each file undoing the one of the same name.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sqlText } from "../../src/store/sql-text.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import { ROOT } from "../frame/target.ts";
import { execute, explainFailure, query, runWrangler, type Target } from "../wrangler.ts";

const UP = join(ROOT, "migrations");
const DOWN = join(ROOT, "down-migrations");

/** One migration of this folder. */
export interface MigrationItem {
  name: string;
  /** As D1 noted it, UTC; null: not yet. */
  applied_at: string | null;
  /** Whether there is a file that undoes it. */
  down: boolean;
}

/** The files of a folder, in their order. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();

/** The number that a migration's name begins with. */
export const numberOf = (name: string): number => Number.parseInt(name, 10);

/** What was applied, oldest first; nothing where there is no database or no table yet. */
export async function applied(target: Target): Promise<{ name: string; applied_at: string }[]> {
  const answer = await query(target, "SELECT name, applied_at FROM d1_migrations ORDER BY id");
  if (answer.ok) return (answer.value[0] ?? []).map(({ name, applied_at: at }) => ({ name: String(name), applied_at: String(at) }));
  if (answer.reason.kind === "no_tables") return [];
  throw new Failure(explainFailure(answer.reason, target));
}

/** Every migration of this folder; `unknown`: applied ones that it does not have. */
export async function status(target: Target): Promise<{ items: MigrationItem[]; unknown: string[] }> {
  const there = new Map((await applied(target)).map(({ name, applied_at: at }) => [name, at]));
  const names = filesOf(UP);
  return {
    items: names.map((name) => ({ name, applied_at: there.get(name) ?? null, down: existsSync(join(DOWN, name)) })),
    unknown: [...there.keys()].filter((name) => !names.includes(name)),
  };
}

/** Applies what is missing; the names of what was. */
export async function up(target: Target): Promise<string[]> {
  const before = (await applied(target)).map(({ name }) => name);
  const place = target.remote ? ["--remote"] : ["--local", ...(target.persistTo ? ["--persist-to", target.persistTo] : [])];
  const { status: ended, output } = await runWrangler(["d1", "migrations", "apply", "DB", ...place]);
  if (ended !== 0) throw new Failure(`wrangler could not apply the migrations.\n${output.trim()}`);
  return (await applied(target)).map(({ name }) => name).filter((name) => !before.includes(name));
}

/** Which migrations have to be undone, the newest first; refuses where the way back is not known. */
export function planDown(there: readonly { name: string }[], to: number): string[] {
  const undone = there
    .map(({ name }) => name)
    .filter((name) => numberOf(name) > to)
    .reverse();
  const lost = undone.find((name) => !existsSync(join(DOWN, name)));
  if (lost !== undefined)
    throw new Refusal(`There is no way back from ${lost} in down-migrations/.`, {
      hint: "Use the folder of the version that it belongs to.",
    });
  return undone;
}

/** Undoes them, in one transaction. */
export async function down(target: Target, names: readonly string[]): Promise<void> {
  const script = names
    .map((name) => `${readFileSync(join(DOWN, name), "utf8")}\nDELETE FROM d1_migrations WHERE name = ${sqlText(name)};\n`)
    .join("");
  const done = await execute(target, script);
  if (!done.ok) throw new Failure(explainFailure(done.reason, target));
}
