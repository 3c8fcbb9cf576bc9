// The Worker under test, and ledgers, outboxes and correlators whose stages below a test decides.
import { correlatorClass } from "../../../src/correlator/object.ts";
import type { Env } from "../../../src/env.ts";
import { ledgerClass } from "../../../src/ledger/object.ts";
import { outboxClass } from "../../../src/outbox/object.ts";
import { correlatorStagesOf, ledgerStagesOf, outboxStagesOf } from "./registry.ts";

export * from "../../../src/index.ts";
export { default } from "../../../src/index.ts";
export const TestLedger = ledgerClass<Env>((_env, { route }) => ledgerStagesOf(route));
export const TestOutbox = outboxClass<Env>((_env, destination) => outboxStagesOf(destination));
export const TestCorrelator = correlatorClass<Env>((_env, { route }) => correlatorStagesOf(route));
