// What an outbox counts for the metrics besides its books: what attempts came to, and how long events took from the door to the wall.
import type { DeliveryOutcome } from "../outcome.ts";

/** Upper bounds of the histogram, in seconds; what takes longer than the last one counts beyond it. */
export const LATENCY_BOUNDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200] as const;

/** What an attempt came to: the outcome's kind, and of what is tried again, why. */
export type AttemptOutcome = Exclude<DeliveryOutcome["kind"], "retry"> | "rate_limited" | "server_error" | "moved";

/** What survives a restart. */
export interface SavedTally {
  /** Attempts so far; those that never came are left out. */
  attempts: Partial<Record<AttemptOutcome, number>>;
  /** Messages by their bound, not cumulated; the last is beyond all bounds. */
  latency: number[];
  latencySumMs: number;
}

/** Counts; changed inside the object's transactions and written with its row. */
export class Tally {
  readonly saved: SavedTally;

  constructor(saved: Partial<SavedTally> = {}) {
    this.saved = { attempts: {}, latency: noLatency(), latencySumMs: 0, ...saved };
    // Bounds that another version had mean something else.
    if (this.saved.latency.length !== LATENCY_BOUNDS.length + 1) Object.assign(this.saved, { latency: noLatency(), latencySumMs: 0 });
  }

  /** One attempt was settled. */
  attempted(outcome: DeliveryOutcome): void {
    const name = outcome.kind === "retry" ? outcome.reason : outcome.kind;
    if (name === "not_attempted") return;
    this.saved.attempts[name] = (this.saved.attempts[name] ?? 0) + 1;
  }

  /** An event was shown so long after it came. */
  shown(ms: number): void {
    const index = LATENCY_BOUNDS.findIndex((bound) => ms <= bound * 1_000);
    const at = index < 0 ? LATENCY_BOUNDS.length : index;
    this.saved.latency[at] = (this.saved.latency[at] ?? 0) + 1;
    this.saved.latencySumMs += Math.max(0, ms);
  }
}

const noLatency = (): number[] => new Array(LATENCY_BOUNDS.length + 1).fill(0);
