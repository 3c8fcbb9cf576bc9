// Metrics of routes: what came in and what became of it.
import type { Route } from "../config/model.ts";
import type { LookupCounts, RouteCounts } from "../ledger/interface.ts";
import type { Books } from "./balance.ts";
import type { Exposition } from "./prometheus.ts";
import type { Reading } from "./queries/objects.ts";

// What may fall is a gauge: late detail turns an unmatched event into a routed one. A counter that falls would be taken for a restart.
const OUTCOMES = ["accepted", "duplicate", "test", "ignored"] as const satisfies (keyof RouteCounts)[];
const ENDS = ["silenced", "grouped", "routed", "failed"] as const satisfies (keyof RouteCounts)[];
const ANSWERS = ["told", "remembered", "missing", "refused"] as const satisfies (keyof LookupCounts)[];

/** What of a route's configuration stands beside its numbers. */
export type ConfiguredRoute = Pick<Route, "name" | "silentAfterMs">;

/** Adds the families of routes. */
export function routeMetrics(text: Exposition, { routes }: Books, reading: Reading, configured: readonly ConfiguredRoute[]): void {
  const { ledgers } = reading;
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
  const unprojected = text.family(
    "tocsin_alerts_unprojected",
    "gauge",
    "Alerts whose present state is not in D1 yet: lists are behind by them.",
  );
  const last = text.family("tocsin_last_event_timestamp_seconds", "gauge", "When the last event came.");
  for (const { name } of routes) {
    const own = ledgers.filter(({ route }) => route === name);
    transit(
      { route: name },
      own.reduce((sum, { after }) => sum + after.inTransit, 0),
    );
    unprojected(
      { route: name },
      own.reduce((sum, { after }) => sum + after.unprojected, 0),
    );
    const at = Math.max(...own.map(({ after }) => after.lastEventAt ?? 0));
    last({ route: name }, at > 0 ? at / 1_000 : undefined);
  }
  const silent = text.family(
    "tocsin_source_silent_after_seconds",
    "gauge",
    "How long nothing may come from the source before that is told.",
  );
  for (const { name, silentAfterMs } of configured) silent({ route: name }, silentAfterMs && silentAfterMs / 1_000);
  lookupMetrics(text, reading);
  correlatorMetrics(text, reading);
}

/** What rules know beyond one alert. */
function correlatorMetrics(text: Exposition, { correlators }: Reading): void {
  const open = text.family("tocsin_rule_keys", "gauge", "Keys that rules count, group, wait for, inhibit or watch, by how.");
  for (const { route, status } of correlators) for (const [gate, count] of Object.entries(status.open)) open({ route, gate }, count);
  const owed = text.family("tocsin_rule_words_owed", "gauge", "What rules found out beyond one alert and no ledger has taken yet.");
  for (const { route, status } of correlators) owed({ route }, status.owed);
  const dropped = text.family("tocsin_rule_keys_dropped_total", "counter", "Keys that were given up because a rule had too many.");
  for (const { route, status } of correlators) dropped({ route }, status.dropped);
}

function lookupMetrics(text: Exposition, { ledgers }: Reading): void {
  const lookups = text.family(
    "tocsin_lookups_total",
    "counter",
    'Questions to a source\'s API (of="api") or an enricher, by what came of them; remembered: answered without a call.',
  );
  const sums = new Map<string, { route: string; of: string; counts: LookupCounts }>();
  for (const { route, after } of ledgers) {
    for (const [of, counts] of Object.entries(after.lookups)) {
      const sum = sums.get(`${route} ${of}`) ?? { route, of, counts: { told: 0, remembered: 0, missing: 0, refused: 0 } };
      for (const outcome of ANSWERS) sum.counts[outcome] += counts[outcome];
      sums.set(`${route} ${of}`, sum);
    }
  }
  for (const { route, of, counts } of sums.values()) for (const outcome of ANSWERS) lookups({ route, of, outcome }, counts[outcome]);
}
