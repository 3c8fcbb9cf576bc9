// One structured line per event and per attempt. Workers Logs indexes the fields of an object.
import { AsyncLocalStorage } from "node:async_hooks";

/** A field of a log line. Never a secret, an address of a chat, or the UUID of a route. */
export type Field = string | number | boolean | null | undefined | readonly string[];

/** One line: `event` is a dotted name that does not change. */
export type Line = { level: "info" | "warn" | "error"; event: string } & Readonly<Record<string, Field>>;

/** Who takes the lines of the work at hand, where they do not go to the console. */
const taker = new AsyncLocalStorage<(line: Line) => void>();

/** Workers Logs indexes the members of an object; a local runtime would print one in many coloured lines, so there it is JSON. */
let asObjects = false;
/** Lines of JSON that were not printed yet: each call to the console costs more than the line. */
let waiting: string[] = [];
const MOST_WAITING = 50;

/** From now on lines are objects: for a deployed Worker. */
export function logObjects(): void {
  asObjects = true;
}

/** Writes one line. `event` is a dotted name that does not change: `intake.accepted`, `deliver.attempt`. */
export function log(level: "info" | "warn" | "error", event: string, fields: Record<string, Field> = {}): void {
  const line: Line = { ...fields, level, event };
  const take = taker.getStore();
  if (take) take(line);
  else printLine(line);
}

/** Prints a line that was taken elsewhere. */
export function printLine({ level, event, ...fields }: Line): void {
  flushLog();
  const line = { level, event, ...fields };
  console[level === "info" ? "log" : level](asObjects ? line : JSON.stringify(line));
}

/** Does work whose lines somebody takes, also those of what it leaves behind. */
export const withLinesTo = <Value>(take: (line: Line) => void, work: () => Value): Value => taker.run(take, work);

/** Writes one line of many at info level: a local relay prints them together at the next `flushLog`, which the caller owes. */
export function logMany(event: string, fields: Record<string, Field>): void {
  if (asObjects) {
    log("info", event, fields);
    return;
  }
  waiting.push(JSON.stringify({ level: "info", event, ...fields }));
  if (waiting.length >= MOST_WAITING) flushLog();
}

/** Prints what waits. */
export function flushLog(): void {
  if (waiting.length === 0) return;
  const lines = waiting.join("\n");
  waiting = [];
  console.log(lines);
}

/** The text of whatever was thrown. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
