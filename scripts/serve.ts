// Starts the relay with a configuration that was found right, and everything around it: log, cron, a way in for the owner.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { announceRelay, withdrawRelay } from "../cli/frame/local.ts";
import { configVersion } from "../src/store/config-reader.ts";
import { localAdminToken, makeSignInCode } from "./admin-access.ts";
import { applyIfChanged, type CheckedFile } from "./config-file.ts";
import { runCron } from "./cron.ts";
import { OutputLog, Warnings } from "./output-log.ts";
import { type Relay, startRelay } from "./runtime.ts";

/** What is served, and how it is told. */
export interface ServeOptions {
  port: number;
  /** The state folder, which is there. */
  directory: string;
  config: CheckedFile;
  secrets: Record<string, string>;
  /** Where they were read from: the command line reads them there as well. */
  secretsPath?: string;
  /** Says a line to the person at the terminal. */
  say: (line: string) => void;
  /** Warnings of the Worker stay in the log; errors are still said. */
  quiet?: boolean;
}

/** A relay that serves. */
export interface Serving {
  url: string;
  adminToken: string;
  /** Absent when the ADMIN_TOKEN was given: whoever gave it can sign in with it. */
  signInLink?: string;
  logPath: string;
  stop(): Promise<void>;
}

/** Why nothing can be started, in lines for a person, with the exit status. */
export class Refusal extends Error {
  readonly status: number;
  readonly lines: string[];

  constructor(status: number, lines: string[]) {
    super(lines.join("\n"));
    this.status = status;
    this.lines = lines;
  }
}

const HEALTH_LIMIT_MS = 10_000;

/** Starts it; it answers GET /healthz with 200 when this ends. */
export async function serve({ port, directory, config, secrets, secretsPath, say, quiet = false }: ServeOptions): Promise<Serving> {
  const log = new OutputLog(join(directory, "relay.log"));
  const warnings = new Warnings((line) => console.error(line));
  const givenToken = secrets.ADMIN_TOKEN || process.env.ADMIN_TOKEN;
  const adminToken = givenToken || localAdminToken(directory);
  const relay = await startRelay({
    port,
    persistTo: directory,
    adminToken,
    secrets,
    ownSignals: true,
    onOutput: (line) => {
      log.add(line);
      if (line.level === "error" || !quiet) warnings.add(line);
    },
    onRestart: () => {
      console.error("The Workers runtime ended and was started again; what was accepted goes on.");
      wake();
    },
  });
  // After a crash every object would be woken by its alarm; the sweep does not wait for that.
  const wake = () => void sweep(relay, relay.crons[0] ?? "");
  let stopCron: (() => void) | undefined;
  const stop = async (): Promise<void> => {
    withdrawRelay(directory, process);
    stopCron?.();
    await relay.stop();
    log.flush();
  };
  try {
    for (const line of config.warnings) console.error(`warning: ${line}`);
    for (const line of await applyIfChanged(await relay.db(), config)) say(line);
    const signInLink = givenToken ? undefined : `${relay.url}/signin?code=${await makeSignInCode(await relay.db())}`;
    stopCron = runCron(relay.crons, (cron) => void sweep(relay, cron));
    await healthy(relay.url, await configVersion(await relay.db()));
    // The command line finds it there.
    announceRelay(directory, { url: relay.url, pid: process.pid, secrets: secretsPath });
    wake();
    return { url: relay.url, adminToken, signInLink, logPath: log.path, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function sweep(relay: Relay, cron: string): Promise<void> {
  try {
    await relay.scheduled(cron);
  } catch (error) {
    console.error(`warning: the sweep at ${cron} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Waits until it answers with this version of the configuration: an object that woke early may have read the one before. */
async function healthy(url: string, version: number): Promise<void> {
  let last = "";
  for (const until = Date.now() + HEALTH_LIMIT_MS; Date.now() < until; await sleep(50)) {
    try {
      const answer = await fetch(`${url}/healthz`);
      last = await answer.text();
      if (answer.status === 200 && Number(Object(JSON.parse(last)).configuration) >= version) return;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Refusal(1, [`The relay does not become healthy: ${last}`]);
}
