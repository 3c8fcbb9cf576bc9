// What happened over time: new alerts by severity, deliveries, and how long events took from the door to the wall. Of the last minutes by
// the alerts' own rows and the counters as they stand, of what was before by the sweep's samples.
import * as z from "zod";
import { quantile } from "../../series/counts.ts";
import { countAlerts, readSamples, readStanding } from "../../series/rows.ts";
import { type Sample, sampleOf, standingOf, sumOf } from "../../series/sample.ts";
import {
  type AlertSeries,
  alertSeries,
  beginningOf,
  type Counted,
  type DeliverySeries,
  deliverySeries,
  SPAN_NAMES,
  SPANS,
  type Span,
} from "../../series/series.ts";
import { AlertMinutes } from "../../store/alert-minutes.ts";
import type { Relay } from "../context.ts";
import { type Reading, readObjects } from "./objects.ts";

const MINUTE_MS = 60_000;
/** Alerts by route since the last sample: where the sweep is overdue, no more than these are counted. */
const MOST_TAIL_MS = 15 * MINUTE_MS;

/** Parameters of the series. */
export const seriesSearch = {
  span: z
    .enum(SPAN_NAMES, { error: `must be one of ${SPAN_NAMES.join(", ")}` })
    .prefault("1h")
    .meta({ description: "How far back; 1h by default" }),
  destination: z.string().max(63, "is no name").optional().meta({ description: "Deliveries of this destination alone" }),
};

/** What was counted of a route in the span. */
export interface RouteSum {
  name: string;
  /** Events that came. */
  received: number;
  /** New alerts. */
  alerts: number;
}

/** What was counted of a destination in the span: the time from the door to the wall of half of its messages, and of 95 in 100. */
export interface DestinationSum {
  name: string;
  delivered: number;
  dead: number;
  p50_s: number | null;
  p95_s: number | null;
}

/** What happened in a span. */
export interface SeriesAnswer {
  span: Span;
  from: string;
  to: string;
  alerts: AlertSeries;
  deliveries: DeliverySeries;
  /** By name; null where there were too many to tell apart. */
  routes: RouteSum[] | null;
  destinations: DestinationSum[] | null;
}

/** This isolate's memory. */
const minutes = new AlertMinutes();

/** Reads it. `reading` where the objects were asked just now. */
export async function readSeries(
  relay: Relay,
  { span, destination }: { span: Span; destination?: string },
  reading?: Reading,
): Promise<SeriesAnswer> {
  const db = relay.env.DB;
  const now = relay.now();
  const { ms, stepMs, deliveriesStepMs } = SPANS[span];
  const from = Math.min(beginningOf(ms, stepMs, now), beginningOf(ms, deliveriesStepMs, now));
  const [latest, standing, samples, objects] = await Promise.all([
    minutes.read(db, now),
    readStanding(db, now),
    readSamples(db, from),
    reading ?? readObjects(relay),
  ]);
  const known = standing?.at ?? 0;
  const fresh = latest.filter(({ at }) => span === "1h" || at >= known);
  const alerts: Counted[] = [
    ...(span === "1h" ? [] : samples.map((one) => ({ from: one.from, to: one.to, counts: one.alerts }))),
    ...fresh.map(({ at, counts }) => ({ from: at, to: at + MINUTE_MS, counts })),
  ];
  const began = standing && now > known ? await countAlerts(db, Math.max(known, now - MOST_TAIL_MS), now) : [];
  const tail = standing && now > known ? sampleOf(standing, standingOf(surveyed(objects), standing, now), began) : undefined;
  const all = tail ? [...samples, tail] : samples;
  const ofDeliveries = all.flatMap((one) => messagesOf(one, destination));
  return {
    span,
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    alerts: alertSeries(alerts, span, now),
    deliveries: deliverySeries(ofDeliveries, span, now),
    routes: summed(sumOf(all, "routes"), (name, [received = 0, ...bySeverity]) => ({ name, received, alerts: total(bySeverity) })),
    destinations: summed(sumOf(all, "destinations"), (name, counts) => ({
      name,
      delivered: counts[0] ?? 0,
      dead: counts[1] ?? 0,
      p50_s: quantile(counts, 0.5),
      p95_s: quantile(counts, 0.95),
    })),
  };
}

/** The messages of one sample; of one destination, nothing where destinations were too many to tell apart. */
function messagesOf({ from, to, deliveries, destinations }: Sample, destination: string | undefined): Counted[] {
  if (destination === undefined) return [{ from, to, counts: deliveries }];
  return destinations === null ? [] : [{ from, to, counts: new Map(Object.entries(destinations)).get(destination) ?? [] }];
}

const surveyed = ({ ledgers, outboxes, unreachable }: Reading): Parameters<typeof standingOf>[0] => ({
  ledgers: ledgers.map(({ route, after }) => ({ route, books: after })),
  outboxes,
  failed: unreachable,
});

const summed = <Sum>(sums: Map<string, number[]> | null, sumOfOne: (name: string, counts: number[]) => Sum): Sum[] | null =>
  sums && [...sums].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, counts]) => sumOfOne(name, counts));

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
