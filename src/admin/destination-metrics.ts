// Metrics of destinations: what they were to show, what they show, and how they are doing.
import type { DestinationConfig } from "../config/model.ts";
import { type AttemptOutcome, LATENCY_BOUNDS } from "../outbox/tally.ts";
import type { Books } from "./balance.ts";
import type { Exposition } from "./prometheus.ts";
import type { Reading } from "./queries/objects.ts";

// What may fall is a gauge: a replay turns a dead delivery into a pending one.
const DELIVERED = ["delivered", "merged"] as const;
/** All of them, so that the first of a kind is a rise from zero. */
const OUTCOMES = [
  "delivered",
  "rate_limited",
  "server_error",
  "moved",
  "rejected",
  "disabled",
  "thread_lost",
  "unknown",
] as const satisfies AttemptOutcome[];

/** What of a destination's configuration stands beside its numbers. `sharing`: all names that share its budget, itself included. */
export type ConfiguredDestination = Pick<DestinationConfig, "name" | "type" | "failover" | "priority" | "detail"> & {
  sharing: readonly string[];
};

/** Adds the families of what was delivered. */
export function destinationMetrics(text: Exposition, { destinations }: Books): void {
  const planned = text.family("tocsin_deliveries_planned_total", "counter", "Deliveries planned, the destination's own included.");
  for (const one of destinations) planned({ destination: one.name }, one.planned);
  const own = text.family("tocsin_deliveries_own_total", "counter", "Deliveries that no route handed over: tests, digests, escalations.");
  for (const one of destinations) own({ destination: one.name }, one.own);
  const settled = text.family("tocsin_deliveries_total", "counter", "Deliveries settled for good, by state.");
  for (const one of destinations) for (const state of DELIVERED) settled({ destination: one.name, state }, one[state]);
  const pending = text.family("tocsin_deliveries_pending", "gauge", "Deliveries that are not settled, those in flight included.");
  for (const one of destinations) pending({ destination: one.name }, one.pending);
  const dead = text.family("tocsin_deliveries_dead", "gauge", "Deliveries that were given up and can be replayed.");
  for (const one of destinations) dead({ destination: one.name }, one.dead);
}

/** Adds what joins with the others: how each destination is configured. */
export function infoMetric(text: Exposition, destinations: readonly ConfiguredDestination[]): void {
  const info = text.family("tocsin_destination_info", "gauge", "Always 1: how the destination is configured, to join with the others.");
  for (const { name, type, failover, priority, detail, sharing } of destinations) {
    // Destinations of one budget have the same value there.
    const labels = { destination: name, type, failover: failover?.to ?? "", priority: String(priority), budget: sharing.join(" "), detail };
    info(labels, 1);
  }
}

/** Adds the families of how outboxes are doing. `now` in Unix ms. */
export function outboxMetrics(text: Exposition, reading: Reading, now: number): void {
  const { outboxes } = reading;
  const gauge = (name: string, help: string, numberOf: (status: Reading["outboxes"][number]["status"]) => number | undefined): void => {
    const sample = text.family(name, "gauge", help);
    for (const { destination, status } of outboxes) sample({ destination }, numberOf(status));
  };
  gauge("tocsin_deliveries_in_flight", "Deliveries on their way, not answered for yet.", ({ inFlight }) => inFlight);
  gauge(
    "tocsin_deliveries_oldest_pending_seconds",
    "Age of the oldest delivery that is not settled; 0 without one.",
    ({ oldestPendingAt }) => (oldestPendingAt === undefined ? 0 : Math.max(0, (now - oldestPendingAt) / 1_000)),
  );
  gauge(
    "tocsin_destination_open",
    "0 while the destination is closed for a while (it asked to wait, or fails), else 1.",
    ({ closedUntil }) => (closedUntil !== undefined && closedUntil > now ? 0 : 1),
  );
  gauge(
    "tocsin_destination_down",
    "1 while the destination has not answered for more than a moment; its failover shows its alerts.",
    ({ brokenSince }) => (brokenSince === undefined ? 0 : 1),
  );
  gauge("tocsin_destination_failed_over", "Alerts that the failover shows in its place.", ({ failedOver }) => failedOver);
  gauge(
    "tocsin_destination_slowed",
    "1 while less is sent than the pace allows, as the chat asked to wait although it was kept.",
    (status) => (status.slowedUntil === undefined ? 0 : 1),
  );
  gauge("tocsin_destination_refused", "1 while the destination's address is gone or closed to us.", ({ disabled }) => (disabled ? 1 : 0));
  gauge("tocsin_destination_failures", "Failures in a row.", ({ failures }) => failures);
  gauge("tocsin_last_delivery_timestamp_seconds", "When the last message was delivered.", ({ lastDeliveredAt }) =>
    lastDeliveredAt === undefined ? undefined : lastDeliveredAt / 1_000,
  );
  const unknown = text.family(
    "tocsin_deliveries_in_doubt_total",
    "counter",
    "Attempts whose outcome was never known; each may stand twice on the wall.",
  );
  for (const { destination, status } of outboxes) unknown({ destination }, status.unknown);
  gauge(
    "tocsin_deliveries_unprojected",
    "Alerts whose settled deliveries are not in D1 yet: lists are behind by them.",
    ({ unprojected }) => unprojected,
  );
  attemptMetrics(text, reading);
}

function attemptMetrics(text: Exposition, { outboxes }: Reading): void {
  const attempts = text.family("tocsin_delivery_attempts_total", "counter", "Attempts to deliver, by what came of them.");
  for (const { destination, status } of outboxes)
    for (const outcome of OUTCOMES) attempts({ destination, outcome }, status.tally.attempts[outcome] ?? 0);
  const seconds = text.histogram(
    "tocsin_delivery_seconds",
    "From the receipt of an event until the destination shows it; digests, replays and what no event brought are not in it.",
    LATENCY_BOUNDS,
  );
  for (const { destination, status } of outboxes)
    seconds({ destination }, { counts: status.tally.latency, sum: status.tally.latencySumMs / 1_000 });
  const waited = text.family(
    "tocsin_destination_wait_seconds_total",
    "counter",
    "For how long the destination was left alone so far, because it asked to wait or failed.",
  );
  for (const { destination, status } of outboxes) waited({ destination }, status.waitedMs / 1_000);
}
