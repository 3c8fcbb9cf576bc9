// `tocsin rules add`, `enable`, `disable`, `duplicate`, `move`, `remove`: edits that are revisions of their own.
import type { Command } from "commander";
import { applyEdit, type Editable, readEditable, tellApplied } from "../config/edits.ts";
import { type Place, ruleNamed, withCopy, withMoved, withRule, withRuleKeys } from "../config/rule-edits.ts";
import { type Settings, setOption } from "../config/settings.ts";
import { storeOf } from "../config/store-of.ts";
import { withExamples } from "../frame/help.ts";
import type { Does } from "../frame/program.ts";
import type { Run } from "../frame/run.ts";
import { list } from "../frame/values.ts";
import { tieRemoval } from "./removal.ts";

const KEPT = "A revision of its own, in effect within 5 seconds. The file's comments stay.";

/** Adds the verbs to `rules`. */
export function addRuleEdits(rules: Command, does: Does): void {
  addAdd(rules.command("add"), does);
  addSwitch(rules.command("enable"), does, true);
  addSwitch(rules.command("disable"), does, false);
  addDuplicate(rules.command("duplicate"), does);
  addMove(rules.command("move"), does);
  const remove = rules
    .command("remove")
    .description(`Takes a rule out of its route. Alerts that a destination shows because of it go on being shown there. ${KEPT}`);
  withExamples(
    remove,
    ["rules remove 'lab/everything on the board'", "after a question"],
    ["rules remove lab/all --dry-run", "only show what it would change"],
  );
  tieRemoval(remove, does, "rule", "It begins to show no alert any more.");
}

function addAdd(command: Command, does: Does): void {
  withPlaces(command)
    .summary("add a rule to a route")
    .description(`Adds a rule to a route, behind the others unless said otherwise. ${KEPT}`)
    .argument("<route>", "the route's name")
    .argument("<name>", "the rule's name")
    .option("--when <condition>", "what it matches (default: every alert)")
    .addOption(list("--to <names>", "destinations"))
    .addOption(setOption("another key of a rule"));
  withExamples(
    command,
    ["rules add sekoia-prod urgent --when 'alert.severity_id >= HIGH' --to soc --first", "before all others"],
    [`rules add auth 'many logins' --to soc --set 'threshold={ count = 10, within = "5m" }'`, "with a window"],
  );
  does<[route: string, name: string], Place & { when?: string; to?: string[]; set?: Settings }>(
    command,
    async (run, { when, to, set, ...place }, route, name) => {
      const values = { ...(when === undefined ? {} : { when }), ...(to === undefined ? {} : { to }), ...set };
      await editAs(run, (base) => withRule(base, route, name, values, place));
    },
  );
}

function addSwitch(command: Command, does: Does, enabled: boolean): void {
  command
    .summary(enabled ? "have a rule asked again" : "have a rule skipped")
    .description(
      `${enabled ? "Has a disabled rule asked again." : "A disabled rule is skipped, and the trace of each alert says so."} ${KEPT}`,
    )
    .argument("<route/name>", "the rule: its route, and its name");
  withExamples(command, [`rules ${enabled ? "enable" : "disable"} 'sekoia-prod/urgent to the SOC'`, "in effect within 5 seconds"]);
  does(command, async (run, _, name) => {
    await editAs(run, (base) => withRuleKeys(base, ruleNamed(base.document, name), { enabled: enabled ? undefined : false }));
  });
}

function addDuplicate(command: Command, does: Does): void {
  command
    .summary("add a copy of a rule, right below it")
    .description(`Adds a copy of a rule with its comments, right below it, in which some keys may be others. ${KEPT}`)
    .argument("<route/name>", "the rule: its route, and its name")
    .option("--name <name>", "the copy's name (default: the rule's, and 'copy')")
    .addOption(setOption("a key in which the copy differs"));
  withExamples(
    command,
    ["rules duplicate sekoia-prod/urgent --set enabled=false", "a copy to begin with, not in effect yet"],
    [`rules duplicate sekoia-prod/urgent --name 'urgent, of VIPs' --set to='["vip-desk"]'`, "with another destination"],
  );
  does<[string], { name?: string; set?: Settings }>(command, async (run, { name: wanted, set = {} }, name) => {
    await editAs(run, (base) => {
      const rule = ruleNamed(base.document, name);
      return withCopy(base, rule, wanted ?? `${rule.name} copy`, set);
    });
  });
}

function addMove(command: Command, does: Does): void {
  withPlaces(command)
    .summary("have a rule asked earlier or later")
    .description(
      `Moves a rule among those of its route. The order matters where a rule has stop = true, and for how an alert is told. ${KEPT}`,
    )
    .argument("<route/name>", "the rule: its route, and its name");
  withExamples(
    command,
    ["rules move 'sekoia-prod/the scanner is ours' --first", "asked before all others"],
    ["rules move sekoia-prod/urgent --after 'of a customer'", "right below another one"],
  );
  does<[string], Place>(command, async (run, place, name) => {
    await editAs(run, (base) => withMoved(base, ruleNamed(base.document, name), place) ?? base.text);
  });
}

const withPlaces = (command: Command): Command =>
  command
    .option("--first", "before all others")
    .option("--last", "behind all others")
    .option("--before <name>", "right above another rule of the route")
    .option("--after <name>", "right below another rule of the route");

/** Applies an edit of what there is, and tells it. */
async function editAs(run: Run, edit: (base: Editable) => string): Promise<void> {
  const store = await storeOf(run);
  const base = await readEditable(store);
  const applied = await applyEdit(store, base, edit(base));
  if (run.out.isJson) run.out.json(applied);
  else await tellApplied(run, applied);
}
