// `tocsin revisions` and `rollback`: what was applied, and back to it.
import type { Command } from "commander";
import type { ConfigStore } from "../config/store.ts";
import { storeOf } from "../config/store-of.ts";
import { Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Does, Frame } from "../frame/program.ts";
import { relayInWords } from "../frame/target.ts";
import { count } from "../frame/values.ts";
import { planPaints } from "../views/changes.ts";
import { revisionRows } from "../views/revisions.ts";

/** Adds the verbs. */
export function addRevisions({ program, does }: Frame): void {
  addList(program.command("revisions").helpGroup(HEADINGS.configuration), does);
  addRollback(program.command("rollback").helpGroup(HEADINGS.configuration), does);
}

function addList(command: Command, does: Does): void {
  command
    .summary("what was applied, when and by whom")
    .description(
      "The revisions of the configuration, newest first. With a number: the file of that revision, with stars for plain secrets.",
    )
    .argument("[revision]", "a revision's number")
    .addOption(count("--limit <number>", "how many", 10_000, 20));
  withExamples(command, ["revisions", "the last twenty"], ["revisions 3", "the file that was applied as revision 3"]);
  does<[revision?: string], { limit: number }>(command, async (run, { limit }, revision) => {
    const store = await storeOf(run);
    if (revision !== undefined) {
      const text = await store.revision(numberOf(revision));
      if (run.out.isJson) run.out.json({ revision: numberOf(revision), text });
      else run.terminal.stdout.write(text);
      return;
    }
    const items = await store.revisions(limit);
    if (run.out.isJson) run.out.json({ items });
    else if (items.length === 0) run.out.line("Nothing was applied yet.");
    else
      run.out.table(
        [{ title: "REVISION", align: "right" }, { title: "APPLIED" }, { title: "AS" }, { title: "BY", least: 12 }],
        revisionRows(items),
      );
  });
}

function addRollback(command: Command, does: Does): void {
  command
    .summary("return to an earlier revision")
    .description(
      "Applies the file of an earlier revision as a new one, after showing what that changes. Without a number: the one before the last. It is refused where that file is no longer valid.",
    )
    .argument("[revision]", "the revision to return to")
    .option("-y, --yes", "do it without asking")
    .option("--dry-run", "only show what it would change");
  withExamples(
    command,
    ["rollback", "to the revision before the last"],
    ["rollback 3 --dry-run", "what returning to revision 3 would change"],
    ["rollback 3 --yes --remote", "do it, without a question"],
  );
  does<[revision?: string], { yes?: boolean; dryRun?: boolean }>(command, async (run, { yes, dryRun }, given) => {
    const { out } = run;
    const store = await storeOf(run);
    const number = given === undefined ? await theOneBefore(store) : numberOf(given);
    const planned = await store.planRollback(number);
    const where = relayInWords(await run.relay());
    if (!out.isJson) out.lines(planPaints(`revision ${number}`, where, planned));
    if (dryRun || planned.same) return out.isJson ? out.json(dryRun ? planned : { applied: false, ...planned }) : undefined;
    if (!(await run.confirmed(`Return to revision ${number}?`, yes))) return out.note("Nothing was changed.");
    const applied = await store.rollBack(number, { seen: planned.state });
    if (out.isJson) out.json(applied);
    else out.line(`Applied as revision ${applied.revision} of ${where}.`);
  });
}

async function theOneBefore(store: ConfigStore): Promise<number> {
  const before = (await store.revisions(2))[1];
  if (before === undefined) throw new Refusal("There is no revision before the last one.", { hint: "See: npx tocsin revisions" });
  return before.revision;
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Refusal("A revision is a number, such as 3.", { hint: "See: npx tocsin revisions" });
}
