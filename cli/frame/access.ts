// How a verb gets to the admin API of the relay that was chosen.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Role } from "../../src/admin/role.ts";
import { Api } from "./api.ts";
import { Failure, Refusal } from "./errors.ts";
import { answers } from "./local.ts";
import { addressOf, originOf, type Relay } from "./target.ts";
import type { KeptToken } from "./tokens.ts";

/** What is needed besides the relay. `wait`: says that it takes a moment. */
export interface AccessOptions {
  now(): number;
  wait(text: string): void;
}

/** A fresh token that is refused so soon is not refused for its age. */
const AGE_MS = 60_000;

/** The API of a relay, for somebody who needs this role. */
export async function apiOf(relay: Relay, role: Role, options: AccessOptions): Promise<Api> {
  switch (relay.kind) {
    case "url":
      return new Api({ url: relay.url, tokens: [relay.token].values() });
    case "local":
      if (relay.url !== undefined && !(await answers(relay.url)))
        throw new Failure(`No relay answers at ${relay.url}.`, { hint: "Start it, or see whether the port is right." });
      return new Api({ url: addressOf(relay), tokens: relay.token ? [relay.token].values() : localTokens(relay, role, options) });
    case "remote":
      return remoteApi(relay, role, options);
  }
}

/** Most verbs do without, and start sooner. */
const byDatabase = () => import("./tokens.ts");

/** The token in the state folder; where another ADMIN_TOKEN was given, one by way of the database. */
async function* localTokens(relay: Extract<Relay, { kind: "local" }>, role: Role, options: AccessOptions): AsyncGenerator<string> {
  const own = ownToken(relay.directory);
  if (own !== undefined) yield own;
  yield* databaseTokens(relay, role, options);
}

function ownToken(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, "admin-token"), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The kept token, then fresh ones: a verb that runs for hours needs several. */
async function* databaseTokens(
  relay: Exclude<Relay, { kind: "url" }>,
  role: Role,
  { now, wait }: AccessOptions,
  first?: KeptToken,
): AsyncGenerator<string> {
  const { databaseToken, forgetToken } = await byDatabase();
  wait("Asking wrangler for a token ...");
  yield (first ?? (await databaseToken(relay, role, now()))).token;
  for (let madeAt: number | undefined; madeAt === undefined || now() - madeAt > AGE_MS; ) {
    forgetToken(relay);
    const fresh = await databaseToken(relay, role, now());
    madeAt = now();
    yield fresh.token;
  }
}

async function remoteApi(relay: Extract<Relay, { kind: "remote" }>, role: Role, options: AccessOptions): Promise<Api> {
  const { url: said, token: given } = relay;
  if (given && said) return new Api({ url: said, tokens: [given].values() });
  const { databaseToken } = await byDatabase();
  options.wait("Asking wrangler for the way in ...");
  const kept = await databaseToken(relay, role, options.now());
  const url = said ?? (kept.url && originOf(kept.url, "The `url` of [relay]"));
  if (url === undefined)
    throw new Refusal("The deployed configuration has no [relay] url, so its address is not known.", {
      hint: "Say it with --url, or add `url` to [relay] and apply it.",
    });
  return new Api({ url, tokens: given ? [given].values() : databaseTokens(relay, role, options, kept) });
}
