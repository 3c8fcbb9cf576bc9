// `tocsin rules list` and `show`: the rules of routes, in their order, and whether they ever match.
import type { Command } from "commander";
import { stringify } from "smol-toml";
import { tablesOf } from "../config/edits.ts";
import { listedRules } from "../config/listed-rules.ts";
import { ruleNamed, writtenRule } from "../config/rule-edits.ts";
import { storeOf } from "../config/store-of.ts";
import { withExamples } from "../frame/help.ts";
import type { Does, Frame } from "../frame/program.ts";
import { rulesLines } from "../views/rules.ts";
import { groupOf } from "./groups.ts";
import { addRuleEdits } from "./rule-edits.ts";

/** Adds the verbs. */
export function addRules({ program, does }: Frame): void {
  const rules = groupOf(program, "rules").description(
    "The rules of routes: which alert goes where, in which order they are asked, and what holds it up on the way.",
  );
  addList(rules.command("list"), does);
  addShow(rules.command("show"), does);
  addRuleEdits(rules, does);
}

function addList(command: Command, does: Does): void {
  command
    .summary("the rules in their order, and how often each matched")
    .description(
      "The rules of each route in the order in which they are asked, with condition, destinations and gates. A relay that serves also tells how many events each matched since it bears its name, and when the last one was.",
    )
    .option("--route <name>", "of one route");
  withExamples(
    command,
    ["rules list", "of all routes"],
    ["rules list --route sekoia-prod", "of one"],
    ["rules list --json", "with every key, in the words of the file"],
  );
  does<[], { route?: string }>(command, async (run, { route }) => {
    const routes = await listedRules(run, route);
    if (run.out.isJson) return run.out.json({ items: routes });
    if (routes.length === 0) return run.out.line("There is no route yet. Add one: npx tocsin routes add --help");
    run.out.lines(rulesLines(routes, run.out.now(), run.out.width));
  });
}

function addShow(command: Command, does: Does): void {
  command
    .summary("a rule as the file has it, with its comments")
    .description("A rule in the words of the file, with the comments that belong to it.")
    .argument("<route/name>", "the rule: its route, and its name");
  withExamples(command, ["rules show 'sekoia-prod/urgent to the SOC'", "all of its keys"]);
  does(command, async (run, _, name) => {
    const { text } = await (await storeOf(run)).present();
    const rule = ruleNamed(tablesOf(text), name);
    if (run.out.isJson) return run.out.json({ route: rule.route, name: rule.name, place: rule.index + 1, table: rule.table });
    const written = writtenRule(text, rule) ?? stringify({ routes: { [rule.route]: { rules: [rule.table] } } }).trimEnd();
    run.out.lines(written.split("\n"));
  });
}
