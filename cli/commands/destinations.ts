// `tocsin destinations`: list, show, add, remove.
import { type Command, Option } from "commander";
import { stringify } from "smol-toml";
import { secretReferences } from "../../src/config/secret.ts";
import { applyEdit, readEditable, tableNamed, tablesOf, tellApplied, withTable } from "../config/edits.ts";
import { howToSet, isHere } from "../config/secret-names.ts";
import { type Settings, setOption, withExample } from "../config/settings.ts";
import { storeOf } from "../config/store-of.ts";
import { withExamples } from "../frame/help.ts";
import { bad } from "../frame/paint.ts";
import type { Does, Frame } from "../frame/program.ts";
import { registries } from "../registries.ts";
import { groupOf } from "./groups.ts";
import { tieRemoval } from "./removal.ts";

/** Adds the verbs. */
export function addDestinations({ program, does }: Frame): void {
  const destinations = groupOf(program, "destinations").description("The destinations: the chats, mailboxes and queues that show alerts.");
  addList(destinations.command("list"), does);
  addShow(destinations.command("show"), does);
  addAdd(destinations.command("add"), does);
  const remove = destinations
    .command("remove")
    .description(
      "Takes a destination out of the configuration, as a revision of its own. What waits for it is dead then, with the reason destination_removed. Refused while a rule or a failover names it.",
    );
  tieRemoval(
    withExamples(remove, ["destinations remove old-chat", "after a question"]),
    does,
    "destination",
    "What waits for it is not delivered any more.",
  );
}

function addList(command: Command, does: Does): void {
  command
    .summary("all destinations, and which are broken")
    .description("The destinations by name, and what is wrong with those that are broken. How each is doing: npx tocsin backlog.");
  withExamples(command, ["destinations list", "all of them"], ["destinations list --json", "for a script"]);
  does(command, async (run) => {
    const { destinations } = await (await storeOf(run)).listing({ reveal: false });
    if (run.out.isJson) return run.out.json({ items: destinations });
    if (destinations.length === 0) return run.out.line("There is no destination yet. Add one: npx tocsin destinations add --help");
    const rows = destinations.map(({ name, type, broken }) => [name, type, broken === undefined ? "" : bad(`BROKEN: ${broken}`)]);
    run.out.table([{ title: "NAME" }, { title: "TYPE" }, { title: "" }], rows);
  });
}

function addShow(command: Command, does: Does): void {
  command
    .summary("a destination's table, in the words of the file")
    .description("The table of a destination as the file has it. Secrets are their names.")
    .argument("<name>", "the destination's name");
  withExamples(command, ["destinations show soc", "its settings"]);
  does(command, async (run, _, name) => {
    const table = tableNamed(tablesOf((await (await storeOf(run)).present()).text), "destination", name);
    if (run.out.isJson) run.out.json({ name, table });
    else
      run.out.lines(
        stringify({ destinations: { [name]: table } })
          .trimEnd()
          .split("\n"),
      );
  });
}

function addAdd(command: Command, does: Does): void {
  command
    .summary("add a destination")
    .description("Adds a destination to the configuration, as a revision of its own, and says which secrets to set. Rules name it in `to`.")
    .addOption(new Option("--type <type>", "the kind of destination").choices([...registries.destinations.keys()]).makeOptionMandatory())
    .option("--name <name>", "its name (default: the type's)")
    .addOption(setOption("a setting of the type"));
  withExamples(
    command,
    ["destinations add --type slack --name soc --set url=secret:SOC_SLACK_URL", "a chat; it says how to set the secret"],
    ["destinations add --type inbox --name board", "kept in Tocsin and shown on the dashboard"],
  );
  does<[], { type: string; name?: string; set?: Settings }>(command, async (run, { type, name = type, set = {} }) => {
    const store = await storeOf(run);
    const base = await readEditable(store);
    const applied = await applyEdit(store, base, withTable(base, "destination", name, { type, ...set })).catch((error: unknown) => {
      throw withExample(error, type, registries.destinations.get(type)?.example as Settings);
    });
    const secrets = [...new Set(secretReferences(set))].map((reference) => reference.slice("secret:".length));
    if (run.out.isJson) return run.out.json({ ...applied, name, secrets });
    await tellApplied(run, applied);
    const here = isHere(await run.relay());
    for (const secret of new Set(secrets.map((one) => one.replace(/\..*/, ""))))
      run.out.line(`It needs the secret ${secret}. ${howToSet(secret, here)}`);
    run.out.line(`Try it: npx tocsin destinations test ${name}`);
  });
}
