// The same alerts through two sets of rules: what would be sent more, less and elsewhere, and which criticals would reach nobody.
import { type Severity, severityId } from "../alert.ts";
import type { StoredHistory } from "../ledger/interface.ts";
import { type Reach, reachOf } from "./reach.ts";
import type { Simulation } from "./simulation.ts";

/** Alerts that differ are named so many times; they are counted all the same. */
const MOST_NAMED = 50;
/** Criticals that would reach nobody are named more often: they are what it is about. */
const MOST_LOST = 200;

/** What one destination would be told. */
export interface DestinationDifference {
  name: string;
  /** Messages, those about alerts of our own included. */
  messages: { before: number; after: number };
  /** Alerts that it shows now and would not, and the other way round. */
  gains: number;
  loses: number;
}

/** An alert that other destinations would be told of. */
export interface AlertDifference {
  id: string;
  title: string;
  route: string;
  /** The worst that it ever was. */
  severity: Severity;
  created_at: string;
  before: string[];
  after: string[];
}

/** The whole. */
export interface Comparison {
  alerts: number;
  events: number;
  destinations: DestinationDifference[];
  /** How many alerts differ, and some of them: the worst first. */
  differing: number;
  examples: AlertDifference[];
  /** Criticals that reached somebody and would reach nobody. */
  lost: number;
  lost_examples: AlertDifference[];
}

/** Compares two replays of the same alerts from `since` (Unix ms) on. */
export function compare(before: Simulation, after: Simulation, histories: readonly StoredHistory[], since: number): Comparison {
  const reaches = [reachOf(before, histories, since), reachOf(after, histories, since)] as const;
  const pairs = histories.map((history) => ({
    history,
    before: reaches[0].get(history.alert.id) ?? NOBODY,
    after: reaches[1].get(history.alert.id) ?? NOBODY,
  }));
  const differing = pairs.filter((pair) => pair.before.to.join() !== pair.after.to.join()).map(differenceOf);
  const lost = pairs
    .filter((pair) => worstOf(pair.history) === "critical" && isReached(pair.before) && !isReached(pair.after))
    .map(differenceOf);
  return {
    alerts: histories.length,
    events: histories.reduce((sum, { events }) => sum + events.length, 0),
    destinations: destinationsOf(before, after, pairs, since),
    differing: differing.length,
    examples: differing.toSorted(worstFirst).slice(0, MOST_NAMED),
    lost: lost.length,
    lost_examples: lost.toSorted(worstFirst).slice(0, MOST_LOST),
  };
}

interface Pair {
  history: StoredHistory;
  before: Reach;
  after: Reach;
}

const NOBODY: Reach = { to: [], waits: false };
const isReached = ({ to, waits }: Reach): boolean => to.length > 0 || waits;

function destinationsOf(before: Simulation, after: Simulation, pairs: readonly Pair[], since: number): DestinationDifference[] {
  const messages = [before, after].map((one) => {
    const counts = new Map<string, number>();
    for (const { at, destination } of one.told) if (at >= since) counts.set(destination, (counts.get(destination) ?? 0) + 1);
    return counts;
  });
  const names = new Set([
    ...messages.flatMap((counts) => [...counts.keys()]),
    ...pairs.flatMap((pair) => [...pair.before.to, ...pair.after.to]),
  ]);
  return [...names].sort().map((name) => ({
    name,
    messages: { before: messages[0]?.get(name) ?? 0, after: messages[1]?.get(name) ?? 0 },
    gains: pairs.filter((pair) => pair.after.to.includes(name) && !pair.before.to.includes(name)).length,
    loses: pairs.filter((pair) => pair.before.to.includes(name) && !pair.after.to.includes(name)).length,
  }));
}

const differenceOf = ({ history, before, after }: Pair): AlertDifference => {
  const { id, title, route, created_at } = history.alert;
  return { id, title, route, severity: worstOf(history), created_at, before: before.to, after: after.to };
};

const worstFirst = (left: AlertDifference, right: AlertDifference): number =>
  severityId(right.severity) - severityId(left.severity) || (left.created_at < right.created_at ? 1 : -1);

/** The worst severity that an alert is known to have had. */
function worstOf({ alert, events }: StoredHistory): Severity {
  const known = events.flatMap(({ change }) => {
    const { before, after } = change?.fields.severity ?? {};
    return [before, after] as Severity[];
  });
  return known.reduce((worst, one) => (one !== undefined && severityId(one) > severityId(worst) ? one : worst), alert.severity);
}
