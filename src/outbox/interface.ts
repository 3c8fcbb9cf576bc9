// What the stages around it may ask of an outbox. Values only: they cross an RPC.
import type { Alert } from "../alert.ts";
import type { Attempt, DeliveryRecord } from "../delivery.ts";
import type { Notice } from "../destinations/destination.ts";
import type { Action, Budget, DeliveryOutcome } from "../outcome.ts";

/** One alert on its way to an outbox. `versions` are the planned ones, oldest first; all but the last are merged there. */
export interface HandedMessage {
  alert: Alert;
  versions: number[];
  /** The route's rule that made the destination show the alert, where it says how. */
  rule?: string;
}

/** One formatted message on the queue. Without secrets; `body` is absent when it is too large and is asked for by reference. */
export interface QueuedMessage {
  destination: string;
  id: string;
  /** The slot that the message belongs to. */
  slot: string;
  /** The idempotency key of this step of the delivery. */
  key: string;
  attempt: number;
  action: Action;
  ref?: string;
  memo?: string;
  body?: string;
  /** Unix ms: a message that is read later than this has been given up for lost and is not sent. */
  leaseUntil: number;
}

/** What one attempt came to. */
export interface Settlement {
  id: string;
  slot: string;
  attempt: number;
  outcome: DeliveryOutcome;
  /** When it began, Unix ms, and how long it took. */
  at: number;
  ms: number;
  status?: number;
  /** The answer, masked and short. */
  answer?: string;
  budget?: Budget;
}

/** The books of one destination (promise 4). */
export interface DestinationCounts {
  planned: number;
  own: number;
  delivered: number;
  merged: number;
  pending: number;
  dead: number;
}

export const noDestinationCounts = (): DestinationCounts => ({ planned: 0, own: 0, delivered: 0, merged: 0, pending: 0, dead: 0 });

/** How a destination is doing. Times in Unix ms. */
export interface OutboxStatus {
  counts: DestinationCounts;
  inFlight: number;
  oldestPendingAt?: number;
  /** Failures in a row; while there are any, one message at a time is the probe. */
  failures: number;
  /** Why the last of them failed. */
  failedReason?: string;
  closedUntil?: number;
  closedReason?: string;
  /** Until when less is sent than the pace allows, as the chat asked to wait although it was kept. */
  slowedUntil?: number;
  /** Set while the address is refused for good. */
  disabled?: { reason: string; at: number };
  lastDeliveredAt?: number;
  /** Since when it does not answer, once that is more than a moment; then its failover shows what it cannot. */
  brokenSince?: number;
  /** Alerts that another destination shows in its place. */
  failedOver: number;
  /** Messages whose outcome was unknown and that were sent again: each may stand twice on the wall. */
  unknown: number;
}

/** The RPC methods of an outbox. */
export interface OutboxCalls {
  /** Takes messages; what it has already (by alert and version) changes nothing. Resolves when they are durable. */
  enqueue(messages: HandedMessage[]): Promise<void>;
  settle(settlements: Settlement[]): Promise<void>;
  /** The body of a message that was too large for the queue; undefined when that attempt is over. */
  body(slot: string, attempt: number): Promise<string | undefined>;
  /** Shows alerts in the place of the destination `from`, which does not answer; what it shows itself is left alone. */
  standIn(from: string, messages: HandedMessage[]): Promise<void>;
  /** Shows a word of the relay about itself, once for its id. */
  announce(notice: Notice): Promise<void>;
  /** Sends a marked test alert. Answers the delivery's id. */
  test(alert: Alert): Promise<string>;
  replay(id: string): Promise<"replayed" | "not_dead" | "unknown">;
  status(): Promise<OutboxStatus>;
  /** Deliveries that are not settled, newest first. */
  pending(limit: number): Promise<DeliveryRecord[]>;
  /** Settled deliveries that the projection does not have yet, newest first. */
  owed(limit: number): Promise<DeliveryRecord[]>;
  /** Every delivery of one alert that is still remembered, oldest first. */
  deliveriesOf(slot: string): Promise<DeliveryRecord[]>;
  /** Repairs a lost alarm, removes what is older than the retention, writes the projection that is owed. */
  sweep(): Promise<void>;
  /** Writes every remembered delivery to D1 again. Answers how many. */
  project(): Promise<number>;
}

export type { Attempt };
