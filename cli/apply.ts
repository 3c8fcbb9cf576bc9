// `routes apply`: makes a file the relay's configuration, as one revision, and says what changed.
import { type Changes, compareRows, isUnchanged } from "../src/store/config-changes.ts";
import { applyStatements, rowsOf, sqlScript } from "../src/store/config-rows.ts";
import { readState } from "./state.ts";
import { summaryLines } from "./summary.ts";
import { type ValidateOptions, validConfigFile } from "./validate.ts";
import { execute, explainFailure, type Target } from "./wrangler.ts";

/** Applies a file; the exit status. */
export async function apply(path: string, options: ValidateOptions & Target): Promise<number> {
  const file = validConfigFile(path, options);
  if (file === undefined) return 2;
  const before = await readState(options);
  if (!before.ok) return giveUp(explainFailure(before.reason, options), options);
  const changes = compareRows(before.value.rows, rowsOf(file.document));
  if (isUnchanged(changes) && before.value.hash === file.hash) return report(before.value.revision, false, changes, options);
  const statements = applyStatements({ ...file, expectedRevision: before.value.revision });
  const done = await execute(options, sqlScript(statements));
  if (!done.ok) return giveUp(explainFailure(done.reason, options), options);
  return report(before.value.revision + 1, true, changes, options);
}

function report(revision: number, applied: boolean, changes: Changes, { json, remote }: ValidateOptions & Target): number {
  if (json) {
    console.log(JSON.stringify({ applied, revision, changes }));
    return 0;
  }
  const where = remote ? "the deployed relay" : "the relay on this machine";
  console.log(
    applied ? `Applied as revision ${revision} of ${where}.` : `Nothing to do: ${where} already has this file as revision ${revision}.`,
  );
  for (const line of summaryLines(changes)) console.log(line);
  return 0;
}

function giveUp(message: string, { json }: ValidateOptions): number {
  if (json) console.log(JSON.stringify({ applied: false, error: message }));
  else console.error(message);
  return 1;
}
