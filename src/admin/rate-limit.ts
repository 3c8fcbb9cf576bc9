// How often one visitor may call the API: a token bucket for each, in the memory of this isolate. It keeps a script in a
// loop from wearing out the objects; it is no protection against many.
import { problem } from "../lib/problem.ts";
import { RateBucket } from "../lib/rate-bucket.ts";

/** Calls at once, and a second in the long run. */
export const BURST = 200;
export const PER_SECOND = 50;
/** Visitors that are remembered; a flood of others forgets the oldest. */
const REMEMBERED = 1_000;

const POLICY = `"default";q=${BURST};w=${BURST / PER_SECOND}`;

/** Counts calls by visitor. */
export class RateLimit {
  readonly #buckets = new Map<string, RateBucket>();

  /** Takes one call. Answers the headers that say what is left, and the refusal where nothing is. `now` in Unix ms. */
  take(visitor: string, now: number): { headers: Record<string, string>; refusal?: Response } {
    const bucket = this.#buckets.get(visitor) ?? new RateBucket(PER_SECOND / 1_000, BURST);
    // Who asks is the youngest again.
    this.#buckets.delete(visitor);
    this.#buckets.set(visitor, bucket);
    if (this.#buckets.size > REMEMBERED) this.#buckets.delete(this.#buckets.keys().next().value ?? "");
    const afterMs = bucket.take(now);
    const left = bucket.available(now);
    // draft-ietf-httpapi-ratelimit-headers: `t` is in how many seconds all of it is there again.
    const headers = { "ratelimit-policy": POLICY, ratelimit: `"default";r=${left};t=${Math.ceil((BURST - left) / PER_SECOND)}` };
    if (afterMs === 0) return { headers };
    const detail = `At most ${PER_SECOND} calls a second, ${BURST} at once.`;
    return { headers, refusal: problem(429, detail, { retryAfter: Math.ceil(afterMs / 1_000), headers }) };
  }
}
