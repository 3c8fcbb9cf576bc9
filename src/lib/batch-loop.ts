// Work that is owed for keys and done in batches, one at a time: what comes meanwhile rides on the next batch, so that
// batches grow with the load and nothing waits without it.
import { errorText, log } from "./log.ts";

const RETRY_MS = 5_000;

/** What a loop does. `name` goes into the log line of a failure. */
export interface BatchWork {
  name: string;
  /** Keys in one batch at the most. */
  most: number;
  /** Ms between two batches at the least: the first comes at once, and under load batches grow. */
  everyMs: number;
  /** Does the work for these keys; a throw means that none is done, and it is done again later. */
  write(keys: string[]): Promise<void>;
  /** Called with the keys whose work is done and that owe nothing new. */
  done(keys: string[]): void;
}

/** Keys that owe work. */
export class BatchLoop {
  readonly #work: BatchWork;
  readonly #owed = new Set<string>();
  #writing = new Set<string>();
  #running = false;

  constructor(work: BatchWork) {
    this.#work = work;
  }

  take(keys: Iterable<string>): void {
    for (const key of keys) this.#owed.add(key);
    if (!this.#running && this.#owed.size > 0) void this.#run();
  }

  /** How many keys owe work. */
  get size(): number {
    let both = 0;
    for (const key of this.#writing) if (this.#owed.has(key)) both += 1;
    return this.#owed.size + this.#writing.size - both;
  }

  owes(key: string): boolean {
    return this.#owed.has(key) || this.#writing.has(key);
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#owed.size > 0) {
      const keys = [...this.#owed].slice(0, this.#work.most);
      for (const key of keys) this.#owed.delete(key);
      this.#writing = new Set(keys);
      try {
        await this.#work.write(keys);
        this.#writing = new Set();
        this.#work.done(keys.filter((key) => !this.#owed.has(key)));
      } catch (error) {
        for (const key of keys) this.#owed.add(key);
        log("warn", `${this.#work.name}.failed`, { keys: keys.length, error: errorText(error) });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
      this.#writing = new Set();
      await new Promise((resolve) => setTimeout(resolve, this.#work.everyMs));
    }
    this.#running = false;
  }
}
