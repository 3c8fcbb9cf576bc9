// The relay's output on disk: one JSON line each, bounded in size and age; and what of it a person at the terminal has to see.
import { appendFileSync, closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import type { OutputLine } from "./runtime.ts";

/** The file is moved aside at this size; one older file is kept. */
const MAX_BYTES = 10 * 1024 * 1024;
/** The file is moved aside at this age as well, and the older one is removed: no line is kept for more than 7 days. */
const MOST_MS = 3.5 * 24 * 60 * 60_000;
/** How often a relay that says nothing looks. */
const LOOK_MS = 60 * 60_000;
/** Lines are written together, a few times a second. */
const COLLECT_MS = 100;
/** The same warning is said once in this time, then counted. */
const REPEAT_MS = 30_000;

/** The log file. `now`: Unix ms. */
export class OutputLog {
  readonly path: string;
  readonly #maxBytes: number;
  readonly #now: () => number;
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #bytes: number;
  /** When the file's first line was written; undefined while it has none. */
  #since: number | undefined;

  constructor(path: string, maxBytes = MAX_BYTES, now = Date.now) {
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#now = now;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#since = this.#bytes > 0 ? firstLineAt(path) : undefined;
    this.tidy();
    setInterval(() => this.tidy(), LOOK_MS).unref();
  }

  add(line: OutputLine): void {
    this.#waiting.push(logLine(line));
    this.#timer ??= setTimeout(() => this.flush(), COLLECT_MS);
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const text = this.#waiting.join("");
    this.#waiting = [];
    if (this.#bytes > this.#maxBytes) this.#moveAside();
    appendFileSync(this.path, text, { mode: 0o600 });
    this.#bytes += Buffer.byteLength(text);
    this.#since ??= this.#now();
  }

  /** Moves the file aside when it is old, and removes the one that was moved aside long ago. */
  tidy(): void {
    const before = this.#now() - MOST_MS;
    const older = statSync(`${this.path}.1`, { throwIfNoEntry: false });
    if (older && older.mtimeMs < before) rmSync(`${this.path}.1`, { force: true });
    if (this.#since !== undefined && this.#since < before) this.#moveAside();
  }

  #moveAside(): void {
    // Somebody may have taken it away.
    if (existsSync(this.path)) renameSync(this.path, `${this.path}.1`);
    this.#bytes = 0;
    this.#since = undefined;
  }
}

/** When a file's first line was written, Unix ms; 0 where that does not stand there. */
function firstLineAt(path: string): number {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(64);
    const length = readSync(file, head, 0, head.length, 0);
    const [, at = ""] = /^\{"at":"([^"]+)"/.exec(head.toString("utf8", 0, length)) ?? [];
    return Date.parse(at) || 0;
  } finally {
    closeSync(file);
  }
}

/** The Worker's lines are JSON and get the time in front; whatever else the runtime says becomes such a line. */
function logLine({ at, level, text }: OutputLine): string {
  const time = new Date(at).toISOString();
  if (text.startsWith("{") && !text.includes("\n")) return `{"at":"${time}",${text.slice(1)}\n`;
  return `${JSON.stringify({ at: time, level, event: "runtime", text })}\n`;
}

/** Says warnings and errors at the terminal: the first of a kind at once, those that follow as a number. */
export class Warnings {
  readonly #say: (line: string) => void;
  readonly #kinds = new Map<string, { until: number; more: number }>();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add({ at, level, text }: OutputLine): void {
    if (level === "info") return;
    const { kind, words } = describe(text);
    const known = this.#kinds.get(kind);
    if (known !== undefined && at < known.until) {
      known.more += 1;
      return;
    }
    const more = known === undefined || known.more === 0 ? "" : ` (and ${known.more} more like it before)`;
    this.#kinds.set(kind, { until: at + REPEAT_MS, more: 0 });
    this.#say(`${level === "error" ? "error" : "warning"}: ${words}${more}`);
  }
}

/** `deliver.attempt destination=soc status=500`; the kind is the event's name. */
function describe(text: string): { kind: string; words: string } {
  const fields = parse(text);
  if (fields === undefined) return { kind: text.slice(0, 60), words: firstLine(text) };
  const { event, level: _, ...rest } = fields;
  const words = Object.entries(rest).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return { kind: String(event), words: firstLine([String(event), ...words].join(" ")) };
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return { ...Object(value) };
  } catch {
    return undefined;
  }
}

const firstLine = (text: string): string => text.replace(/\n[\s\S]*$/, "").slice(0, 300);
