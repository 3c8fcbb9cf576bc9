// From samples to what a chart shows: equal steps of time, each with what was counted in it. Pure.
import { SEVERITIES, type Severity } from "../alert.ts";
import { plus, quantile } from "./counts.ts";
import type { Sample } from "./sample.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How far back one may look, and in which steps. Deliveries are known by the sweep, every 5 minutes. */
export const SPANS = {
  "1h": { ms: HOUR_MS, stepMs: MINUTE_MS, deliveriesStepMs: 5 * MINUTE_MS },
  "24h": { ms: 24 * HOUR_MS, stepMs: 10 * MINUTE_MS, deliveriesStepMs: 10 * MINUTE_MS },
  "7d": { ms: 7 * 24 * HOUR_MS, stepMs: HOUR_MS, deliveriesStepMs: HOUR_MS },
  "30d": { ms: 30 * 24 * HOUR_MS, stepMs: 4 * HOUR_MS, deliveriesStepMs: 4 * HOUR_MS },
} as const;

/** One of the spans. */
export type Span = keyof typeof SPANS;
/** Their names, the shortest first. */
export const SPAN_NAMES = Object.keys(SPANS) as [Span, ...Span[]];

/** What was counted from one moment to another, Unix ms. */
export type Counted = { from: number; to: number; counts: readonly number[] };

/** Equal steps: when each begins (ISO 8601 UTC), and how long they are. */
interface Steps {
  step_s: number;
  at: string[];
}

/** New alerts by severity; null where nobody counted. */
export type AlertSeries = Steps & Record<Severity, (number | null)[]>;

/** Messages that were delivered and that died, and the time from the door to the wall of half and of 95 in 100; null where nobody counted. */
export interface DeliverySeries extends Steps {
  delivered: (number | null)[];
  dead: (number | null)[];
  p50_s: (number | null)[];
  p95_s: (number | null)[];
}

/** Alerts over the span that ends now. */
export function alertSeries(counted: readonly Counted[], span: Span, now: number): AlertSeries {
  const { steps, values } = stepped(counted, SPANS[span].ms, SPANS[span].stepMs, now);
  const of = (place: number): (number | null)[] => values.map((counts) => (counts === null ? null : (counts[place] ?? 0)));
  return { ...steps, ...(Object.fromEntries(SEVERITIES.map((severity, place) => [severity, of(place)])) as Record<Severity, number[]>) };
}

/** Messages over the span that ends now. */
export function deliverySeries(counted: readonly Counted[], span: Span, now: number): DeliverySeries {
  const { steps, values } = stepped(counted, SPANS[span].ms, SPANS[span].deliveriesStepMs, now);
  const each = (read: (counts: readonly number[]) => number | null): (number | null)[] =>
    values.map((counts) => (counts === null ? null : read(counts)));
  return {
    ...steps,
    delivered: each(([delivered = 0]) => delivered),
    dead: each(([, dead = 0]) => dead),
    p50_s: each((counts) => quantile(counts, 0.5)),
    p95_s: each((counts) => quantile(counts, 0.95)),
  };
}

/** When the first step of a span begins, Unix ms: steps begin at whole minutes and hours. */
export const beginningOf = (ms: number, stepMs: number, now: number): number => (Math.floor(now / stepMs) + 1) * stepMs - ms;

function stepped(
  counted: readonly Counted[],
  ms: number,
  stepMs: number,
  now: number,
): { steps: Steps; values: (readonly number[] | null)[] } {
  const first = beginningOf(ms, stepMs, now);
  const values: (readonly number[] | null)[] = new Array(Math.round(ms / stepMs)).fill(null);
  const add = (step: number, counts: readonly number[]): void => {
    if (step >= 0 && step < values.length) values[step] = plus(values[step] ?? [], counts);
  };
  for (const { from, to, counts } of counted) {
    const stepOf = (time: number): number => Math.floor((time - first) / stepMs);
    // A row that is no longer than a step stands where its middle is, so that it is counted once and whole.
    if (to - from <= stepMs) add(stepOf((from + to) / 2), counts);
    else
      for (let step = stepOf(from); step <= stepOf(to - 1); step += 1)
        add(step, share(counts, { from, to }, first + step * stepMs, stepMs));
  }
  const at = values.map((_, step) => new Date(first + step * stepMs).toISOString());
  return { steps: { step_s: stepMs / 1_000, at }, values };
}

/** What of a row that is longer than a step is counted in one: as if it had come evenly. The shares add up to the row. */
function share(counts: readonly number[], { from, to }: Pick<Sample, "from" | "to">, begin: number, stepMs: number): number[] {
  const until = (count: number, time: number): number => Math.round((count * (Math.min(Math.max(time, from), to) - from)) / (to - from));
  return counts.map((count) => until(count, begin + stepMs) - until(count, begin));
}
