// The relay that runs on this machine: `npm start` writes where it serves into its state folder.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** A relay that serves. */
export interface RunningRelay {
  url: string;
  /** The process that started it. */
  pid: number;
  /** The path of the dotenv file with its secrets, where it was started with one. */
  secrets?: string;
}

const schema = z.object({ url: z.url(), pid: z.number().int().positive(), secrets: z.string().optional() });
const NAME = "relay.json";
const HEALTH_LIMIT_MS = 2_000;

/** Says in the state folder where the relay serves. */
export function announceRelay(directory: string, running: RunningRelay): void {
  writeFileSync(join(directory, NAME), `${JSON.stringify(running)}\n`, { mode: 0o600 });
}

/** Takes that back; nothing where another one has said so since. */
export function withdrawRelay(directory: string, { pid }: Pick<RunningRelay, "pid">): void {
  if (announced(directory)?.pid === pid) rmSync(join(directory, NAME), { force: true });
}

/** The relay of a state folder, if it answers: the file of one that was killed stays behind. */
export async function runningRelay(directory: string): Promise<RunningRelay | undefined> {
  const running = announced(directory);
  return running && (await answers(running.url)) ? running : undefined;
}

function announced(directory: string): RunningRelay | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(join(directory, NAME), "utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a relay is at an address. Degraded and down are answers too. */
export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(HEALTH_LIMIT_MS) });
    return typeof Object(await answer.json()).status === "string";
  } catch {
    return false;
  }
}
