// Runs a Python program that we ship, without blocking: the server that it posts to lives in this process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { PYTHON } from "../support/real.ts";

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs it with nothing of our environment that would lead it elsewhere (a proxy), and `input` on its standard input. */
export async function runPython(args: string[], input = "", env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(PYTHON, ["-B", ...args], { env: { PATH: "/usr/bin:/bin", NO_PROXY: "*", ...env }, stdio: "pipe" });
  const ran: Ran = { status: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    ran.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    ran.stderr += chunk.toString();
  });
  child.stdin.end(input);
  [ran.status] = (await once(child, "close")) as [number | null];
  return ran;
}
