// The Worker under test, and ledgers and outboxes whose stages below a test decides.
import type { Env } from "../../../src/env.ts";
import { ledgerClass } from "../../../src/ledger/object.ts";
import { outboxClass } from "../../../src/outbox/object.ts";
import { ledgerStagesOf, outboxStagesOf } from "./registry.ts";

export * from "../../../src/index.ts";
export { default } from "../../../src/index.ts";
export const TestLedger = ledgerClass<Env>((_env, { route }) => ledgerStagesOf(route));
export const TestOutbox = outboxClass<Env>((_env, destination) => outboxStagesOf(destination));
