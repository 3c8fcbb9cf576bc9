// Rows that cannot be read. Whoever meets one goes on as if there were none; what it was about stands here, for people to see, until it
// is written anew or removed.
import type { Kept } from "./kept.ts";
import { errorText, log } from "./log.ts";

/** Under which name the list is kept. */
const NAME = "set_aside";
/** So many are told of; a disk with more of them has other troubles. */
const MOST = 100;

/** What one object has set aside, by the ids of what its rows are about. */
export class SetAside {
  readonly #kept: Kept;
  readonly #event: string;
  #ids = new Set<string>();

  /** `event` names the line of the log. */
  constructor(kept: Kept, event: string) {
    this.#kept = kept;
    this.#event = event;
    this.reload();
  }

  get ids(): string[] {
    return [...this.#ids];
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Parses what a row holds about `id`; undefined when that cannot be read, which is noted. */
  read<Value>(id: string, parse: () => Value): Value | undefined {
    try {
      return parse();
    } catch (error) {
      if (this.#ids.has(id) || this.#ids.size >= MOST) return undefined;
      // Never the row's words: the error quotes them.
      log("error", this.#event, { id, error: error instanceof SyntaxError ? "it is not JSON" : errorText(error) });
      this.#ids.add(id);
      this.#keep();
      return undefined;
    }
  }

  /** Its row is written anew, or removed. */
  drop(id: string): void {
    if (this.#ids.delete(id)) this.#keep();
  }

  /** Becomes what its own row says: after a transaction that was rolled back. */
  reload(): void {
    const ids = this.#kept.get(NAME)?.split("\n") ?? [];
    this.#ids = new Set(ids.filter((id) => id !== ""));
  }

  #keep(): void {
    this.#kept.set(NAME, [...this.#ids].join("\n"));
  }
}
