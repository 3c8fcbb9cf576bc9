// What a process took of the machine, from Linux's /proc; undefined elsewhere.
import { readFileSync } from "node:fs";

/** Since the process began. */
export interface ProcessTimes {
  userMs: number;
  systemMs: number;
  writtenBytes: number;
  writeCalls: number;
}

/** Clock ticks are hundredths of a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** The times of a process, threads that ended included. */
export function processTimes(pid: number | undefined): ProcessTimes | undefined {
  if (pid === undefined || process.platform !== "linux") return undefined;
  // The name before the last parenthesis may hold spaces; user and system time are the 12th and 13th field after it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const io = readFileSync(`/proc/${pid}/io`, "utf8");
  const ioOf = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, "m").exec(io)?.[1] ?? 0);
  return {
    userMs: Number(fields[11]) * TICK_MS,
    systemMs: Number(fields[12]) * TICK_MS,
    writtenBytes: ioOf("wchar"),
    writeCalls: ioOf("syscw"),
  };
}

/** What came between two readings. */
export function between(before: ProcessTimes | undefined, after: ProcessTimes | undefined): ProcessTimes | undefined {
  if (!before || !after) return undefined;
  return {
    userMs: after.userMs - before.userMs,
    systemMs: after.systemMs - before.systemMs,
    writtenBytes: after.writtenBytes - before.writtenBytes,
    writeCalls: after.writeCalls - before.writeCalls,
  };
}
