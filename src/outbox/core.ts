// What the parts of an outbox share.
import type { DestinationConfig, Rule } from "../config/model.ts";
import type { DeliveryRecord } from "../delivery.ts";
import type { Capabilities, Destination } from "../destinations/destination.ts";
import type { OpenSet } from "../lib/open-set.ts";
import type { DeadReason, MergedReason } from "../outcome.ts";
import type { Allowance } from "./allowance.ts";
import type { Breaker } from "./breaker.ts";
import { isUrgent } from "./delta.ts";
import type { DigestLog } from "./digest.ts";
import type { Health } from "./health.ts";
import type { DestinationCounts } from "./interface.ts";
import { kindOf, recordOf, remember, type Slot, type Waiting } from "./slot.ts";
import { FOLLOW_UP_MS, isRepeat, nextStep, toldBy } from "./steps.ts";
import type { Meta, OutboxTables } from "./tables.ts";
import { Tally } from "./tally.ts";

/** The destination as it is configured now. */
export interface Target {
  config: DestinationConfig;
  adapter: Destination;
  can: Capabilities;
  /** Public address of the relay, for links. */
  relayUrl?: string;
  /** Makes the marker of a message's signed links; absent where there is nothing to sign them by. */
  marker?(): string;
  /** A rule of a route, as it is configured now. */
  rule(route: string, name: string): Rule | undefined;
}

/** A slot that has a message waiting, with what choosing needs. Times in Unix ms. */
export interface Candidate {
  lane: number;
  since: number;
  notBefore: number;
  createdAt: number;
  /** The message's id. */
  message: string;
  /** It is told in one digest with what else waited for its hours. */
  digest?: boolean;
}

/** What a pending message comes to, and when, Unix ms. */
interface End {
  state: "delivered" | "merged" | "dead";
  reason?: DeadReason | MergedReason;
  now: number;
}

/** What an outbox is made of. */
export interface OutboxParts {
  open: OpenSet;
  health: Health;
  breaker: Breaker;
  allowance: Allowance;
  counts: DestinationCounts;
  digest: DigestLog;
  tally: Tally;
  memo?: string;
}

/** Rows, counters and the waiting list of one outbox. Changes happen inside the object's transaction. */
export class OutboxCore {
  readonly destination: string;
  readonly tables: OutboxTables;
  readonly open: OpenSet;
  readonly health: Health;
  readonly breaker: Breaker;
  readonly allowance: Allowance;
  counts: DestinationCounts;
  digest: DigestLog;
  tally: Tally;
  /** What the adapter asked to have remembered about the destination. */
  memo: string | undefined;
  /** As it is configured now; "broken" while its configuration cannot be used: then its messages wait. */
  target: Target | "removed" | "broken" = "broken";
  readonly candidates = new Map<string, Candidate>();
  /** Slots with a message on its way, and until when its answer is awaited. */
  readonly inFlight = new Map<string, { leaseUntil: number; createdAt: number }>();
  /** Slots whose alert another destination shows in our place. */
  readonly failedOver = new Set<string>();
  /** Slots with settled deliveries that the projection does not have yet. */
  readonly owing = new Set<string>();
  /** Slots changed in this transaction: each is written once at its end. */
  readonly #touched = new Map<string, Slot>();

  constructor(destination: string, tables: OutboxTables, parts: OutboxParts) {
    this.destination = destination;
    this.tables = tables;
    this.open = parts.open;
    this.health = parts.health;
    this.breaker = parts.breaker;
    this.allowance = parts.allowance;
    this.counts = parts.counts;
    this.digest = parts.digest;
    this.tally = parts.tally;
    this.memo = parts.memo;
  }

  /** What the chat can do; undefined while the destination's configuration cannot be used. */
  get can(): Capabilities | undefined {
    return typeof this.target === "string" ? undefined : this.target.can;
  }

  /** Who takes over when the destination does not answer. */
  get failover(): DestinationConfig["failover"] {
    return typeof this.target === "string" ? undefined : this.target.config.failover;
  }

  /** The slot, to be changed in place; it is written at the end of the transaction. */
  change(id: string): Slot | undefined {
    const touched = this.#touched.get(id);
    if (touched) return touched;
    const slot = this.tables.slot(id);
    if (slot) this.#touched.set(id, slot);
    return slot;
  }

  /** The slot as it is now, in this transaction too. */
  slot(id: string): Slot | undefined {
    return this.#touched.get(id) ?? this.tables.slot(id);
  }

  add(id: string, slot: Slot): void {
    this.#touched.set(id, slot);
  }

  /** Whether this transaction changed anything. */
  hasChanges(): boolean {
    return this.#touched.size > 0;
  }

  /** Whatever held the destination back, and what was remembered of it, may be otherwise now. */
  forgive(): void {
    this.health.forgive();
    this.memo = undefined;
  }

  /** Brings the lists up to date with what changed, so that a new message can go in the transaction that plans it. */
  indexTouched(): void {
    for (const [id, slot] of this.#touched) this.index(id, slot);
  }

  /** Brings the lists up to date with all that is open: the destination is configured in another way now, or the lists are new. */
  reindex(): void {
    for (const id of this.open) {
      const slot = this.slot(id);
      if (slot) this.index(id, slot);
    }
  }

  /** Writes what changed: a row for each slot. Answers the ids of slots whose deliveries the projection is owed. */
  writeTouched(now: number): string[] {
    const owing: string[] = [];
    for (const [id, slot] of this.#touched) {
      this.index(id, slot);
      this.tables.writeSlot(id, slot, now);
      if (slot.owed.length > 0) owing.push(id);
    }
    this.#touched.clear();
    return owing;
  }

  /** Becomes what the rows say: after a transaction that was rolled back. */
  reload(meta: Meta): void {
    this.#touched.clear();
    this.tables.forget();
    this.open.reload(meta.open);
    this.health.reload(meta.health);
    this.breaker.reload(meta.breaker);
    this.counts = meta.counts;
    this.digest = meta.digest;
    this.tally = new Tally(meta.tally);
    this.memo = meta.memo;
    for (const list of [this.candidates, this.inFlight, this.failedOver, this.owing]) list.clear();
    this.reindex();
  }

  /** Brings the waiting list, the list of what is in flight and the open list up to date with a slot. */
  index(id: string, slot: Slot): void {
    if (slot.waiting && !slot.flight) {
      const { id: message, since, createdAt, digest } = slot.waiting;
      const notBefore = Math.max(slot.waiting.notBefore, this.#gate(slot));
      this.candidates.set(id, { lane: laneOf(slot), since, createdAt, notBefore, message, ...(digest ? { digest } : {}) });
    } else this.candidates.delete(id);
    if (slot.flight) this.inFlight.set(id, { leaseUntil: slot.flight.leaseUntil, createdAt: slot.flight.createdAt });
    else this.inFlight.delete(id);
    if (slot.failedOver) this.failedOver.add(id);
    else this.failedOver.delete(id);
    if (slot.owed.length > 0) this.owing.add(id);
    else this.owing.delete(id);
    if (slot.waiting || slot.flight || slot.failedOver || slot.owed.length > 0) this.open.add(id);
    else this.open.delete(id);
  }

  /** Ends a pending message. */
  end(slot: Slot, message: Waiting, end: End): void {
    this.counts.pending -= 1;
    this.counts[end.state] += 1;
    // What a digest told is needed again for a replay, or for the storm to go on; else nothing keeps it.
    if (end.state !== "dead") {
      delete slot.frozen;
      if (!slot.digest?.running) delete slot.digest;
    }
    remember(slot, recordOf(this.destination, slot, message, { ...end, kind: message.kind ?? kindOf(slot) }));
  }

  /** Ends a pending message of which nothing more is sent: delivered if the chat shows its version already, else as `end` says. */
  abandon(slot: Slot, message: Waiting, end: End): void {
    this.end(slot, message, message.standing ? { state: "delivered", now: end.now } : end);
  }

  /** Takes back the end of a message: it is pending again, and the answer is to wait or to end in another way. */
  reopen(slot: Slot, record: DeliveryRecord, now: number): Waiting {
    const { id, version, attempts, log } = record;
    this.counts[record.state] -= 1;
    this.counts.pending += 1;
    slot.settled = slot.settled.filter((one) => one !== record);
    slot.owed = slot.owed.filter((one) => one !== id);
    return { id, version, createdAt: Date.parse(record.created_at), since: now, notBefore: now, attempts, plain: false, log };
  }

  /** The destination is configured no more: nothing is to be shown here again, and nobody has to know how it is. */
  removed(): void {
    this.breaker.saved.owed = [];
    for (const id of [...this.failedOver]) {
      const slot = this.change(id);
      if (slot) delete slot.failedOver;
    }
  }

  /** Replies and follow-ups come at most once a minute for each alert, unless they are urgent. */
  #gate(slot: Slot): number {
    const { shown, waiting } = slot;
    if (!this.can || shown?.followedUpAt === undefined || !waiting) return 0;
    // An edit never waits: seen at the time of the last reply, none is overdue.
    return isRepeat(slot, nextStep(slot, waiting.version, this.can, shown.followedUpAt)) ? shown.followedUpAt + FOLLOW_UP_MS : 0;
  }
}

/** Who goes first: critical alerts, then first messages and rises, then what turned (resolved, reopened, detail), then repeats. */
export function laneOf(slot: Slot): number {
  const { shown, alert } = slot;
  // Digests and words about ourselves are first messages that are over at once: they do not wait behind alerts.
  if (slot.purpose === "notice") return 0;
  const first = !shown || slot.purpose !== "alert";
  const urgent = !first && isUrgent(toldBy(shown), alert);
  if (alert.severity === "critical" && alert.status !== "resolved" && (first || urgent)) return 0;
  if (first) return 1;
  return urgent ? 2 : 3;
}
