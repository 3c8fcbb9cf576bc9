// A dotenv file with secrets.
import { parseEnv } from "node:util";
import { own } from "../../src/lib/own.ts";
import { Refusal } from "../frame/errors.ts";
import { readFileText } from "../toml.ts";

/** The option that names one. */
export const SECRETS = [
  "--secrets <file>",
  "a dotenv file: a secret that the configuration names and that is not in it is an error",
] as const;

/** Whether a secret is set in a file; undefined without one, since then nobody can tell. */
export function secretsGiven(path: string | undefined): ((name: string) => boolean) | undefined {
  if (path === undefined) return undefined;
  const set = readSecrets(path);
  return (name) => (own(set, name) ?? "") !== "";
}

/** The secrets of a file. */
export function readSecrets(path: string): NodeJS.Dict<string> {
  const text = readFileText(path);
  if (!text.ok) throw new Refusal(`${path}: ${text.reason}`);
  return parseEnv(text.value);
}
