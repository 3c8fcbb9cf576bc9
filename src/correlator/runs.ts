// Runs of events: each follows the one before within the window. Whatever the order in which events come, the runs are the same.
import type { Severity } from "../alert.ts";
import { worstOf } from "./facts.ts";
import type { MemberFacts } from "./interface.ts";

/** An event as an example of what was counted. */
export interface Sample {
  event: string;
  alert: MemberFacts;
  /** Unix ms. */
  at: number;
}

/** Events with gaps no longer than the window. Times in Unix ms. */
export interface Run {
  from: number;
  to: number;
  count: number;
  worst: Severity;
  /** The first two events and the last three. */
  samples: Sample[];
  /** Times of events, in order, while no window has held enough of them: as many of the last as matter. */
  times: number[];
  /** Set once a window held enough: which episode of its key it is. */
  ordinal?: number;
  /** What was last told, and when; and whether there is something to tell. */
  told?: { at: number; worst: Severity };
  isUntold?: boolean;
  /** When the last of its events came to us. */
  heardAt: number;
}

const FIRST = 2;
const LAST = 3;
/** Runs of one key that are remembered for events that come late. */
const MOST_RUNS = 8;
/** Times of one run: those of all runs are in one row, which holds 2 MB. */
const MOST_TIMES = 10_050;

/** What an event did. */
export interface Added {
  runs: Run[];
  /** The run that it is in. */
  run: Run;
  /** A run with an ordinal that turned out to be a part of another one with a lower one. */
  absorbed?: Run;
}

/** Puts an event into the run that it belongs to. It may close the gap between two. */
export function addToRuns(runs: readonly Run[], sample: Sample, withinMs: number, now: number): Added {
  const { at, alert } = sample;
  const own: Run = { from: at, to: at, count: 1, worst: alert.severity, samples: [sample], times: [at], heardAt: now };
  const touching = runs.filter(({ from, to }) => at >= from - withinMs && at <= to + withinMs);
  const [first, second] = touching;
  const run = [own, ...touching].reduce(joined);
  const absorbed =
    first?.ordinal !== undefined && second?.ordinal !== undefined ? (first.ordinal < second.ordinal ? second : first) : undefined;
  const rest = runs.filter((one) => !touching.includes(one));
  const all = [...rest, run].sort((left, right) => left.from - right.from);
  return { runs: latest(all, run), run, ...(absorbed ? { absorbed } : {}) };
}

/** What is remembered of them: the latest, the one that an event has just come to, and what was not told yet. */
function latest(runs: readonly Run[], present: Run): Run[] {
  const old = runs.filter((run) => run !== present && !run.isUntold);
  const dropped = new Set(old.slice(0, Math.max(0, runs.length - MOST_RUNS)));
  return runs.filter((run) => !dropped.has(run));
}

/** Whether any window of this length in the run has so many events. */
export function reaches({ times }: Run, count: number, withinMs: number): boolean {
  return times.some((from, index) => (times[index + count - 1] ?? Number.POSITIVE_INFINITY) <= from + withinMs);
}

/** Of times in order, as many of the last as may still be part of a window that holds enough. */
export const lastTimes = (times: readonly number[], count: number): number[] =>
  times.slice(-Math.max(count + 50, Math.min(2 * count + 50, MOST_TIMES)));

function joined(left: Run, right: Run): Run {
  // The episode that began first goes on.
  const { ordinal, told } = (right.ordinal ?? Number.POSITIVE_INFINITY) < (left.ordinal ?? Number.POSITIVE_INFINITY) ? right : left;
  return {
    from: Math.min(left.from, right.from),
    to: Math.max(left.to, right.to),
    count: left.count + right.count,
    worst: worstOf([left.worst, right.worst]),
    samples: chosen([...left.samples, ...right.samples]),
    times: [...left.times, ...right.times].sort((a, b) => a - b),
    heardAt: Math.max(left.heardAt, right.heardAt),
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(told ? { told } : {}),
    ...(left.isUntold || right.isUntold ? { isUntold: true } : {}),
  };
}

/** The first and the last of them: the same whichever came first. */
function chosen(samples: readonly Sample[]): Sample[] {
  const sorted = [...samples].sort((left, right) => left.at - right.at || (left.event < right.event ? -1 : 1));
  return sorted.length <= FIRST + LAST ? sorted : [...sorted.slice(0, FIRST), ...sorted.slice(-LAST)];
}
