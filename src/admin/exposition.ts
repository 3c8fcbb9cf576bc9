// All metrics as one text. Pure: what was read comes in.
import { SCHEMA, VERSION } from "../release.ts";
import type { Condition } from "../store/conditions.ts";
import type { LastSweep } from "../store/upkeep.ts";
import { parseConditionId } from "../watch/kinds.ts";
import type { Books } from "./balance.ts";
import { type ConfiguredDestination, destinationMetrics, infoMetric, outboxMetrics } from "./destination-metrics.ts";
import { Exposition } from "./prometheus.ts";
import type { Reading } from "./queries/objects.ts";
import { type ConfiguredRoute, routeMetrics } from "./route-metrics.ts";

/** What is told besides the books and the objects. */
export interface Beside {
  /** Rows of the configuration that do not parse. */
  broken: number;
  routes: readonly ConfiguredRoute[];
  destinations: readonly ConfiguredDestination[];
  conditions: readonly Condition[];
  /** Undefined before the first one. */
  sweep: LastSweep | undefined;
}

/** The exposition. `now` in Unix ms. */
export function exposition(books: Books, reading: Reading, beside: Beside, now: number): string {
  const text = new Exposition();
  text.family(
    "tocsin_build_info",
    "gauge",
    "Always 1: the version that runs, and the newest migration that it knows.",
  )({ version: VERSION, schema: SCHEMA }, 1);
  routeMetrics(text, books, reading, beside.routes);
  destinationMetrics(text, books);
  outboxMetrics(text, reading, now);
  infoMetric(text, beside.destinations);
  text.family("tocsin_books_balanced", "gauge", "1 when the books of all routes and destinations balance.")({}, books.balanced ? 1 : 0);
  text.family(
    "tocsin_unreachable_objects",
    "gauge",
    "Ledgers, outboxes and correlators that did not answer.",
  )({}, reading.unreachable.length);
  text.family(
    "tocsin_broken_configuration_rows",
    "gauge",
    "Rows of the configuration that do not parse and are left out.",
  )({}, beside.broken);
  upkeepMetrics(text, beside);
  return text.toString();
}

function upkeepMetrics(text: Exposition, { conditions, sweep }: Beside): void {
  const condition = text.family(
    "tocsin_condition",
    "gauge",
    "1 for each trouble of the relay itself that lasts, as of the last sweep; GET /api/health has the words.",
  );
  for (const { id } of conditions) {
    const parsed = parseConditionId(id);
    if (parsed) condition({ kind: parsed.kind, subject: parsed.subject }, 1);
  }
  const at = text.family("tocsin_sweep_last_run_timestamp_seconds", "gauge", "When the sweep last ended; it is due every 300 seconds.");
  at({}, sweep && Date.parse(sweep.at) / 1_000);
  text.family("tocsin_sweep_last_duration_seconds", "gauge", "How long the last sweep took.")({}, sweep && sweep.ms / 1_000);
  text.family("tocsin_sweep_objects", "gauge", "Ledgers and outboxes that the last sweep called.")({}, sweep?.objects);
  text.family("tocsin_sweep_failed_objects", "gauge", "Those of them that failed.")({}, sweep?.failed.length);
}
