// `tocsin validate`, `try`, `schema`: what needs no relay.
import type { Command } from "commander";
import { schemaFile } from "../config/schema-file.ts";
import { SECRETS } from "../config/secrets-file.ts";
import { writeText } from "../config/text-file.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Does, Frame } from "../frame/program.ts";
import { trialLines, tryRoute } from "../try.ts";
import { validate } from "../validate.ts";
import { verbOf } from "./groups.ts";

/** Adds the verbs. */
export function addCheckConfig({ program, does }: Frame): void {
  addValidate(program.command("validate").helpGroup(HEADINGS.configuration), does);
  addTry(program.command("try").helpGroup(HEADINGS.configuration), does);
  addSchema(program.command("schema").helpGroup(HEADINGS.configuration), does);
}

/** `validate FILE`. */
export function addValidate(command: Command, does: Does): void {
  const verb = verbOf(command);
  command
    .summary("find everything that is wrong with a configuration file")
    .description(
      "Reads a configuration file and says everything that is wrong with it, with its line. Changes nothing and asks no relay. With --remote it is judged as for a deployed relay, where secrets have to be names.",
    )
    .argument("<file>", "the configuration file")
    .option(...SECRETS);
  withExamples(
    command,
    [`${verb} tocsin.toml`, "for a relay on this machine"],
    [`${verb} tocsin.toml --remote --json`, "in CI, before it is applied to the deployed relay"],
  );
  does<[file: string], { secrets?: string }>(command, async ({ out, options }, { secrets }, file) => {
    validate(file, { remote: options.remote ?? false, secrets });
    if (out.isJson) out.json({ valid: true });
    else out.line(`${file} is valid.`);
  });
}

/** `try FILE --sample FILE`. */
export function addTry(command: Command, does: Does): void {
  const verb = verbOf(command);
  command
    .summary("read a sample as a route would, and show what becomes of it")
    .description(
      "Reads the body of a request as a route of FILE would: the alerts that come of it, and what each rule says of them. Nothing is sent, no API is asked, and the sender is not checked.",
    )
    .argument("<file>", "the configuration file")
    .requiredOption("--sample <file>", "the body of a request, as the vendor sends it")
    .option("--route <name>", "the route that reads it; not needed where the file has only one")
    .option(...SECRETS);
  withExamples(
    command,
    [`${verb} tocsin.toml --sample alert.json`, "where the file has one route"],
    [`${verb} tocsin.toml --sample alert.json --route sekoia-prod --json`, "as JSON"],
  );
  does<[file: string], { sample: string; route?: string; secrets?: string }>(command, async ({ out, options, terminal }, own, file) => {
    const trial = tryRoute(file, { ...own, remote: options.remote ?? false }, terminal.now());
    if (out.isJson) out.json(trial);
    else out.lines(trialLines(trial));
  });
}

function addSchema(command: Command, does: Does): void {
  command
    .summary("the configuration file as a JSON schema, for editors")
    .description("The JSON schema of the configuration file, for editors that complete and check TOML, such as those with Taplo.")
    .option("-o, --output <file>", "where to write it (default: standard output)");
  withExamples(command, ["schema -o tocsin.schema.json", "then begin the file with: #:schema ./tocsin.schema.json"]);
  does<[], { output?: string }>(command, async (run, { output }) => {
    const text = schemaFile();
    if (output === undefined) run.terminal.stdout.write(text);
    else {
      writeText(output, text);
      if (run.out.isJson) run.out.json({ file: output });
      else run.out.note(`Wrote ${output}.`);
    }
  });
}
