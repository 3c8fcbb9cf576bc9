// What the outbox knows of its destination: its pace, whether it is closed for a while, failing, or gone.
import type { Rate } from "../config/model.ts";
import { RateBucket } from "../lib/rate-bucket.ts";
import type { Budget, DeadReason, DeliveryOutcome } from "../outcome.ts";

/** Failures in a row before the destination counts as failing: then one message at a time is the probe. */
const FAILING_AFTER = 2;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MOST_MS = 60_000;
/** What is left of the pace after a chat asked to wait although it was kept: a little less than half, as limits are often half of what was tried. */
const SLOWER = 0.45;
const MOST_SLOWER = 3;
/** How long a lowered pace is kept since the chat last asked to wait. */
const SLOWER_MS = 5 * 60_000;
/** A shared address that is banned frees itself; how long the ban lasts is not told. */
const BLAMELESS_MS = 15 * 60_000;
/** How long an address that is gone is not called: repeated calls earn a ban. Then one message tries again. */
export const GONE_MS = 10 * 60_000;

/** What of it survives a restart. Times in Unix ms. */
export interface SavedHealth {
  failures: number;
  /** When the first of them was. */
  failingSince?: number;
  /** Why the last attempt failed. */
  failedReason?: string;
  closedUntil: number;
  closedReason: string;
  /** The pace is lowered so many times over, until then: some limits are told by nothing but a refusal. */
  slowed?: { times: number; until: number };
  disabled?: { reason: DeadReason; detail?: string; at: number };
  /** What the headers of the last answer that told one said of the budget. */
  told?: { remaining: number; resetAt: number; at: number };
  lastDeliveredAt?: number;
  unknown: number;
  /** All the time for which it was closed so far. */
  waitedMs: number;
}

const NOTHING_KNOWN: SavedHealth = { failures: 0, closedUntil: 0, closedReason: "", unknown: 0, waitedMs: 0 };

interface Learning {
  now: number;
  random: number;
  mayRepeat: boolean;
}

/** The pace and the state of one destination. Time and chance are parameters. */
export class Health {
  #bucket: RateBucket | undefined;
  #pace = "";
  /** Until the next answer. Not kept: after a restart somebody tests again. */
  #isTested = false;
  saved: SavedHealth;

  constructor(saved: Partial<SavedHealth>) {
    this.saved = { ...NOTHING_KNOWN, ...saved };
  }

  /** Takes up what the row says; the pace goes on. */
  reload(saved: Partial<SavedHealth>): void {
    this.saved = { ...NOTHING_KNOWN, ...saved };
    this.#isTested = false;
  }

  /** Sets the pace: the destination's `rate`, else the adapter's; less of it while the chat has shown that this is too fast. */
  setPace(rate: Rate | undefined, adapter: { perSecond: number; burst: number }, now: number): void {
    const whole = rate ? rate.count / rate.perMs : adapter.perSecond / 1_000;
    // A rate that somebody set is kept evenly: at most a tenth of a second's worth at once.
    const burst = rate ? Math.max(1, Math.floor(whole * 100)) : adapter.burst;
    const { slowed } = this.saved;
    const perMs = slowed && slowed.until > now ? whole * SLOWER ** slowed.times : whole;
    const pace = `${perMs}/${burst}`;
    if (pace === this.#pace) return;
    this.#pace = pace;
    this.#bucket = new RateBucket(perMs, burst);
  }

  /** How fast messages go now, and how many may go at once; undefined before the pace was set in this life. */
  get pace(): { perSecond: number; burst: number } | undefined {
    const bucket = this.#bucket;
    return bucket && { perSecond: bucket.perMs * 1_000, burst: bucket.burst };
  }

  /** Messages that may be in flight at once. */
  window(most: number): number {
    return this.saved.failures >= FAILING_AFTER ? 1 : most;
  }

  /** Ms until a message may go; 0 when one may go now. */
  wait(now: number): number {
    return Math.max(0, this.saved.closedUntil - now, this.#bucket?.wait(now) ?? 0);
  }

  /** Ms that so many messages take at this pace. */
  drainMs(messages: number): number {
    return this.#bucket ? messages / this.#bucket.perMs : 0;
  }

  /** Counts a message that goes now. */
  take(now: number): void {
    this.#bucket?.take(now);
  }

  /** Why messages are dead before they are sent, while the address is known to be gone. */
  gone(now: number): { reason: DeadReason; detail?: string } | undefined {
    const disabled = this.saved.disabled;
    if (this.#isTested || !disabled || (disabled.reason !== "not_found" && disabled.reason !== "revoked")) return undefined;
    return now - disabled.at < GONE_MS ? disabled : undefined;
  }

  /** When an address that is gone may be tried again, Unix ms; 0 when it may be now. */
  goneUntil(now: number): number {
    return this.gone(now) && this.saved.disabled ? this.saved.disabled.at + GONE_MS : 0;
  }

  /** Has the next message try an address that is gone: somebody wants to know whether it is back. */
  tryNow(): void {
    this.#isTested = true;
  }

  /** A test was refused: whoever tested knows, and nothing else changes. */
  refusedTest(): void {
    this.#isTested = false;
  }

  /** Learns from what an attempt came to. `random` is in [0, 1); `mayRepeat`: what was sent may stand twice if it is sent again. */
  learn(outcome: DeliveryOutcome, budget: Budget | undefined, { now, random, mayRepeat }: Learning): void {
    this.#isTested = false;
    if (budget) this.saved.told = { remaining: budget.remaining, resetAt: now + budget.resetAfterMs, at: now };
    if (budget && budget.remaining <= 0) this.#close(now, budget.resetAfterMs, "the budget in its headers is used up");
    switch (outcome.kind) {
      case "delivered":
        this.saved.lastDeliveredAt = now;
        this.#works();
        return;
      case "rejected":
      case "thread_lost":
        this.#works();
        return;
      case "disabled":
        this.saved.disabled = { reason: outcome.reason, detail: outcome.detail, at: now };
        return;
      case "unknown":
        if (mayRepeat) this.saved.unknown += 1;
        if (outcome.reason === "restarted" || outcome.reason === "lease_expired") return;
        this.#failed(outcome.reason, undefined, now, random);
        return;
      case "retry":
        if (outcome.reason === "not_attempted" || outcome.reason === "moved") return;
        if (outcome.reason === "rate_limited" && !outcome.blameless) this.#slower(now, outcome.afterMs ?? 0);
        this.#failed(outcome.reason, outcome.afterMs ?? (outcome.blameless ? BLAMELESS_MS : undefined), now, random);
        return;
    }
  }

  /** Forgets what held it back: somebody asked for another try. */
  forgive(): void {
    this.saved.closedUntil = 0;
    delete this.saved.disabled;
    delete this.saved.slowed;
  }

  #works(): void {
    this.saved.failures = 0;
    delete this.saved.failingSince;
    delete this.saved.disabled;
  }

  #failed(reason: string, afterMs: number | undefined, now: number, random: number): void {
    // Messages that were under way when it began to fail say nothing new: a whole window of them is one failure.
    const known = this.saved.failures >= FAILING_AFTER && this.saved.closedUntil > now;
    if (!known) this.saved.failures += 1;
    this.saved.failingSince ??= now;
    this.saved.failedReason = reason;
    if (afterMs !== undefined) this.#close(now, afterMs, reason);
    else if (!known && this.saved.failures >= FAILING_AFTER)
      this.#close(now, backoffMs(this.saved.failures - FAILING_AFTER, random), reason);
  }

  /** Lowers the pace, once for all that was under way when the chat began to refuse. A door that stays shut says nothing about the pace. */
  #slower(now: number, afterMs: number): void {
    const { failures, closedUntil, slowed } = this.saved;
    if (failures > 0 || closedUntil > now) return;
    const before = slowed && slowed.until > now ? slowed.times : 0;
    this.saved.slowed = { times: Math.min(MOST_SLOWER, before + 1), until: now + afterMs + SLOWER_MS };
  }

  #close(now: number, forMs: number, reason: string): void {
    const until = now + forMs;
    if (until <= this.saved.closedUntil) return;
    this.saved.waitedMs += until - Math.max(now, this.saved.closedUntil);
    this.saved.closedUntil = until;
    this.saved.closedReason = reason;
  }
}

/** The wait before a retry: doubles with each failure up to a minute, with jitter between half and whole. `random` in [0, 1). */
export function backoffMs(failures: number, random: number): number {
  const whole = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** failures);
  return Math.ceil(whole / 2 + (whole / 2) * random);
}
