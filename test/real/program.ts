// A program with a web address, on this machine alone: started in a folder of its own, waited for, ended.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { PATIENCE_MS } from "../support/patience.ts";

/** A program that serves. */
export interface RunningProgram {
  /** `http://127.0.0.1:PORT` */
  url: string;
  stop(): Promise<void>;
}

/** Starts a program of Prometheus' family with the arguments for its folder and address; rejects with what it said when it ends before it is ready. */
export async function startProgram(program: string, argumentsFor: (folder: string, host: string) => string[]): Promise<RunningProgram> {
  const folder = mkdtempSync(join(tmpdir(), `${program}-`));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(program, argumentsFor(folder, new URL(url).host), { stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => said.push(text));
  await ready(program, url, child, said);
  return {
    url,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(program: string, url: string, child: ChildProcess, said: string[]): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said.join("")}`);
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
  }
  child.kill();
  throw new Error(`${program} is not ready: ${said.join("")}`);
}
