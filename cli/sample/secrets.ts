// The secrets of a relay on this machine, as far as somebody who sends a sample may read them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readSecrets } from "../config/secrets-file.ts";
import { type Relay, ROOT } from "../frame/target.ts";

/** By name: what the file says that was given, or the one that the relay was started with, or `.dev.vars`; the environment fills the gaps. */
export function secretsAtHand(
  relay: Relay,
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const started = relay.kind === "local" ? relay.running?.secrets : undefined;
  const development = join(ROOT, ".dev.vars");
  const path =
    given ?? (started && existsSync(started) ? started : relay.kind === "local" && existsSync(development) ? development : undefined);
  return { ...env, ...(path === undefined ? {} : readSecrets(path)) };
}
