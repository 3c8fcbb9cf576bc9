// Finds runtimes among the processes. Linux only (/proc); elsewhere nothing is found. For crash tests, and to end what a
// killed start left behind.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Every `workerd` that runs here. */
export const runtimes = (): number[] =>
  entries("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.command === "workerd");

/** The `workerd` children of a process. */
export const runtimesOf = (parent: number): number[] => runtimes().filter((pid) => statOf(pid)?.parent === parent);

/** The one of this process's runtimes that listens on a port: a test may run several. */
export function runtimeListeningOn(port: number): number | undefined {
  const sockets = listeningSockets(port);
  return runtimesOf(process.pid).find((pid) => openFiles(pid).some((path) => sockets.has(path)));
}

/** A process's command and parent; undefined when there is none of that id (or it is dead and not yet waited for). */
export function statOf(pid: number): { command: string; parent: number } | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The command stands in parentheses and may itself hold some.
  const close = stat.lastIndexOf(")");
  const [state, parent] = stat.slice(close + 2).split(" ");
  if (close < 0 || state === "Z") return undefined;
  return { command: stat.slice(stat.indexOf("(") + 1, close), parent: Number(parent) };
}

/** Whether nothing of a process is left but perhaps its entry: until its last thread has ended, it has its ports and files. */
export const isGone = (pid: number): boolean => statOf(pid) === undefined && entries(`/proc/${pid}/task`).length <= 1;

/** The paths of what a process has open; sockets are `socket:[INODE]`. */
export const openFiles = (pid: number): string[] => entries(`/proc/${pid}/fd`).map((fd) => link(`/proc/${pid}/fd/${fd}`));

/** The path of the program that a process runs. */
export const programOf = (pid: number): string => link(`/proc/${pid}/exe`);

function listeningSockets(port: number): Set<string> {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const LISTEN = "0A";
  const lines = [...read("/proc/net/tcp").split("\n"), ...read("/proc/net/tcp6").split("\n")].map((line) => line.trim().split(/\s+/));
  return new Set(lines.filter((line) => line[1]?.endsWith(hex) && line[3] === LISTEN).map((line) => `socket:[${line[9]}]`));
}

// A process may end between two looks.
const entries = (path: string): string[] => attempt(() => readdirSync(path), []);
const read = (path: string): string => attempt(() => readFileSync(path, "utf8"), "");
const link = (path: string): string => attempt(() => readlinkSync(path), "");

function attempt<Value>(look: () => Value, otherwise: Value): Value {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

/** The arguments that a process was started with, its program first; none when it is gone. */
export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
