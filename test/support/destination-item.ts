import type { DestinationItem } from "../../src/admin/queries/destinations.ts";
import { noDestinationCounts } from "../../src/outbox/interface.ts";

/** A destination as `GET /api/destinations` tells it: one that works and has nothing waiting. */
export const destinationItem = (more: Partial<DestinationItem> = {}): DestinationItem => ({
  name: "soc",
  state: "ok",
  pending: 0,
  in_flight: 0,
  oldest_pending_at: null,
  failures: 0,
  closed_until: null,
  broken_since: null,
  failed_over: 0,
  slowed_until: null,
  last_delivered_at: null,
  unknown: 0,
  counts: noDestinationCounts(),
  ...more,
});
