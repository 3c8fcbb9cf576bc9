// What was refused, left unanswered or taken without being shown, and whether the same message came through later.
// The chat wall draws its strip from this, so that an obeyed 429 can be seen.

/** One request that did not simply succeed. */
export interface Refusal {
  at: number;
  /** 0 when there was no answer. */
  status: number;
  words: string;
  /** How long after it the same message was taken, once it was. */
  takenAfterMs?: number;
}

/** How many are remembered per channel: enough for the strip, and a bound on memory. */
const REMEMBERED = 200;

export class Refusals {
  readonly list: Refusal[] = [];
  #open = new Map<string, Refusal[]>();

  /** `key` recognises the same message when it comes again; without one it cannot come again. */
  add(refusal: Refusal, key: string | undefined): void {
    this.list.push(refusal);
    if (this.list.length > REMEMBERED) this.list.shift();
    if (key === undefined) return;
    this.#open.set(key, [...(this.#open.get(key) ?? []), refusal]);
    if (this.#open.size <= REMEMBERED) return;
    for (const oldest of this.#open.keys()) {
      this.#open.delete(oldest);
      break;
    }
  }

  /** The message came through: closes its refusals and says how many there were. */
  taken(key: string, now: number): number {
    const open = this.#open.get(key) ?? [];
    this.#open.delete(key);
    for (const refusal of open) refusal.takenAfterMs = now - refusal.at;
    return open.length;
  }
}
