// Which relay a verb is about. Flags decide, then TOCSIN_URL, then what is found on this machine.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Target } from "../wrangler.ts";
import { Failure, Refusal } from "./errors.ts";
import { type RunningRelay, runningRelay } from "./local.ts";

/** The options that every verb takes, as commander gives them. */
export interface GlobalOptions {
  local?: boolean;
  remote?: boolean;
  persistTo?: string;
  url?: string;
  token?: string;
  json?: boolean;
  /** False with --no-color. */
  color?: boolean;
}

/**
 * A relay. `url`: by its admin API alone, with a token of one's own. `local`: on this machine, with the state in `directory`; `running`
 * where it says itself that it serves, else `url` where that was said. `remote`: the deployed one, by way of wrangler; `url` where it was
 * said; its token is kept in `directory`.
 */
export type Relay =
  | { kind: "url"; url: string; token: string }
  | { kind: "local"; directory: string; demo: boolean; running?: RunningRelay; url?: string; token?: string }
  | { kind: "remote"; directory: string; url?: string; token?: string };

/** The project's folder: where wrangler.toml is and, unless said, the state. */
export const ROOT = join(import.meta.dirname, "..", "..");
/** Where `npm start` keeps the state unless told otherwise. */
export const STATE = ".tocsin";

const CHOICES =
  "Choose one: --local (start it with `npm start`), --remote (the deployed one, with your Cloudflare login), or --url URL with TOCSIN_TOKEN.";

/** Finds the relay, or says how to choose one. */
export async function chooseRelay(options: GlobalOptions, env: Readonly<Record<string, string | undefined>>): Promise<Relay> {
  const { local = false, remote = false, token } = options;
  const url = options.url === undefined ? undefined : originOf(options.url, "--url");
  if (remote) return { kind: "remote", directory: stateFolder(options.persistTo), url, token };
  if (local) return { ...(await localRelay(options.persistTo, onThisMachine(url))), ...(token ? { token } : {}) };
  const fromEnv = env.TOCSIN_URL ? originOf(env.TOCSIN_URL, "TOCSIN_URL") : undefined;
  if (url !== undefined) return { kind: "url", url, token: tokenFor(url, token, fromEnv, env.TOCSIN_TOKEN) };
  // A state folder that was named is meant, whatever the environment says.
  if (fromEnv !== undefined && options.persistTo === undefined)
    return { kind: "url", url: fromEnv, token: tokenFor(fromEnv, token, fromEnv, env.TOCSIN_TOKEN) };
  const found = await localRelay(options.persistTo);
  if (found.running || existsSync(join(found.directory, "v3")) || options.persistTo !== undefined)
    return token ? { ...found, token } : found;
  throw new Refusal("Which relay? None runs on this machine.", { hint: CHOICES });
}

/** The database of a relay, for verbs that go through wrangler. */
export function databaseOf(relay: Relay): Target {
  switch (relay.kind) {
    case "local":
      return { remote: false, persistTo: relay.directory };
    case "remote":
      return { remote: true };
    case "url":
      throw new Refusal("This verb works on the relay's database, which --url does not reach.", {
        hint: "Use --local or --remote instead.",
      });
  }
}

/** A relay in words: `the relay on this machine`. */
export function relayInWords(relay: Relay): string {
  switch (relay.kind) {
    case "local":
      return relay.demo ? "the demo on this machine" : "the relay on this machine";
    case "remote":
      return "the deployed relay";
    case "url":
      return `the relay at ${relay.url}`;
  }
}

const stateFolder = (persistTo: string | undefined): string => (persistTo === undefined ? join(ROOT, STATE) : resolve(persistTo));

/**
 * The folder that was named, or the usual one; or its demo, where that is what runs. `url`: where a relay serves that did not say so in its
 * folder, such as one of `npm run dev`; the folder's own, or its demo, where it is theirs.
 */
async function localRelay(persistTo: string | undefined, url?: string): Promise<Extract<Relay, { kind: "local" }>> {
  const directory = stateFolder(persistTo);
  const isMeant = (running: RunningRelay): boolean => url === undefined || new URL(running.url).port === new URL(url).port;
  const running = await runningRelay(directory);
  if (running && isMeant(running)) return { kind: "local", directory, demo: false, running };
  const demo = await runningRelay(join(directory, "demo"));
  if (demo && isMeant(demo)) return { kind: "local", directory: join(directory, "demo"), demo: true, running: demo };
  return { kind: "local", directory, demo: false, ...(url === undefined ? {} : { url }) };
}

/** The token of a state folder is for nobody elsewhere. */
function onThisMachine(url: string | undefined): string | undefined {
  if (url === undefined || isLoopback(url)) return url;
  throw new Refusal("With --local, --url must be an address on this machine, such as http://127.0.0.1:8787.", {
    hint: "Leave --local out for the relay at that address, or --url for the one that runs here.",
  });
}

/** Whether an address is on this machine. */
export const isLoopback = (url: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** An address without path; plain HTTP only where nobody listens in. */
export function originOf(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new Refusal(`${where} must be an address such as https://relay.example.com.`);
  if (url.protocol === "http:" && !isLoopback(url.href))
    throw new Refusal(`${where} must begin with https:// unless it is on this machine: the token would be readable on the way.`);
  return url.origin;
}

function tokenFor(url: string, given: string | undefined, meantFor: string | undefined, token: string | undefined): string {
  if (given) return given;
  if (!token)
    throw new Refusal(`There is no token for ${url}.`, {
      hint: isLoopback(url)
        ? "Set TOCSIN_TOKEN, or say --local as well, which has the one of the state folder."
        : "Set TOCSIN_TOKEN, or use --remote, which makes one with your Cloudflare login.",
    });
  // The environment is set for one relay; another one is not given its token.
  if (meantFor !== undefined && meantFor !== url)
    throw new Refusal(`TOCSIN_TOKEN is for ${meantFor}, not for ${url}.`, { hint: "Set TOCSIN_URL to the same address, or give --token." });
  return token;
}

/** Where a relay serves, as far as it is known without asking. */
export const knownAddress = (relay: Relay): string | undefined => (relay.kind === "local" ? relay.running?.url : undefined) ?? relay.url;

/** The address of a local relay that has to run. */
export function addressOf(relay: Extract<Relay, { kind: "local" }>): string {
  const url = knownAddress(relay);
  if (url !== undefined) return url;
  throw new Failure(`No relay runs with the state in ${relay.directory}.`, {
    hint: "Start it with `npm start -- --config FILE`, or say where its state is with --persist-to DIR. One of `npm run dev` does not say where it serves: --local --url http://127.0.0.1:8787",
  });
}
