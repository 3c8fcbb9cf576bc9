// The two ways in which chats count requests. Time comes in, nothing waits in here.

/** Refills steadily: Slack allows one message a second and short bursts above it. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at = 0;

  constructor(rate: { perSecond: number; burst: number }) {
    this.#perMs = rate.perSecond / 1000;
    this.#burst = rate.burst;
    this.#tokens = rate.burst;
  }

  /** Takes one; 0 when there was one, else how many ms until there is. */
  take(now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) / this.#perMs);
    this.#tokens -= 1;
    return 0;
  }
}

/** A window that opens with its first request and forgets all at its end: how Discord's buckets behave. */
export class WindowLimit {
  readonly limit: number;
  readonly #windowMs: number;
  #opened = Number.NEGATIVE_INFINITY;
  #used = 0;

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.#windowMs = windowMs;
  }

  /** What is left now, without taking any, and when the window ends. */
  state(now: number): { remaining: number; resetInMs: number } {
    if (now - this.#opened >= this.#windowMs) return { remaining: this.limit, resetInMs: this.#windowMs };
    return { remaining: this.limit - this.#used, resetInMs: this.#opened + this.#windowMs - now };
  }

  take(now: number): void {
    if (now - this.#opened >= this.#windowMs) {
      this.#opened = now;
      this.#used = 0;
    }
    this.#used += 1;
  }
}
