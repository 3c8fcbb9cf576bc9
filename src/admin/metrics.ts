// GET /metrics: Prometheus text, for the bearer of the admin token.

import type { DestinationConfig } from "../config/model.ts";
import type { Env } from "../env.ts";
import type { RouteCounts } from "../ledger/interface.ts";
import { errorText, log } from "../lib/log.ts";
import { problem } from "../lib/problem.ts";
import { sharingWith } from "../outbox/sharing.ts";
import { isBearer } from "./auth.ts";
import type { Books } from "./balance.ts";
import type { Relay } from "./context.ts";
import type { AdminDeps } from "./deps.ts";
import { signInFirst } from "./problems.ts";
import { Exposition } from "./prometheus.ts";
import { readBooks } from "./queries/books.ts";
import type { Reading } from "./queries/objects.ts";

/** Answers the metrics. */
export async function metrics(request: Request, env: Env, { config, destinations }: AdminDeps): Promise<Response> {
  if (!isBearer(request.headers.get("authorization"), env.ADMIN_TOKEN)) return signInFirst();
  if (request.method !== "GET" && request.method !== "HEAD") return problem(405, "Metrics take GET only.", { headers: { allow: "GET" } });
  try {
    const relay: Relay = { env, loaded: await config.get(env.DB), now: Date.now };
    const { books, reading } = await readBooks(relay);
    const { broken, destinations: configured } = relay.loaded.config;
    const told = configured.map((one) => ({ ...one, sharing: sharingWith(one, configured, destinations) }));
    const text = exposition(books, reading, { broken: broken.length, destinations: told }, relay.now());
    return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" } });
  } catch (error) {
    log("error", "metrics.failed", { error: errorText(error) });
    return problem(503, "The relay could not read its state.", { retryAfter: 5 });
  }
}

// What may fall is a gauge: late detail turns an unmatched event into a routed one, and a replay a dead delivery into a
// pending one. A counter that falls would be taken for a restart.
const OUTCOMES = ["accepted", "duplicate", "test", "ignored"] as const satisfies (keyof RouteCounts)[];
const ENDS = ["silenced", "grouped", "routed", "failed"] as const satisfies (keyof RouteCounts)[];
const DELIVERED = ["delivered", "merged"] as const;

/** What the configuration says that the numbers are read beside. */
export interface Configured {
  /** Rows that do not parse. */
  broken: number;
  /** `sharing`: all names that share its budget, itself included; none when it is alone. */
  destinations: (Pick<DestinationConfig, "name" | "type" | "failover" | "priority" | "detail"> & { sharing: readonly string[] })[];
}

/** The exposition. Pure. `now` in Unix ms. */
export function exposition(books: Books, reading: Reading, { broken, destinations }: Configured, now: number): string {
  const text = new Exposition();
  routeMetrics(text, books, reading);
  destinationMetrics(text, books);
  outboxMetrics(text, reading, now);
  infoMetric(text, destinations);
  text.family("tocsin_books_balanced", "gauge", "1 when the books of all routes and destinations balance.")({}, books.balanced ? 1 : 0);
  text.family("tocsin_unreachable_objects", "gauge", "Ledgers and outboxes that did not answer.")({}, reading.unreachable.length);
  text.family("tocsin_broken_configuration_rows", "gauge", "Rows of the configuration that do not parse and are left out.")({}, broken);
  return text.toString();
}

function routeMetrics(text: Exposition, { routes }: Books, { ledgers }: Reading): void {
  const events = text.family("tocsin_events_total", "counter", "Events received, by what became of them at the intake.");
  for (const route of routes) for (const outcome of OUTCOMES) events({ route: route.name, outcome }, route[outcome]);
  const refused = text.family("tocsin_requests_refused_total", "counter", "Requests refused before they were events, best effort.");
  for (const route of routes) refused({ route: route.name }, route.refused);
  const ended = text.family("tocsin_events_ended_total", "counter", "Accepted events that ended, by how.");
  for (const route of routes) for (const end of ENDS) ended({ route: route.name, end }, route[end]);
  const unmatched = text.family(
    "tocsin_events_unmatched",
    "gauge",
    "Accepted events that no rule matched; detail that comes late may still route one.",
  );
  for (const route of routes) unmatched({ route: route.name }, route.unmatched);
  const processing = text.family("tocsin_events_processing", "gauge", "Accepted events that are not decided yet.");
  for (const route of routes) processing({ route: route.name }, route.processing);
  const handed = text.family("tocsin_messages_handed_total", "counter", "Messages given to outboxes.");
  for (const route of routes) handed({ route: route.name }, route.handed);
  const transit = text.family(
    "tocsin_messages_in_transit",
    "gauge",
    "Planned messages that no outbox has confirmed yet; they count as handed when one has.",
  );
  const last = text.family("tocsin_last_event_timestamp_seconds", "gauge", "When the last event came.");
  for (const { name } of routes) {
    const own = ledgers.filter(({ route }) => route === name);
    transit(
      { route: name },
      own.reduce((sum, { after }) => sum + after.inTransit, 0),
    );
    const at = Math.max(...own.map(({ after }) => after.lastEventAt ?? 0));
    last({ route: name }, at > 0 ? at / 1_000 : undefined);
  }
}

function destinationMetrics(text: Exposition, { destinations }: Books): void {
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

function infoMetric(text: Exposition, destinations: Configured["destinations"]): void {
  const info = text.family("tocsin_destination_info", "gauge", "Always 1: how the destination is configured, to join with the others.");
  for (const { name, type, failover, priority, detail, sharing } of destinations) {
    // Destinations of one budget have the same value there.
    const labels = { destination: name, type, failover: failover?.to ?? "", priority: String(priority), budget: sharing.join(" "), detail };
    info(labels, 1);
  }
}

function outboxMetrics(text: Exposition, { outboxes }: Reading, now: number): void {
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
}
