// Which stages the test's ledgers and outboxes have, by the name of their route or destination.
import type { LedgerStages } from "../../../src/ledger/stages.ts";
import type { OutboxStages } from "../../../src/outbox/object.ts";

const ledgers = new Map<string, LedgerStages>();
const outboxes = new Map<string, OutboxStages>();

/** Decides the stages of a route's ledger, also after it was evicted. */
export const registerLedger = (route: string, stages: LedgerStages): void => {
  ledgers.set(route, stages);
};
/** Decides the stages of a destination's outbox, also after it was evicted. */
export const registerOutbox = (destination: string, stages: OutboxStages): void => {
  outboxes.set(destination, stages);
};

export const ledgerStagesOf = (route: string): LedgerStages => found(ledgers.get(route), route);
export const outboxStagesOf = (destination: string): OutboxStages => found(outboxes.get(destination), destination);

function found<Stages>(stages: Stages | undefined, name: string): Stages {
  if (!stages) throw new Error(`no test decided the stages of ${name}`);
  return stages;
}
