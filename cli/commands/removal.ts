// `remove` of a route, a destination or a rule.
import type { Command } from "commander";
import { applyEdit, edited, type Kind, readEditable, tellApplied, withoutTable } from "../config/edits.ts";
import { withoutRule } from "../config/rule-edits.ts";
import { storeOf } from "../config/store-of.ts";
import type { Does } from "../frame/program.ts";
import { relayInWords } from "../frame/target.ts";
import { planPaints } from "../views/changes.ts";

/** Ties the verb to its work. `loss`: what is no more then, as part of the question. */
export function tieRemoval(command: Command, does: Does, kind: Kind | "rule", loss: string): void {
  command
    .summary(`take a ${kind} out of the configuration`)
    .argument(kind === "rule" ? "<route/name>" : "<name>", kind === "rule" ? "the rule: its route, and its name" : `the ${kind}'s name`)
    .option("-y, --yes", "do it without asking")
    .option("--dry-run", "only show what it would change");
  does<[name: string], { yes?: boolean; dryRun?: boolean }>(command, async (run, { yes, dryRun }, name) => {
    const { out } = run;
    const store = await storeOf(run);
    const base = await readEditable(store);
    const text = kind === "rule" ? withoutRule(base, name) : withoutTable(base, kind, name);
    if (dryRun) {
      const planned = await store.plan(edited(text));
      return out.isJson ? out.json(planned) : out.lines(planPaints("this", relayInWords(await run.relay()), planned));
    }
    if (!(await run.confirmed(`Remove the ${kind} ${name}? ${loss}`, yes))) return out.note("Nothing was changed.");
    const applied = await applyEdit(store, base, text);
    if (out.isJson) out.json(applied);
    else await tellApplied(run, applied);
  });
}
