// The configuration file of a local run: read, judged, and applied when it is not the one that was applied last.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { summaryLines } from "../cli/summary.ts";
import { type ConfigFile, formatProblems, formatUnreadable, readConfigFile } from "../cli/toml.ts";
import { parseTables } from "../src/config/parse.ts";
import { destinations } from "../src/destinations/index.ts";
import { enrichers } from "../src/enrichers/index.ts";
import { fail, ok, type Result } from "../src/outcome.ts";
import { sources } from "../src/sources/index.ts";
import { compareRows } from "../src/store/config-changes.ts";
import { CONFIG_QUERIES, lastRevision } from "../src/store/config-reader.ts";
import { applyStatements, rowsOf, type TableRows } from "../src/store/config-rows.ts";
import type { Database } from "./runtime.ts";
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
  const file = readConfigFile(path);
  if (!file.ok) return fail([formatUnreadable(path, file.reason)]);
  const isSet = (name: string): boolean => (secrets?.[name] ?? "") !== "";
  const bindings = declaredBindings(ROOT);
  const problemsOf = (options: { secrets?: typeof isSet }) =>
    parseTables(file.value.document, { sources, destinations, enrichers }, { local: true, bindings, ...options }).problems;
  const problems = problemsOf(secrets === undefined ? {} : { secrets: isSet });
  if (problems.length > 0) return fail(formatProblems(path, problems, file.value.locate));
  const unset = secrets === undefined ? problemsOf({ secrets: isSet }) : [];
  return ok({ path, file: file.value, warnings: formatProblems(path, unset, file.value.locate) });
}

/** Reads a dotenv file. */
export function readSecretsFile(path: string): Result<Record<string, string>, string> {
  try {
    const parsed = parseEnv(readFileSync(path, "utf8"));
    return ok(Object.fromEntries(Object.entries(parsed).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))));
  } catch (error) {
    const code: unknown = Object(error).code;
    return fail(`${path}: ${code === "ENOENT" ? "there is no such file" : `the secrets file cannot be read (${String(code)})`}`);
  }
}

/** Applies a file unless its text was the last one applied; the lines say what was done. */
export async function applyIfChanged(db: Database, { path, file }: CheckedFile): Promise<string[]> {
  const last = await lastRevision(db);
  if (last?.hash === file.hash)
    return [`Configuration: ${path} is unchanged since revision ${last.revision}; not applied again, the database stands as it is.`];
  const before = await currentRows(db);
  const expectedRevision = last?.revision ?? 0;
  const statements = applyStatements({ text: file.text, hash: file.hash, document: file.document, expectedRevision });
  await db.batch(statements.map(({ sql, params }) => db.prepare(sql).bind(...params)));
  return [
    `Configuration: applied ${path} as revision ${expectedRevision + 1}.`,
    ...summaryLines(compareRows(before, rowsOf(file.document))),
  ];
}

async function currentRows(db: Database): Promise<TableRows> {
  const [, relay, destinationRows, routes, enricherRows] = await db.batch(CONFIG_QUERIES.map((sql) => db.prepare(sql)));
  return {
    relay: (relay?.results ?? []) as TableRows["relay"],
    destinations: (destinationRows?.results ?? []) as TableRows["destinations"],
    routes: (routes?.results ?? []) as TableRows["routes"],
    enrichers: (enricherRows?.results ?? []) as TableRows["enrichers"],
  };
}
