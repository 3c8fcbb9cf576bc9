// The configuration file of a local run: read, judged, and applied when it is not the one that was applied last.
import { join } from "node:path";
import { parseEnv } from "node:util";
import { formatProblems, formatUnreadable, readConfigFile, readFileText } from "../cli/toml.ts";
import { whoAmI } from "../cli/who.ts";
import { changeLines, changesInWords, lineText } from "../src/config/change-lines.ts";
import type { Change } from "../src/config/changes.ts";
import { checkConfig } from "../src/config/check.ts";
import { planOf } from "../src/config/plan.ts";
import type { Problem } from "../src/config/problem.ts";
import type { ConfigFile } from "../src/config/toml.ts";
import { destinations } from "../src/destinations/index.ts";
import { enrichers } from "../src/enrichers/index.ts";
import { fail, ok, type Result } from "../src/outcome.ts";
import { sources } from "../src/sources/index.ts";
import type { ConfigDatabase } from "../src/store/config-reader.ts";
import { applyStatements } from "../src/store/config-rows.ts";
import { readState } from "../src/store/config-state.ts";
import { declaredBindings } from "./wrangler-config.ts";

const ROOT = join(import.meta.dirname, "..");

/** A file that can be applied. `warnings` are about secrets that nobody gave. */
export interface CheckedFile {
  path: string;
  file: ConfigFile;
  warnings: string[];
}

/** Reads and judges a file; the reason is every error, a line each. `secrets` absent: none were given, which is not an error. */
export function checkConfigFile(path: string, secrets: Record<string, string> | undefined): Result<CheckedFile, string[]> {
  const read = readConfigFile(path);
  if (!read.ok) return fail([formatUnreadable(path, read.reason)]);
  const isSet = (name: string): boolean => (secrets?.[name] ?? "") !== "";
  const checked = checkConfig(read.value, { sources, destinations, enrichers }, { local: true, bindings: declaredBindings(ROOT), isSet });
  const linesOf = (problems: readonly Problem[]): string[] => formatProblems(path, problems, read.value.locate);
  if (!checked.ok)
    return fail(checked.reason.kind === "wrong" ? linesOf(checked.reason.problems) : [formatUnreadable(path, checked.reason.reason)]);
  const { file, warnings } = checked.value;
  // A secret that is not in the file given is a mistake in it; without such a file somebody may still be about to write one.
  if (secrets !== undefined && warnings.length > 0) return fail(linesOf(warnings));
  return ok({ path, file, warnings: linesOf(warnings) });
}

/** Reads a dotenv file. */
export function readSecretsFile(path: string): Result<Record<string, string>, string> {
  const text = readFileText(path);
  if (!text.ok) return fail(`${path}: ${text.reason}`);
  return ok(
    Object.fromEntries(Object.entries(parseEnv(text.value)).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  );
}

/** What is new is named alone: its keys stand in the file. */
const briefly = (change: Change): Change => (change.change === "added" ? { ...change, keys: [] } : change);

/** Applies a file unless it is the file that was applied last; the lines say what was done. */
export async function applyIfChanged(db: ConfigDatabase, { path, file }: CheckedFile): Promise<string[]> {
  const state = await readState(db);
  const { revision, version, last, lastFile } = state;
  const registries = { sources, destinations, enrichers };
  if (lastFile?.hash === file.hash) {
    const since =
      last === undefined || last.revision === lastFile.revision
        ? ""
        : `, which is revision ${last.revision} (${last.origin}${last.author ? ` by ${last.author}` : ""})`;
    const { drift } = planOf(state, file, registries);
    const byHand = drift.length === 0 ? "" : `; rows were changed by hand: ${changesInWords(drift)}`;
    return [
      `Configuration: ${path} is unchanged since revision ${lastFile.revision}; not applied again, the database stands as it is${since}${byHand}.`,
    ];
  }
  const { changes } = planOf(state, file, registries);
  const seen = { revision, version };
  const statements = applyStatements({ file, changes, seen, origin: "file", author: whoAmI(), via: "command_line" });
  await db.batch(statements.map(({ sql, params }) => db.prepare(sql).bind(...params)));
  return [
    `Configuration: applied ${path} as revision ${revision + 1}.`,
    ...changeLines(changes.map(briefly)).map((line) => `  ${lineText(line)}`),
  ];
}
