// `npm start`: the demo, or the relay with a configuration of one's own, on this machine.
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { type Demo, startDemo } from "../demo/demo.ts";
import { HELP, parseArguments, type StartArguments } from "./arguments.ts";
import { checkConfigFile, readSecretsFile } from "./config-file.ts";
import { portProblem, tryPort } from "./ports.ts";
import { Refusal, type Serving, serve } from "./serve.ts";
import { claimState } from "./state-lock.ts";

const DEFAULT_PORT = 8787;
/** Whatever has not ended by then ends with the process. */
const STOP_MS = 3_000;

/** Runs a command line. It ends the process on a signal, and when it cannot start. */
export async function main(args: string[]): Promise<void> {
  const parsed = parseArguments(args);
  if (parsed.kind === "help") return void console.log(HELP);
  if (parsed.kind === "wrong") return exit(2, [parsed.message, "", HELP]);
  // Whoever started this may stop reading; that is no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const stops: (() => unknown)[] = [];
  endOnSignals(stops);
  try {
    await (parsed.run.config === undefined ? runDemo(parsed.run, stops) : runOwn(parsed.run, parsed.run.config, stops));
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(1, [`The relay could not start: ${wordsOf(error)}`]);
    await stopAll(stops);
    exit(refusal.status, refusal.lines);
  }
}

async function runOwn({ port = DEFAULT_PORT, persistTo, secrets: secretsPath }: StartArguments, path: string, stops: (() => unknown)[]) {
  const given = secretsPath === undefined ? undefined : readSecretsFile(secretsPath);
  if (given?.ok === false) throw new Refusal(2, [given.reason]);
  const checked = checkConfigFile(path, given?.value);
  if (!checked.ok) throw new Refusal(2, checked.reason);
  // First the folder: a runtime without an owner may hold the port as well.
  const directory = await stateFolder(resolve(persistTo));
  await usable(port);
  const serving = await serve({
    port,
    directory,
    config: checked.value,
    secrets: given?.value ?? {},
    secretsPath: secretsPath && resolve(secretsPath),
    say,
  });
  stops.push(() => serving.stop());
  if (serving.signInLink !== undefined) say(`Dashboard: ${serving.signInLink}   (a link for one sign-in, good for 10 minutes)`);
  say(`Log:       ${serving.logPath}`);
  ready(serving);
}

async function runDemo({ port, persistTo }: StartArguments, stops: (() => unknown)[]) {
  const directory = await stateFolder(resolve(persistTo, "demo"));
  const wanted = port ?? ((await tryPort(DEFAULT_PORT)).ok ? DEFAULT_PORT : 0);
  // Nothing of an earlier demo: it would tell of alerts that this one does not have.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // The configuration names the relay's address, so the port has to be known before it starts.
  const demo: Demo = await startDemo({ directory, relayPort: await usable(wanted) });
  stops.push(() => demo.stop());
  const checked = checkConfigFile(demo.configPath, demo.secrets);
  if (!checked.ok) throw new Refusal(1, checked.reason);
  const serving = await serve({
    port: demo.relayPort,
    directory,
    config: checked.value,
    secrets: demo.secrets,
    secretsPath: demo.secretsPath,
    say: () => {},
    quiet: true,
  });
  stops.push(() => serving.stop());
  for (const line of demo.summary(serving.signInLink ?? serving.url)) say(line);
  ready(serving);
  await demo.play({ url: serving.url, adminToken: serving.adminToken, say });
}

/** A port that can be had, else a refusal. */
async function usable(port: number): Promise<number> {
  const found = await tryPort(port);
  if (!found.ok) throw new Refusal(2, [portProblem(port, found.reason)]);
  return found.value;
}

/** The folder, made if need be, which no other relay has. */
async function stateFolder(directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const owner = await claimState(directory);
  if (owner === undefined) return directory;
  throw new Refusal(2, [
    `Another relay (process ${owner}) runs with the state in ${directory}. End it, or choose another folder with --persist-to.`,
  ]);
}

/** Without the handlers of others: the exit status is 0, however many signals come. */
function endOnSignals(stops: (() => unknown)[]): void {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await stopAll(stops);
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}

async function stopAll(stops: (() => unknown)[]): Promise<void> {
  const stopped = Promise.allSettled(stops.toReversed().map(async (stop) => stop()));
  await Promise.race([stopped, new Promise((done) => setTimeout(done, STOP_MS))]);
}

const say = (line: string): void => console.log(line);
const ready = ({ url }: Serving): void => console.log(`ready ${url}`);

function exit(status: number, lines: string[]): never {
  for (const line of lines) console.error(line);
  process.exit(status);
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? (process.env.DEBUG ? (error.stack ?? error.message) : error.message) : String(error);
