// A token bucket. Time is a parameter, so that it is a plain function of what happened when.

/** Holds up to `burst` tokens and gains `perMs` tokens a millisecond; starts full. */
export class RateBucket {
  readonly perMs: number;
  readonly burst: number;
  #tokens: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(perMs: number, burst: number) {
    this.perMs = perMs;
    this.burst = Math.max(1, burst);
    this.#tokens = this.burst;
  }

  /** Takes a token and answers 0, or answers the ms until there is one (and takes none). */
  take(now: number): number {
    const wait = this.wait(now);
    if (wait === 0) this.#tokens -= 1;
    return wait;
  }

  /** Whole tokens that are there now. */
  available(now: number): number {
    this.wait(now);
    return Math.floor(this.#tokens + 1e-9);
  }

  /** Ms until a token is there; 0 when there is one now. */
  wait(now: number): number {
    if (now > this.#at) {
      const gained = Number.isFinite(this.#at) ? (now - this.#at) * this.perMs : this.burst;
      this.#tokens = Math.min(this.burst, this.#tokens + gained);
      this.#at = now;
    }
    return this.#tokens >= 1 - 1e-9 ? 0 : Math.ceil((1 - this.#tokens) / this.perMs);
  }
}

/** Keys that are remembered; a flood of others forgets the oldest. */
const REMEMBERED = 1_000;

/** A bucket for each key, such as an address that asks, in the memory of this isolate. */
export class RateBuckets {
  readonly #made = new Map<string, RateBucket>();
  readonly #perMs: number;
  readonly #burst: number;

  constructor(perMs: number, burst: number) {
    this.#perMs = perMs;
    this.#burst = burst;
  }

  /** Takes one of the key's tokens and answers 0, or the ms until there is one. */
  take(key: string, now: number): number {
    const bucket = this.#made.get(key) ?? new RateBucket(this.#perMs, this.#burst);
    this.#made.delete(key);
    this.#made.set(key, bucket);
    if (this.#made.size > REMEMBERED) this.#made.delete(this.#made.keys().next().value ?? "");
    return bucket.take(now);
  }
}
