// What is counted over time, as short lists of numbers that add up: alerts by severity; and messages, delivered, dead, and how many of
// them were shown within each bound of the histogram. Trailing zeros are left out.
import { LATENCY_BOUNDS } from "../outbox/tally.ts";

/** Where in the list of messages the histogram begins: `delivered` and `dead` stand before it. */
export const HISTOGRAM_AT = 2;

/** The sum, place by place. */
export function plus(left: readonly number[], right: readonly number[]): number[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, place) => (left[place] ?? 0) + (right[place] ?? 0));
}

/** What came on top, place by place. A counter that fell began anew, and nothing is known to have come. */
export const since = (before: readonly number[], now: readonly number[]): number[] =>
  trimmed(now.map((count, place) => Math.max(0, count - (before[place] ?? 0))));

/** The list without zeros at its end; empty where nothing was counted. */
export const trimmed = (counts: readonly number[]): number[] => counts.slice(0, counts.findLastIndex((count) => count !== 0) + 1);

/** Adds one name's counts to those of others. */
export function gather(into: Record<string, number[]>, from: Record<string, readonly number[]>): Record<string, number[]> {
  const all = new Map(Object.entries(into));
  for (const [name, counts] of Object.entries(from)) all.set(name, plus(all.get(name) ?? [], counts));
  return Object.fromEntries(all);
}

/**
 * The time within which a share of the messages was shown, in seconds: as if those between two bounds were spread evenly. What took
 * longer than the last bound is told as that bound; null where there was no message.
 */
export function quantile(messages: readonly number[], share: number): number | null {
  const counts = messages.slice(HISTOGRAM_AT);
  const whole = counts.reduce((sum, count) => sum + count, 0);
  if (whole === 0) return null;
  const wanted = whole * share;
  let passed = 0;
  for (const [place, bound] of LATENCY_BOUNDS.entries()) {
    const count = counts[place] ?? 0;
    if (count > 0 && passed + count >= wanted) {
      const lower = LATENCY_BOUNDS[place - 1] ?? 0;
      return Number((lower + (bound - lower) * ((wanted - passed) / count)).toPrecision(2));
    }
    passed += count;
  }
  return LATENCY_BOUNDS.at(-1) ?? 0;
}
