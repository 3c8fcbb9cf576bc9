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
