// The command line of `npm start`.
import { parseArgs } from "node:util";

/** What was asked for. */
export interface StartArguments {
  /** Absent: the demo. */
  config?: string;
  /** Absent: 8787; 0: any free one. */
  port?: number;
  persistTo: string;
  secrets?: string;
}

/** The arguments, a request for help, or a sentence that says what is wrong. */
export type ParsedArguments = { kind: "run"; run: StartArguments } | { kind: "help" } | { kind: "wrong"; message: string };

export const HELP = `Usage:
  npm start                          The demo: the relay, a simulated source API, a chat wall, and sample alerts.
  npm start -- --config FILE.toml    Your own routes, on this machine.

Options:
  --config FILE      The configuration, as TOML. It is applied when it differs from the file applied last.
  --port PORT        Where the relay listens on 127.0.0.1 (default: 8787; 0 takes any free port).
  --persist-to DIR   Where the state is kept (default: .tocsin; the demo uses DIR/demo, and begins anew each time).
  --secrets FILE     A dotenv file with the secrets that the configuration names, and ADMIN_TOKEN.
  --help             This text.

Exit status: 0 after SIGINT or SIGTERM, 1 when it could not start, 2 when the configuration or the command is wrong.
The configuration is described in docs/configuration.md.
`;

/** Reads a command line. */
export function parseArguments(args: string[]): ParsedArguments {
  let values: { config?: string; port?: string; "persist-to": string; secrets?: string; help: boolean };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        config: { type: "string" },
        port: { type: "string" },
        "persist-to": { type: "string", default: ".tocsin" },
        secrets: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }));
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return { kind: "help" };
  const port = values.port === undefined ? undefined : portOf(values.port);
  if (port === "wrong") return { kind: "wrong", message: "--port must be a number from 0 to 65535." };
  for (const name of ["config", "secrets", "persist-to"] as const)
    if (values[name] === "") return { kind: "wrong", message: `--${name} must not be empty.` };
  if (values.secrets !== undefined && values.config === undefined)
    return { kind: "wrong", message: "--secrets goes with --config; the demo makes its own." };
  return { kind: "run", run: { config: values.config, port, persistTo: values["persist-to"], secrets: values.secrets } };
}

function portOf(text: string): number | "wrong" {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : "wrong";
}
