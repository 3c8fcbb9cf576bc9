// Turns within a budget that a vendor counts exactly: never more than so many calls in any span of so many ms. Who cannot call
// now is given a turn, kept for the same question until it comes back, so that nobody has to wait in line while it lasts.

/** Our clock is not the vendor's, and a call takes time on its way. */
const MARGIN_MS = 500;
/** Turns that are kept at once. */
const MOST_KEPT = 500;
/** A turn that nobody took for so long after its time is given up. */
const LAPSE_MS = 120_000;

/** Hands out turns; times are Unix ms. */
export class Turns {
  readonly #count: number;
  readonly #perMs: number;
  /** When the last calls were made, oldest first; at most `count` of them. */
  #calls: number[];
  /** By question: when its turn is. */
  readonly #kept = new Map<string, number>();
  #closedUntil = 0;

  /** `calls`: when the last calls before this object's life were made, oldest first. */
  constructor(rate: { count: number; perMs: number }, calls: readonly number[] = []) {
    this.#count = rate.count;
    this.#perMs = rate.perMs;
    this.#calls = calls.slice(-rate.count);
  }

  get perMs(): number {
    return this.#perMs;
  }

  /** When this question may be asked: now, or a later time that is kept for it. Undefined when that would be more than `mostMs` ahead. */
  turn(question: string, now: number, mostMs: number): number | undefined {
    for (const [other, at] of this.#kept) if (at + LAPSE_MS < now) this.#kept.delete(other);
    const kept = this.#kept.get(question);
    const at = kept === undefined ? this.#behindAll(now) : Math.max(kept, this.#earliest(now));
    const beyond = at - now > mostMs || (kept === undefined && this.#kept.size >= MOST_KEPT);
    if (beyond) this.#kept.delete(question);
    else if (at > now) this.#kept.set(question, at);
    return beyond ? undefined : at;
  }

  /** A call is made for this question. */
  took(question: string, now: number): void {
    this.#kept.delete(question);
    this.#calls = [...this.#calls, now].slice(-this.#count);
  }

  /** No call before this time. */
  closeUntil(at: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, at);
  }

  /** When the calls that were made allow another one. */
  #earliest(now: number): number {
    return Math.max(now, this.#closedUntil, this.#after(this.#calls));
  }

  #behindAll(now: number): number {
    const turns = [...this.#calls, ...this.#kept.values()].sort((left, right) => left - right);
    return Math.max(this.#earliest(now), this.#after(turns));
  }

  /** When the oldest of the last `count` of these no longer counts. */
  #after(times: readonly number[]): number {
    const oldest = times.at(-this.#count);
    return times.length < this.#count || oldest === undefined ? 0 : oldest + this.#perMs + MARGIN_MS;
  }
}
