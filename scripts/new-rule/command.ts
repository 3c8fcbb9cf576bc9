// The command line of `npm run new-rule`.
import { parseArgs } from "node:util";

export const HELP = `Usage:
  npm run new-rule -- NAME (--sample FILE | --from ALERT_ID) [--route ROUTE] [--to DESTINATIONS] [--config FILE]

Makes a rule that matches a sample, at the end of its route, and a test of it beside the configuration. The file's comments stay.
Then edit both: the condition is a first guess. Run the tests with \`npx tocsin test\`.

  NAME             The rule's name.
  --sample FILE    The body of a request, as the vendor sends it.
  --from ALERT_ID  A stored alert, of the relay on this machine (or TOCSIN_URL with TOCSIN_TOKEN).
  --route ROUTE    The route (default: the alert's; the only one).
  --to NAMES       Destinations, a comma list (default: the first of the file).
  --config FILE    The configuration (default: tocsin.toml).
  --persist-to DIR With --from: where the relay on this machine keeps its state (default: .tocsin).
  --help           This text.

Exit status: 0 when it is made, 1 when it could not be made, 2 when the command or the sample is wrong. Then nothing was changed.
`;

/** What was asked for. */
export interface Request {
  name: string;
  from: { sample: string } | { alert: string; persistTo?: string };
  route?: string;
  to?: string[];
  config: string;
}

/** A request, a wish for help, or a sentence that says what is wrong. */
export type Asked = { kind: "request"; request: Request } | { kind: "help" } | { kind: "wrong"; message: string };

const OPTIONS = {
  sample: { type: "string" },
  from: { type: "string" },
  route: { type: "string" },
  to: { type: "string" },
  config: { type: "string", default: "tocsin.toml" },
  "persist-to": { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Reads the command line. */
export function readRequest(args: string[]): Asked {
  const wrong = (message: string): Asked => ({ kind: "wrong", message });
  let read: ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: typeof OPTIONS }>>;
  try {
    read = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const { sample, from, route, to, config, "persist-to": persistTo, help } = read.values;
  if (help) return { kind: "help" };
  const [name = "", ...others] = read.positionals;
  if (name.trim() === "") return wrong("NAME is missing.");
  if (others.length > 0) return wrong(`One NAME is needed, and there are ${others.length + 1}; put quotes around a name with blanks.`);
  if (sample !== undefined && from !== undefined) return wrong("Give --sample or --from, not both.");
  const origin = sample !== undefined ? { sample } : from !== undefined ? { alert: from, persistTo } : undefined;
  if (origin === undefined) return wrong("--sample FILE or --from ALERT_ID is missing.");
  const names = to?.split(",").map((one) => one.trim());
  if (names?.some((one) => one === "")) return wrong("--to must be a comma list of names.");
  return {
    kind: "request",
    request: { name, from: origin, config, ...(route === undefined ? {} : { route }), ...(names ? { to: names } : {}) },
  };
}
