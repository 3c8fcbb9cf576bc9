// The identities of promise 4, for one ledger and one outbox.
import { expect } from "vitest";
import type { RouteCounts } from "../../../src/ledger/interface.ts";
import type { DestinationCounts } from "../../../src/outbox/interface.ts";

/** Fails unless the route's counts add up. */
export function expectRouteBalance(counts: RouteCounts): void {
  const { received, accepted, duplicate, test, ignored, processing, unmatched, silenced, grouped, routed, failed } = counts;
  expect(received, JSON.stringify(counts)).toBe(accepted + duplicate + test + ignored);
  expect(accepted, JSON.stringify(counts)).toBe(processing + unmatched + silenced + grouped + routed + failed);
  expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThanOrEqual(0);
}

/** Fails unless the destination's counts add up. */
export function expectDestinationBalance(counts: DestinationCounts): void {
  const { planned, delivered, merged, pending, dead } = counts;
  expect(planned, JSON.stringify(counts)).toBe(delivered + merged + pending + dead);
  expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThanOrEqual(0);
}
