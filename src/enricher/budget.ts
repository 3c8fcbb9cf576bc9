// The budget of one API key: calls wait in order for a token, and nobody calls while the API asked us to wait.
import { RateBucket } from "../lib/rate-bucket.ts";

/** Calls that may wait at once; beyond that a caller is told when to come back. */
const MOST_WAITING = 200;

/** Hands out the right to call. */
export class CallBudget {
  readonly #bucket: RateBucket;
  readonly #now: () => number;
  readonly #queue: (() => void)[] = [];
  #closedUntil = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(rate: { perSecond: number; burst: number }, now: () => number) {
    this.#bucket = new RateBucket(rate.perSecond / 1_000, rate.burst);
    this.#now = now;
  }

  /** Ms to come back in when too many wait already or the API asked for a pause longer than `patienceMs`; else 0. */
  refuses(patienceMs: number): number {
    const closed = this.#closedUntil - this.#now();
    if (closed > patienceMs) return closed;
    if (this.#queue.length >= MOST_WAITING) return Math.ceil(this.#queue.length / this.#bucket.perMs);
    return 0;
  }

  /** Resolves when a call may be made. */
  take(): Promise<void> {
    return new Promise((resolve) => {
      this.#queue.push(resolve);
      this.#serve();
    });
  }

  /** No call before `ms` from now. */
  close(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#now() + ms);
  }

  #serve(): void {
    if (this.#timer !== undefined) return;
    while (this.#queue.length > 0) {
      const now = this.#now();
      const wait = this.#closedUntil > now ? this.#closedUntil - now : this.#bucket.take(now);
      if (wait > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#serve();
        }, wait);
        return;
      }
      this.#queue.shift()?.();
    }
  }
}
