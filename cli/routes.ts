// `npm run routes -- ...`: validates, tries, applies and lists the configuration.
import { parseArgs } from "node:util";
import { apply } from "./apply.ts";
import { list } from "./list.ts";
import { tryRoute } from "./try.ts";
import { validate } from "./validate.ts";

const HELP = `Usage:
  npm run routes -- validate FILE [--remote] [--secrets FILE] [--json]
  npm run routes -- try FILE --sample FILE.json [--route NAME] [--json]
  npm run routes -- apply FILE [--remote] [--persist-to DIR] [--secrets FILE] [--json]
  npm run routes -- list [--remote] [--persist-to DIR] [--reveal] [--json]

  validate   Finds everything that is wrong with a configuration file, with lines. Changes nothing.
  try        Reads a sample as a route of FILE would: the alerts that come of it, and what each rule says. Sends nothing.
  apply      Validates FILE and makes it the relay's configuration, as one revision.
  list       Shows the routes and destinations that the relay has, and those that are broken.

Options:
  --remote           The deployed relay instead of the one on this machine. Secrets must then be names.
  --persist-to DIR   Where the relay on this machine keeps its state (default: .tocsin, as for npm start).
  --secrets FILE     A dotenv file: says when a secret that FILE names is not in it.
  --reveal           Shows the hooks' addresses in the list. They are credentials.
  --sample FILE      The body of a request, as the vendor sends it.
  --route NAME       The route that reads the sample; not needed where FILE has only one.
  --json             Answers as JSON.
  --help             This text.

Exit status: 0 when it is done, 1 when it could not be done, 2 when the configuration or the command is wrong.
The file is described in docs/configuration.md.
`;

/** Runs a command line and answers the exit status. */
async function main(args: string[]): Promise<number> {
  const options = readArguments(args);
  if (typeof options === "string") {
    console.error(`${options}\n\n${HELP}`);
    return 2;
  }
  const { values, positionals } = options;
  const [command, file] = positionals;
  if (values.help || command === undefined) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const common = { remote: values.remote, persistTo: values["persist-to"], json: values.json };
  if (command === "list" && positionals.length === 1) return list({ ...common, reveal: values.reveal });
  if ((command === "apply" || command === "validate") && file !== undefined && positionals.length === 2)
    return (command === "apply" ? apply : validate)(file, { ...common, secrets: values.secrets });
  if (command === "try" && file !== undefined && values.sample !== undefined && positionals.length === 2)
    return tryRoute(file, { ...common, secrets: values.secrets, route: values.route, sample: values.sample });
  console.error(
    command === "try"
      ? "try needs one FILE and --sample FILE.json."
      : command === "apply" || command === "validate"
        ? `${command} needs one FILE.`
        : `There is no command \`${positionals.join(" ")}\`.`,
  );
  console.error(`\n${HELP}`);
  return 2;
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        remote: { type: "boolean", default: false },
        "persist-to": { type: "string", default: ".tocsin" },
        secrets: { type: "string" },
        reveal: { type: "boolean", default: false },
        sample: { type: "string" },
        route: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

process.exitCode = await main(process.argv.slice(2));
