// What ledgers and outboxes say of themselves, for tests that only care for a part of it.
import { type LedgerBooks, noRouteCounts } from "../../src/ledger/interface.ts";
import { noDestinationCounts, type OutboxStatus } from "../../src/outbox/interface.ts";
import { Tally } from "../../src/outbox/tally.ts";

/** The books of a ledger at rest. */
export const sampleLedgerBooks = (overrides: Partial<LedgerBooks> = {}): LedgerBooks => ({
  counts: noRouteCounts(),
  inTransit: 0,
  unprojected: 0,
  lookups: {},
  refusing: {},
  setAside: [],
  ...overrides,
});

/** The state of an outbox that is well and has nothing to do. */
export const sampleStatus = (overrides: Partial<OutboxStatus> = {}): OutboxStatus => ({
  counts: noDestinationCounts(),
  inFlight: 0,
  failures: 0,
  untold: 0,
  failedOver: 0,
  unknown: 0,
  unprojected: 0,
  waitedMs: 0,
  setAside: [],
  tally: new Tally().saved,
  ...overrides,
});
