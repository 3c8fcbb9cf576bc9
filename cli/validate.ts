// `routes validate`: reads a configuration file and says everything that is wrong with it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { declaredBindings } from "../scripts/wrangler-config.ts";
import { parseTables } from "../src/config/parse.ts";
import type { Problem } from "../src/config/problem.ts";
import { destinations } from "../src/destinations/index.ts";
import { enrichers } from "../src/enrichers/index.ts";
import { sources } from "../src/sources/index.ts";
import { type ConfigFile, formatProblems, formatUnreadable, readConfigFile } from "./toml.ts";

const ROOT = join(import.meta.dirname, "..");

/** How a file is judged, and how the answer looks. */
export interface ValidateOptions {
  /** Judged as for the deployed relay, where secrets have to be names. */
  remote: boolean;
  /** A dotenv file with the secrets. */
  secrets?: string;
  json: boolean;
}

/** Validates a file; the exit status. */
export async function validate(path: string, options: ValidateOptions): Promise<number> {
  const file = validConfigFile(path, options);
  if (file === undefined) return 2;
  if (options.json) console.log(JSON.stringify({ valid: true }));
  else console.log(`${path} is valid.`);
  return 0;
}

/** The file when nothing is wrong with it; otherwise every error is printed. */
export function validConfigFile(path: string, options: ValidateOptions): ConfigFile | undefined {
  const isSet = options.secrets === undefined ? undefined : secretsOf(options.secrets);
  if (typeof isSet === "string") return refuse([isSet], [], options);
  const file = readConfigFile(path);
  if (!file.ok) return refuse([formatUnreadable(path, file.reason)], [{ path: [], ...file.reason }], options);
  const judged = { local: !options.remote, secrets: isSet, bindings: declaredBindings(ROOT) };
  const { problems } = parseTables(file.value.document, { sources, destinations, enrichers }, judged);
  if (problems.length === 0) return file.value;
  const places = problems.map((problem) => ({ ...problem, ...file.value.locate(problem.path) }));
  return refuse(formatProblems(path, problems, file.value.locate), places, options);
}

function refuse(lines: string[], problems: (Problem & { line?: number; column?: number })[], { json }: ValidateOptions): undefined {
  if (json) console.log(JSON.stringify({ valid: false, problems: problems.length > 0 ? problems : lines.map((message) => ({ message })) }));
  else for (const line of lines) console.error(line);
  return undefined;
}

/** Which secrets a dotenv file sets, or a sentence that says why it cannot be read. */
function secretsOf(path: string): ((name: string) => boolean) | string {
  try {
    const set = parseEnv(readFileSync(path, "utf8"));
    return (name) => (set[name] ?? "") !== "";
  } catch {
    return `${path}: the secrets file cannot be read`;
  }
}
