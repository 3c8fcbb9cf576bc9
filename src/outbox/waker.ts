// Makes sure that somebody looks again in time: memory for what is soon, the alarm for the rest and as the backstop.
import type { Alarm } from "../lib/alarm.ts";
import type { OutboxCore } from "./core.ts";
import { nextTurn } from "./dispatch.ts";

/** The alarm fires this much later at the least. */
export const BACKSTOP_MS = 15_000;
/** A turn that comes sooner than this is waited for in memory. */
const SOON_MS = 10_000;

/** One outbox's next look. */
export class Waker {
  readonly #alarm: Alarm;
  readonly #wake: () => void;
  #timer: { at: number; id: ReturnType<typeof setTimeout> } | undefined;

  constructor(alarm: Alarm, wake: () => void) {
    this.#alarm = alarm;
    this.#wake = wake;
  }

  /** Arms for the next turn, the next end of a lease, and the next time at which the breaker may turn. */
  arm(core: OutboxCore, now: number): void {
    const { breaker, health, failover, counts, inFlight } = core;
    const look = counts.pending > 0 ? breaker.nextLook(health.saved, failover?.afterMs) : undefined;
    const turn = Math.min(nextTurn(core, now) ?? Number.POSITIVE_INFINITY, look ?? Number.POSITIVE_INFINITY);
    if (turn - now <= SOON_MS) this.soon(Math.max(1, turn - now), now);
    const wake = Math.min(turn, ...[...inFlight.values()].map(({ leaseUntil }) => leaseUntil));
    if (Number.isFinite(wake)) this.#alarm.armBy(Math.max(wake, now + BACKSTOP_MS));
  }

  /** Wakes in so many ms, unless something wakes sooner. */
  soon(ms: number, now: number): void {
    const at = now + ms;
    if (this.#timer && this.#timer.at <= at) return;
    if (this.#timer) clearTimeout(this.#timer.id);
    const id = setTimeout(() => {
      this.#timer = undefined;
      this.#wake();
    }, ms);
    this.#timer = { at, id };
  }
}
