// Pages of a comparison as one.
import type { Comparison, DestinationDifference } from "./compare.ts";

const MOST_EXAMPLES = 50;

/** A comparison of stored alerts from a moment on; `split`: routes whose windows and groups were counted in parts. */
export interface LongComparison extends Comparison {
  since: string;
  split: string[];
}

/** Two pages as one. */
export function together(one: LongComparison, other: LongComparison): LongComparison {
  const both = [...one.destinations, ...other.destinations];
  const names = [...new Set(both.map(({ name }) => name))].sort();
  return {
    since: one.since,
    alerts: one.alerts + other.alerts,
    events: one.events + other.events,
    destinations: names.map((name) =>
      sumOf(
        name,
        both.filter((destination) => destination.name === name),
      ),
    ),
    differing: one.differing + other.differing,
    examples: [...one.examples, ...other.examples].slice(0, MOST_EXAMPLES),
    lost: one.lost + other.lost,
    lost_examples: [...one.lost_examples, ...other.lost_examples],
    split: [...new Set([...one.split, ...other.split])],
  };
}

function sumOf(name: string, some: readonly DestinationDifference[]): DestinationDifference {
  const sum = (pick: (one: DestinationDifference) => number): number => some.reduce((total, one) => total + pick(one), 0);
  return {
    name,
    messages: { before: sum(({ messages }) => messages.before), after: sum(({ messages }) => messages.after) },
    gains: sum(({ gains }) => gains),
    loses: sum(({ loses }) => loses),
  };
}
