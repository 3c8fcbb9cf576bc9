// What a budget that several destinations share allows this one: asked for before a transaction, used up inside it.

/** Tokens granted by the shared budget; without one there is no limit. Times in Unix ms. */
export class Allowance {
  #left = Number.POSITIVE_INFINITY;
  #nextAt = 0;

  /** How many messages may go. */
  left(): number {
    return this.#left;
  }

  take(): void {
    this.#left -= 1;
  }

  /** When to ask again, while there is nothing left. */
  nextAt(now: number): number {
    return this.#left > 0 ? now : Math.max(now + 1, this.#nextAt);
  }

  /** What the budget granted just now, and when there may be more. */
  grant(tokens: number, nextAt: number): void {
    this.#left = tokens;
    this.#nextAt = nextAt;
  }

  /** No budget is shared. */
  unlimited(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }
}
