// What the stages around it may ask of an outbox. Values only: they cross an RPC.
import type { Alert } from "../alert.ts";
import type { Retentions } from "../config/retention.ts";
import type { Attempt, DeliveryRecord } from "../delivery.ts";
import type { Notice } from "../destinations/destination.ts";
import type { CopyCalls } from "../lib/object-copy.ts";
import type { Unsealed } from "../lib/signed-link.ts";
import type { Slice } from "../lib/slice.ts";
import type { Action, Budget, DeliveryKind, DeliveryOutcome } from "../outcome.ts";
import type { SavedTally } from "./tally.ts";

/** One alert on its way to an outbox. `versions` are the planned ones, oldest first; all but the last are merged there. */
export interface HandedMessage {
  alert: Alert;
  versions: number[];
  /** The route's rule that made the destination show the alert, where it says how. */
  rule?: string;
  /** The trace id of the request that brought the alert's latest event. */
  trace?: string;
  /** When the first event of these versions came, Unix ms; absent where none did. */
  receivedAt?: number;
  /** It waited for its hours, and is told in one digest with the others that did. */
  digest?: boolean;
  /** Words that the alert still waits for somebody: messages of the destination's own. `at` in Unix ms. */
  reminders?: { id: string; text: string; ping?: string; at: number }[];
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
  trace?: string;
  body?: string;
  /** Links in the body that have to be signed. */
  links?: Unsealed & { alert: string };
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

/** What the books of a destination count (promise 4), in the order of the identity. */
export const DESTINATION_COUNTS = ["planned", "own", "delivered", "merged", "pending", "dead"] as const;

/** The books of one destination. */
export type DestinationCounts = Record<(typeof DESTINATION_COUNTS)[number], number>;

/** Zero for every count. */
export const noDestinationCounts = (): DestinationCounts =>
  Object.fromEntries(DESTINATION_COUNTS.map((name) => [name, 0])) as DestinationCounts;

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
  /** Messages a second as they go now, and how many may go at once after a rest; absent before the first in this life. */
  pace?: { perSecond: number; burst: number };
  /** The budget as the headers of an answer told it last: what was left, and until when. */
  told?: { remaining: number; resetAt: number; at: number };
  /** Set while the address is refused for good. */
  disabled?: { reason: string; at: number };
  lastDeliveredAt?: number;
  /** Since when it does not answer, once that is more than a moment; then its failover shows what it cannot. */
  brokenSince?: number;
  /** Words about its trouble, or the end of it, that no other destination could take yet. */
  untold: number;
  /** Alerts that another destination shows in its place. */
  failedOver: number;
  /** Messages whose outcome was unknown and that were sent again: each may stand twice on the wall. */
  unknown: number;
  /** Alerts with settled deliveries that the projection does not have yet. */
  unprojected: number;
  /** All the time for which it was closed so far, because it asked to wait or failed. */
  waitedMs: number;
  /** Slots whose row cannot be read, and which were set aside. */
  setAside: string[];
  tally: SavedTally;
}

/** What a replay came to. `unknown`: the outbox remembers no such delivery, or not any more. */
export type Replay = "replayed" | "not_dead" | "unknown";

/** Which part of a list is asked for: newest first, ties by id. Times ISO 8601 UTC. */
export interface DeliverySpan {
  from?: string;
  to?: string;
  /** Only what comes after this place. */
  behind?: { at: string; id: string };
  /** Of what waits, only messages of these kinds. */
  kinds?: DeliveryKind[];
}

/** What one sweep of an outbox did. */
export interface OutboxSwept {
  /** Slots that are gone, and slots that lost only what the alert's source wrote. */
  removed: { slots: number; emptied: number };
  /** Whether there is more than one sweep looks at. */
  more: boolean;
}

/** What was erased, or would be. */
export interface ErasedSlots {
  slots: number;
  /** Messages that waited, and are dead now. */
  dead: number;
  /** Alerts whose message stands at the chat, where nobody but a person can delete it. */
  shown: string[];
  /** Deliveries of digests that told the alerts. */
  digests: string[];
  /** Alerts with something on its way: they are still there. */
  busy: string[];
}

/** The RPC methods of an outbox. */
export interface OutboxCalls extends CopyCalls {
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
  /** Puts a dead delivery back. */
  replay(id: string): Promise<Replay>;
  /** Puts dead deliveries back, all at once; an answer for each, in their order. */
  replayAll(ids: string[]): Promise<Replay[]>;
  status(): Promise<OutboxStatus>;
  /** Deliveries that are not settled, newest first. */
  pending(limit: number, span?: DeliverySpan): Promise<DeliveryRecord[]>;
  /** Settled deliveries that the projection does not have yet, newest first. */
  owed(limit: number, span?: DeliverySpan): Promise<DeliveryRecord[]>;
  /** Every delivery of one alert that is still remembered, oldest first. */
  deliveriesOf(slot: string): Promise<DeliveryRecord[]>;
  /** Repairs a lost alarm, removes what is older than its route's retention (where it is given), writes the projection that is owed. */
  sweep(retentions?: Retentions): Promise<OutboxSwept>;
  /** Forgets alerts by their ids; the counts stay. Resolves when no write of theirs to the projection is under way. */
  erase(ids: string[], dryRun: boolean): Promise<ErasedSlots>;
  /** Writes the remembered deliveries of up to `most` slots to D1 again, those whose id comes after `after`. */
  project(after: string, most: number): Promise<Slice>;
}

export type { Attempt };
