// Which secrets a configuration names, and which of them are set.
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { pathText } from "../../src/config/problem.ts";
import { textsIn } from "../../src/config/schema-tree.ts";
import { secretReference } from "../../src/config/secret.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { own } from "../../src/lib/own.ts";
import { Failure } from "../frame/errors.ts";
import type { Run } from "../frame/run.ts";
import { isLoopback, knownAddress, type Relay, ROOT } from "../frame/target.ts";
import { runWrangler } from "../wrangler.ts";
import { apiStore } from "./api-store.ts";
import { readSecrets } from "./secrets-file.ts";

/** A secret that is named, and where. */
export interface NamedSecret {
  name: string;
  /** Keys: `destinations.soc.url`. */
  used: string[];
}

/** Where it was looked up, in words, and whether a secret is set there. */
export interface SecretSource {
  where: string;
  isSet(name: string): boolean;
}

/** The secrets that a text names, by name. */
export function secretsNamed(text: string): NamedSecret[] {
  const file = parseConfigText(text);
  const found = new Map<string, string[]>();
  for (const { path, text: value } of textsIn(file.ok ? file.value.document : {})) {
    const name = secretReference(value)?.name;
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), pathText(path)]);
  }
  return [...found].map(([name, used]) => ({ name, used })).sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Whether a relay's secrets stand in a file on this machine. */
export const isHere = (relay: Relay): boolean => relay.kind === "local" || (relay.kind === "url" && isLoopback(relay.url));

/** How a secret is set, as a sentence: on this machine, or at the deployed Worker. */
export const howToSet = (name: string, here: boolean): string =>
  here
    ? `Write ${name}=VALUE into the file given with --secrets (npm start), or into .dev.vars (npm run dev), and start the relay again.`
    : `Set it: npx tocsin secrets put ${name} --remote`;

/**
 * Where the relay's secrets are: those of the deployed Worker, by wrangler; those of a relay that serves, by its API; else a file on this
 * machine, which `npm run dev` reads unless another one is said.
 */
export async function secretSource(run: Run, text: string, file: string | undefined): Promise<SecretSource> {
  if (file !== undefined) return fromFile(file);
  const relay = await run.relay();
  if (relay.kind === "remote") return deployed();
  if (knownAddress(relay) !== undefined) return served(run, text);
  const dev = join(ROOT, ".dev.vars");
  if (existsSync(dev)) return fromFile(dev);
  throw new Failure("No relay serves, and there is no .dev.vars: nobody can say which secrets are set.", {
    hint: "Name the file with --secrets.",
  });
}

function fromFile(path: string): SecretSource {
  const set = readSecrets(path);
  return { where: path, isSet: (name) => (own(set, name) ?? "") !== "" };
}

const listSchema = z.array(z.object({ name: z.string() }));

async function deployed(): Promise<SecretSource> {
  const { status, stdout, output } = await runWrangler(["secret", "list", "--format", "json"]);
  const list = status === 0 ? listSchema.safeParse(jsonIn(stdout)) : undefined;
  if (!list?.success) throw new Failure(`wrangler could not list the secrets.\n${output.trim()}`);
  const names = new Set(list.data.map(({ name }) => name));
  return { where: "the deployed Worker", isSet: (name) => names.has(name) };
}

/** Wrangler may print a line or two before its JSON. */
function jsonIn(stdout: string): unknown {
  try {
    return JSON.parse(stdout.slice(Math.max(0, stdout.search(/^\[/m))));
  } catch {
    return undefined;
  }
}

/** The relay itself says which are missing, without telling any. */
async function served(run: Run, text: string): Promise<SecretSource> {
  const api = await run.api("configure");
  const { warnings } = await apiStore(api).plan({ name: "the configuration", text });
  const missing = new Set(warnings.map(({ message }) => /the secret (\w+) is not set/.exec(message)?.[1]));
  return { where: `the relay at ${api.url}`, isSet: (name) => !missing.has(name) };
}
