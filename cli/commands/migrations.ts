// `tocsin migrations`: the schema of D1, up and down.
import type { Command } from "commander";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { good, type Paint, warn } from "../frame/paint.ts";
import type { Does, Frame } from "../frame/program.ts";
import { relayInWords } from "../frame/target.ts";
import { count } from "../frame/values.ts";
import { applied, down, planDown, status, up } from "../schema/schema.ts";
import { expectNoNewerWorker } from "../schema/worker.ts";

/** Adds the verbs. */
export function addMigrations({ program, does }: Frame): void {
  const group = program
    .command("migrations")
    .summary("the schema of D1: what is applied, up, down")
    .description(
      "The migrations of D1: which are applied, and which this version needs. Tables of the objects have none: they only ever gain.",
    )
    .helpGroup(HEADINGS.operation);
  addStatus(group.command("status", { isDefault: true }), does);
  addUp(group.command("up"), does);
  addDown(group.command("down"), does);
}

function addStatus(command: Command, does: Does): void {
  command
    .summary("which migrations are applied")
    .description("Lists the migrations of this folder, and when each was applied. Exit status 1 when one is not.");
  withExamples(command, ["migrations status", "the relay on this machine"], ["migrations status --remote --json", "the deployed one"]);
  does(command, async (run) => {
    run.out.progress("Asking wrangler ...");
    const { items, unknown } = await status(await run.database());
    const behind = items.some(({ applied_at: at }) => at === null);
    if (run.out.isJson) run.out.json({ items, unknown, behind });
    else {
      run.out.table(
        [{ title: "MIGRATION" }, { title: "APPLIED" }, { title: "WAY BACK" }],
        items.map(({ name, applied_at: at, down: back }): Paint[] => [name, at === null ? warn("not yet") : good(at), back ? "yes" : "no"]),
      );
      for (const name of unknown) run.out.line(warn(`${name} is applied, and this folder does not know it: it is of a newer version.`));
      if (behind) run.out.line("Apply what is missing: npx tocsin migrations up");
    }
    return behind ? 1 : 0;
  });
}

function addUp(command: Command, does: Does): void {
  command
    .summary("apply what is missing")
    .description(
      "Applies the migrations that are not applied yet, by `wrangler d1 migrations apply`. Do it before a newer version is deployed, which `npm run deploy` and `tocsin deploy` do: the older version goes on with the newer schema.",
    );
  withExamples(command, ["migrations up", "the relay on this machine"], ["migrations up --remote", "the deployed one"]);
  does(command, async (run) => {
    const done = await up(await run.database());
    if (run.out.isJson) run.out.json({ applied: done });
    else run.out.line(done.length === 0 ? "Nothing was missing." : `Applied to ${relayInWords(await run.relay())}: ${done.join(", ")}.`);
  });
}

function addDown(command: Command, does: Does): void {
  command
    .summary("go back to an older schema")
    .description(
      "Undoes migrations, the newest first, in one transaction, by the files in down-migrations/. What only the newer schema knows is lost: take a backup first. Deploy the older version before this, not after: it works with the newer schema, and the newer one does not work with the older. So this refuses while a version serves that needs what it would undo.",
    )
    .addOption(count("--to <n>", "the number of the last migration that stays", 9_999).makeOptionMandatory())
    .option("--force", "also while a newer version serves")
    .option("-y, --yes", "do it without asking");
  withExamples(
    command,
    ["migrations down --to 2", "back to the schema of 0002"],
    ["migrations down --to 2 --remote --yes", "the deployed one, without asking"],
  );
  does<[], { to: number; force?: boolean; yes?: boolean }>(command, async (run, { to, force, yes }) => {
    const database = await run.database();
    const undone = planDown(await applied(database), to);
    if (undone.length === 0)
      return run.out.isJson ? run.out.json({ undone }) : run.out.line(`Nothing to undo: the schema is not above ${to}.`);
    if (!force) await expectNoNewerWorker(run, to);
    const where = relayInWords(await run.relay());
    const question = `Undo ${undone.join(", ")} of ${where}? What only they know is lost. Take a backup first: npx tocsin backup FOLDER.`;
    if (!(await run.confirmed(question, yes))) return run.out.note("Nothing was changed.");
    await down(database, undone);
    if (run.out.isJson) run.out.json({ undone });
    else run.out.line(`Undone in ${where}: ${undone.join(", ")}.`);
  });
}
