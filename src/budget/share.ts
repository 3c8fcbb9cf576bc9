// Shares out the tokens of one credential: critical messages first, then by the destinations' priority, then who asked first.
import { RateBucket } from "../lib/rate-bucket.ts";
import type { BudgetGrant, BudgetRequest } from "./interface.ts";

/** A demand that nobody repeated for so long is over: its outbox was answered otherwise, or rests. */
const STALE_MS = 3_000;
const SOONEST_MS = 20;

/** What a destination still waits for. `since`, `at`: when it began to wait and when it last asked, Unix ms. */
interface Demand {
  urgent: number;
  rest: number;
  priority: number;
  since: number;
  at: number;
}

/** The tokens of one credential, and who waits for them. Time is a parameter. */
export class SharedBudget {
  #bucket: RateBucket | undefined;
  #pace = "";
  readonly #waiting = new Map<string, Demand>();

  /** Grants what is there beyond the share of those who come before. */
  take({ destination, want, urgent, priority, pace }: BudgetRequest, now: number): BudgetGrant {
    const bucket = this.#bucketOf(pace);
    for (const [name, { at }] of this.#waiting) if (now - at > STALE_MS) this.#waiting.delete(name);
    const since = this.#waiting.get(destination)?.since ?? now;
    this.#waiting.delete(destination);
    const left: Demand = { urgent: Math.min(want, urgent), rest: Math.max(0, want - urgent), priority, since, at: now };
    let granted = 0;
    for (const part of ["urgent", "rest"] as const) {
      const spare = Math.max(0, Math.min(left[part], bucket.available(now) - this.#before(left, part)));
      for (let token = 0; token < spare; token += 1) bucket.take(now);
      left[part] -= spare;
      granted += spare;
    }
    if (left.urgent + left.rest === 0) return { granted, nextAt: now };
    this.#waiting.set(destination, left);
    const before = this.#before(left, left.urgent > 0 ? "urgent" : "rest");
    return { granted, nextAt: now + Math.ceil(Math.max(SOONEST_MS, bucket.wait(now), before / bucket.perMs)) };
  }

  /** Tokens that others get before this part of a demand. */
  #before(demand: Demand, part: "urgent" | "rest"): number {
    let sum = 0;
    for (const other of this.#waiting.values()) {
      const first = other.priority > demand.priority || (other.priority === demand.priority && other.since < demand.since);
      if (part === "rest" || first) sum += other.urgent;
      if (part === "rest" && first) sum += other.rest;
    }
    return sum;
  }

  #bucketOf({ perSecond, burst }: BudgetRequest["pace"]): RateBucket {
    const pace = `${perSecond}/${burst}`;
    if (!this.#bucket || pace !== this.#pace) {
      this.#bucket = new RateBucket(perSecond / 1_000, burst);
      this.#pace = pace;
    }
    return this.#bucket;
  }
}
