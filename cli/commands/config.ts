// `tocsin plan`, `apply`, `export`, `import`: routes as code.
import type { Command } from "commander";
import { backtestOf, MOST_DAYS, refuseIfLost } from "../backtest.ts";
import { importedText } from "../config/import-files.ts";
import { SECRETS } from "../config/secrets-file.ts";
import type { ConfigStore, NamedText } from "../config/store.ts";
import { storeOf } from "../config/store-of.ts";
import { readText, writeText } from "../config/text-file.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Does, Frame } from "../frame/program.ts";
import type { Run } from "../frame/run.ts";
import { relayInWords } from "../frame/target.ts";
import { count } from "../frame/values.ts";
import { backtestSummary } from "../views/backtest.ts";
import { appliedPaints, driftPaints, planPaints } from "../views/changes.ts";
import { verbOf } from "./groups.ts";

/** Exit status of `plan --exit-code` where something would change. */
const CHANGES = 3;

/** Adds the verbs. */
export function addConfig({ program, does }: Frame): void {
  const group = (name: string): Command => program.command(name).helpGroup(HEADINGS.configuration);
  addPlan(group("plan"), does);
  addApply(group("apply"), does);
  addExport(group("export"), does);
  addImport(group("import"), does);
}

interface PlanOptions {
  secrets?: string;
  exitCode?: boolean;
  backtest?: number;
}

function addPlan(command: Command, does: Does): void {
  command
    .summary("what applying a file would change")
    .description(
      "Compares a configuration file with what the relay has: every route, destination and key that would come, go or change, and what was changed in the database by hand since the last revision. Changes nothing. Without a file it shows the changes by hand alone.",
    )
    .argument("[file]", "the configuration file")
    .option(...SECRETS)
    .option("--exit-code", `exit status ${CHANGES} when something would change`)
    .addOption(count("--backtest <days>", "also try it on the alerts that were stored in the last days", MOST_DAYS));
  withExamples(
    command,
    ["plan tocsin.toml", "against the relay on this machine"],
    ["plan tocsin.toml --remote --exit-code", "in CI: status 0 nothing to do, 3 something would change"],
    ["plan tocsin.toml --backtest 7", "and what it would have told of the last week's alerts"],
    ["plan --remote", "what was changed by hand"],
  );
  does<[file?: string], PlanOptions>(command, async (run, { secrets, exitCode, backtest: days }, file) => {
    const store = await storeOf(run, { secrets });
    const where = relayInWords(await run.relay());
    if (file === undefined) return drift(run, store, where, exitCode);
    const planned = await store.plan(readText(file));
    const tested = days === undefined ? undefined : await backtestOf(await run.api("configure"), readText(file), { days });
    if (run.out.isJson) run.out.json(tested ? { ...planned, backtest: tested } : planned);
    else run.out.lines([...planPaints(file, where, planned), ...(tested ? backtestSummary(tested) : [])]);
    return exitCode && planned.changes.length > 0 ? CHANGES : 0;
  });
}

async function drift({ out }: Run, store: ConfigStore, where: string, exitCode = false): Promise<number> {
  const { drift: changes, revision, state } = await store.plan(await storeText(store));
  if (out.isJson) out.json({ revision, state, drift: changes });
  else if (changes.length === 0) out.line(`Nothing was changed by hand: ${where} is as revision ${revision} says.`);
  else out.lines(driftPaints(changes, revision).slice(1));
  return exitCode && changes.length > 0 ? CHANGES : 0;
}

const storeText = async (store: ConfigStore): Promise<NamedText> => ({ name: "the configuration", text: (await store.present()).text });

/** `apply FILE`. */
export function addApply(command: Command, does: Does): void {
  const verb = verbOf(command);
  command
    .summary("make a file the relay's configuration, as one revision")
    .description(
      "Applies a configuration file as one revision: all of it or nothing. Routes and destinations that are not in it are removed. It is refused where somebody else applied, or changed rows by hand, at the same moment; with --expect, where that happened since the plan; and where critical alerts of the last 7 days that reached somebody would reach nobody, unless --force.",
    )
    .argument("<file>", "the configuration file")
    .option(...SECRETS)
    .option("--expect <state>", "the state that `plan` showed: another one is not replaced")
    .option("--force", "also where critical alerts would reach nobody");
  withExamples(
    command,
    [`${verb} tocsin.toml`, "to the relay on this machine"],
    [`${verb} tocsin.toml --remote`, "to the deployed one"],
    [`${verb} tocsin.toml --remote --expect 3.mi9sl2fk`, "only what was planned with, from `plan --json`: .state"],
  );
  does<[file: string], { secrets?: string; expect?: string; force?: boolean }>(command, async (run, { secrets, expect, force }, file) => {
    const store = await storeOf(run, { secrets });
    const text = readText(file);
    // What is wrong with the file comes first; and the first configuration cannot take anything from anybody.
    const { changes, revision } = force ? { changes: [], revision: 0 } : await store.plan(text);
    if (changes.length > 0 && revision > 0) await refuseIfLost(run, text);
    const applied = await store.apply(text, { origin: "file", seen: expect });
    if (run.out.isJson) run.out.json(applied);
    else run.out.lines(appliedPaints(relayInWords(await run.relay()), applied, file));
  });
}

function addExport(command: Command, does: Does): void {
  command
    .summary("write the configuration that is in effect as a file")
    .description(
      "The configuration as TOML: the file that was applied, with its comments, where it still says what is in effect; else made from the database, in a fixed order. Plain secrets become names. The file holds the routes' ids, which are credentials.",
    )
    .option("-o, --output <file>", "where to write it (default: standard output)");
  withExamples(
    command,
    ["export -o tocsin.toml --remote", "to begin with routes as code, or after a change by hand"],
    ["export | diff tocsin.toml -", "what differs from your file"],
  );
  does<[], { output?: string }>(command, async (run, { output }) => {
    const { text, revision, state } = await (await storeOf(run)).present();
    if (output !== undefined) writeText(output, text);
    if (run.out.isJson) run.out.json({ revision, state, ...(output === undefined ? { text } : { file: output }) });
    else if (output === undefined) run.terminal.stdout.write(text);
    else run.out.note(`Wrote ${output}: revision ${revision}. It holds the routes' ids, which are credentials.`);
  });
}

function addImport(command: Command, does: Does): void {
  command
    .summary("take over a configuration from other files, after a look")
    .description(
      "Makes one configuration of one or several files (TOML, or JSON of the same tables, or a folder of them), shows what applying it would change, and asks. What stands in two of the files is an error. Routes and destinations that are in none are removed, unless --add.",
    )
    .argument("<files...>", "files or folders")
    .option("--add", "keep what the relay has besides; a name that is there already is an error")
    .option("-y, --yes", "do it without asking")
    .option("--dry-run", "only show what it would change");
  withExamples(
    command,
    ["import exported.toml --remote", "an export of another relay"],
    ["import routes.d/ --dry-run", "a folder with a file for each team"],
    ["import lab.toml --add --yes", "further routes, beside those that are there"],
  );
  does<[files: string[]], { add?: boolean; yes?: boolean; dryRun?: boolean }>(command, async (run, { add, yes, dryRun }, files) => {
    const { out } = run;
    const store = await storeOf(run);
    const base = add ? { name: "the configuration", text: (await store.editable()).text } : undefined;
    const text = importedText(files, base);
    const planned = await store.plan(text);
    const where = relayInWords(await run.relay());
    if (!out.isJson) out.lines(planPaints(text.name, where, planned));
    if (dryRun || planned.same) return out.isJson ? out.json(planned) : undefined;
    if (!(await run.confirmed(`Apply it to ${where}?`, yes))) return out.note("Nothing was changed.");
    const applied = await store.apply(text, { origin: "edit", seen: planned.state });
    if (out.isJson) out.json(applied);
    else out.line(`Applied as revision ${applied.revision} of ${where}.`);
  });
}
