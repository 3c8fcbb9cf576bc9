// Which stages the test's ledgers, outboxes and correlators have, by the name of their route or destination.
import type { CorrelatorStages } from "../../../src/correlator/object.ts";
import type { LedgerStages } from "../../../src/ledger/stages.ts";
import type { OutboxStages } from "../../../src/outbox/object.ts";

const ledgers = new Map<string, LedgerStages>();
const outboxes = new Map<string, OutboxStages>();
const correlators = new Map<string, CorrelatorStages>();

/** Decides the stages of a route's ledger, also after it was evicted. */
export const registerLedger = (route: string, stages: LedgerStages): void => {
  ledgers.set(route, stages);
};
/** Decides the stages of a destination's outbox, also after it was evicted. */
export const registerOutbox = (destination: string, stages: OutboxStages): void => {
  outboxes.set(destination, stages);
};

/** Decides the stages of a route's correlator, also after it was evicted. */
export const registerCorrelator = (route: string, stages: CorrelatorStages): void => {
  correlators.set(route, stages);
};

export const ledgerStagesOf = (route: string): LedgerStages => found(ledgers.get(route), route);
export const outboxStagesOf = (destination: string): OutboxStages => found(outboxes.get(destination), destination);
export const correlatorStagesOf = (route: string): CorrelatorStages => found(correlators.get(route), route);

function found<Stages>(stages: Stages | undefined, name: string): Stages {
  if (!stages) throw new Error(`no test decided the stages of ${name}`);
  return stages;
}
