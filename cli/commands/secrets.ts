// `tocsin secrets`: which are named and which are missing, and setting one.
import { password } from "@clack/prompts";
import type { Command } from "commander";
import { howToSet, isHere, secretSource, secretsNamed } from "../config/secret-names.ts";
import { storeOf } from "../config/store-of.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { bad, good, strong } from "../frame/paint.ts";
import type { Does, Frame } from "../frame/program.ts";
import type { Terminal } from "../frame/terminal.ts";
import { plural } from "../views/words.ts";
import { runWrangler } from "../wrangler.ts";

/** Adds the verbs. */
export function addSecrets({ program, does }: Frame): void {
  const secrets = program
    .command("secrets")
    .summary("which are named, which are missing; set one")
    .description("The secrets that the configuration names. They are Worker secrets: no value is ever shown.")
    .helpGroup(HEADINGS.configuration);
  addCheck(secrets.command("check"), does);
  addPut(secrets.command("put"), does);
}

function addCheck(command: Command, does: Does): void {
  command
    .summary("which secrets are named, and which are missing")
    .description(
      "Every secret that the configuration names, where, and whether it is set: at the deployed Worker, at the relay that serves, or in a file. Exit status 1 when one is missing.",
    )
    .option("--secrets <file>", "a dotenv file, in place of what the relay has");
  withExamples(
    command,
    ["secrets check", "of the relay on this machine"],
    ["secrets check --remote", "of the deployed Worker"],
    ["secrets check --secrets .dev.vars", "of a file"],
  );
  does<[], { secrets?: string }>(command, async (run, { secrets: file }) => {
    const store = await storeOf(run);
    // An export has names for plain secrets, which are nothing to set.
    const { text } = await ((await run.relay()).kind === "url" ? store.present() : store.editable());
    const { where, isSet } = await secretSource(run, text, file);
    const items = secretsNamed(text).map((one) => ({ ...one, set: isSet(one.name) }));
    const missing = items.filter(({ set }) => !set);
    if (run.out.isJson) run.out.json({ where, items, missing: missing.map(({ name }) => name) });
    else if (items.length === 0) run.out.line("The configuration names no secret.");
    else {
      run.out.table(
        [{ title: "SECRET" }, { title: "" }, { title: "USED AT", least: 20 }],
        items.map(({ name, set, used }) => [name, set ? good("set") : bad("MISSING"), used.join(", ")]),
      );
      run.out.line();
      run.out.line(
        missing.length === 0
          ? good(`All of them are set at ${where}.`)
          : bad(`${plural(missing.length, "secret is", "secrets are")} missing at ${where}.`),
      );
      if (missing.length > 0) run.out.line(strong(howToSet("NAME", file !== undefined || isHere(await run.relay()))));
    }
    return missing.length === 0 ? 0 : 1;
  });
}

function addPut(command: Command, does: Does): void {
  command
    .summary("set a secret of the deployed Worker")
    .description(
      "Sets a Worker secret by way of wrangler. The value is read from standard input, or asked for at a terminal; it is on no command line. With --remote only: on this machine secrets stand in the file given with --secrets, or in .dev.vars.",
    )
    .argument("<name>", "the secret's name");
  withExamples(
    command,
    ["secrets put SOC_SLACK_URL --remote", "asks for the value"],
    ["secrets put SOC_SLACK_URL --remote --json", "the value comes from standard input: < url.txt"],
  );
  does(command, async (run, _, name) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Refusal("A secret's name has letters, digits and _ only.");
    const relay = await run.relay();
    if (relay.kind !== "remote")
      throw new Refusal("A secret is set at the deployed Worker only: say --remote.", {
        hint: `On this machine write ${name}=VALUE into the file given with --secrets (npm start), or into .dev.vars (npm run dev).`,
      });
    const { status, output } = await runWrangler(["secret", "put", name], await valueFrom(run.terminal, name));
    if (status !== 0) throw new Failure(`wrangler could not set ${name}.\n${output.trim()}`);
    if (run.out.isJson) run.out.json({ set: name });
    else run.out.line(`${name} is set.`);
  });
}

/** A secret ends where its line ends: a file has one more line feed than is meant. */
async function valueFrom({ stdin, stderr }: Terminal, name: string): Promise<string> {
  let value: unknown;
  if (stdin.isTTY) value = await password({ message: `The value of ${name}`, output: stderr });
  else {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    value = Buffer.concat(chunks)
      .toString("utf8")
      .replace(/\r?\n$/, "");
  }
  if (typeof value !== "string") throw new Failure("Nothing was done.");
  if (value === "") throw new Refusal("The value is empty.");
  return value;
}
