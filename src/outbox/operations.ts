// What an outbox can be asked to do. Several operations may share one transaction.
import type { Alert } from "../alert.ts";
import type { Notice } from "../destinations/destination.ts";
import type { OutboxCore } from "./core.ts";
import { noteCopies } from "./failover.ts";
import type { HandedMessage, Settlement } from "./interface.ts";
import type { Taken } from "./neighbours.ts";
import { planNotice, planOwn, planStandIn, planVersions, replayDead } from "./plan.ts";
import { settle } from "./settle.ts";

/** One thing to do in a transaction. `turn`: nothing but to look whether something may go. */
export type Operation =
  | { kind: "plan"; messages: HandedMessage[] }
  | { kind: "stand_in"; from: string; messages: HandedMessage[] }
  | { kind: "notice"; notice: Notice }
  | { kind: "settle"; settlements: Settlement[] }
  | { kind: "test"; alert: Alert }
  | { kind: "replay"; slot: string; id: string }
  | Taken
  | { kind: "turn" };

/** Messages that an operation brings. */
export const messagesOf = (operation: Operation): HandedMessage[] =>
  operation.kind === "plan" || operation.kind === "stand_in" ? operation.messages : [];

/** Does it, inside the object's transaction. Answers what a test or a replay came to. */
export function apply(core: OutboxCore, operation: Operation, now: number, random: () => number): string | undefined {
  switch (operation.kind) {
    case "plan":
      for (const message of operation.messages) planVersions(core, message, now);
      return undefined;
    case "stand_in":
      for (const message of operation.messages) planStandIn(core, operation.from, message, now);
      return undefined;
    case "notice":
      planNotice(core, operation.notice, now);
      return undefined;
    case "copied":
      noteCopies(core, operation.copies, now);
      return undefined;
    case "announced":
      core.breaker.taken(operation.notice, operation.by);
      return undefined;
    case "settle":
      for (const settlement of operation.settlements) settle(core, settlement, now, random());
      return undefined;
    case "test":
      core.health.tryNow();
      return planOwn(core, operation.alert, { purpose: "test" }, now);
    case "replay":
      return replayDead(core, operation.slot, operation.id, now);
    case "turn":
      return undefined;
  }
}
