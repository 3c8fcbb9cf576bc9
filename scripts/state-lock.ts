// One relay for each state folder: two would both send what is due. Whoever has the folder is seen by the files it holds open
// (Linux only), so that nothing can go stale. A runtime whose `npm start` was killed lives on, and is ended here.
import { realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { argumentsOf, isGone, openFiles, programOf, runtimes, statOf } from "./processes.ts";

/** How long a runtime may take to be gone. */
const END_MS = 10_000;

/** Frees a state folder from a runtime without an owner; answers the process that rightly has it, if any. */
export async function claimState(directory: string): Promise<number | undefined> {
  const state = `${join(realpathSync(directory), "v3")}/`;
  for (const pid of runtimes().filter((one) => openFiles(one).some((path) => path.startsWith(state)))) {
    const owner = statOf(pid)?.parent;
    // An object that rests has no file open: what counts is that some file of the state is.
    if (owner === undefined || owner === 1 || basename(programOf(owner)) !== "node") await end(pid);
    // `wrangler d1 execute` opens the database beside a relay, and may.
    else if (!argumentsOf(owner).some((argument) => argument.includes("wrangler"))) return owner;
  }
  return undefined;
}

async function end(pid: number): Promise<void> {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
  for (const until = Date.now() + END_MS; !isGone(pid) && Date.now() < until; ) await sleep(10);
}
