// A configuration file, judged on this machine.
import { join } from "node:path";
import { declaredBindings } from "../scripts/wrangler-config.ts";
import { checkConfigText } from "../src/config/check.ts";
import type { ConfigFile } from "../src/config/toml.ts";
import { refuseConfig } from "./config/refuse.ts";
import { secretsGiven } from "./config/secrets-file.ts";
import type { NamedText } from "./config/store.ts";
import { readText } from "./config/text-file.ts";
import { registries } from "./registries.ts";

const ROOT = join(import.meta.dirname, "..");

/** How a text is judged. */
export interface JudgeOptions {
  /** As for the deployed relay, where secrets have to be names. */
  remote: boolean;
  /** Whether a secret is set; one that is not is an error then. Absent: nobody asks. */
  isSet?: (name: string) => boolean;
}

/** The text when nothing is wrong with it; else a `Refusal` with every error and its line. */
export function judged({ name, text }: NamedText, { remote, isSet }: JudgeOptions): ConfigFile {
  const checked = checkConfigText(text, registries, { local: !remote, bindings: declaredBindings(ROOT), isSet });
  if (!checked.ok) return refuseConfig(name, checked.reason);
  const { file, warnings } = checked.value;
  return warnings.length === 0 ? file : refuseConfig(name, { kind: "wrong", file, problems: warnings });
}

/** The same for a file; `secrets` is a dotenv file. */
export const validate = (path: string, { remote, secrets }: { remote: boolean; secrets?: string }): ConfigFile =>
  judged(readText(path), { remote, isSet: secretsGiven(secrets) });
