// What the parts of an outbox share.
import type { DestinationConfig } from "../config/model.ts";
import type { Destination } from "../destinations/destination.ts";
import type { OpenSet } from "../lib/open-set.ts";
import type { DeadReason, MergedReason } from "../outcome.ts";
import { isUrgent } from "./delta.ts";
import type { DigestState } from "./digest.ts";
import type { Health } from "./health.ts";
import type { DestinationCounts } from "./interface.ts";
import { kindOf, recordOf, remember, type Slot, type Waiting } from "./slot.ts";
import type { OutboxTables } from "./tables.ts";

/** The destination as it is configured now. */
export interface Target {
  config: DestinationConfig;
  adapter: Destination;
  /** Public address of the relay, for links. */
  relayUrl?: string;
}

/** A slot that has a message waiting, with what choosing needs. Times in Unix ms. */
export interface Candidate {
  lane: number;
  since: number;
  notBefore: number;
  createdAt: number;
}

/** Rows, counters and the waiting list of one outbox. Changes happen inside the object's transaction. */
export class OutboxCore {
  readonly destination: string;
  readonly tables: OutboxTables;
  readonly open: OpenSet;
  readonly health: Health;
  counts: DestinationCounts;
  digest: DigestState;
  /** As it is configured now; "broken" while its configuration cannot be used: then its messages wait. */
  target: Target | "removed" | "broken" = "broken";
  readonly candidates = new Map<string, Candidate>();
  /** Slots with a message on its way, and until when its answer is awaited. */
  readonly inFlight = new Map<string, { leaseUntil: number; createdAt: number }>();
  /** Slots changed in this transaction: each is written once at its end. */
  readonly #touched = new Map<string, Slot>();

  constructor(
    destination: string,
    tables: OutboxTables,
    parts: { open: OpenSet; health: Health; counts: DestinationCounts; digest: DigestState },
  ) {
    this.destination = destination;
    this.tables = tables;
    this.open = parts.open;
    this.health = parts.health;
    this.counts = parts.counts;
    this.digest = parts.digest;
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

  /** Brings the lists up to date with what changed, so that a new message can go in the transaction that plans it. */
  indexTouched(): void {
    for (const [id, slot] of this.#touched) this.index(id, slot);
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

  /** Forgets changes that were not written. */
  forget(): void {
    this.#touched.clear();
    this.tables.forget();
  }

  /** Brings the waiting list, the list of what is in flight and the open list up to date with a slot. */
  index(id: string, slot: Slot): void {
    if (slot.waiting && !slot.flight) {
      const { since, createdAt } = slot.waiting;
      this.candidates.set(id, { lane: laneOf(slot), since, createdAt, notBefore: Math.max(slot.waiting.notBefore, this.#gate(slot)) });
    } else this.candidates.delete(id);
    if (slot.flight) this.inFlight.set(id, { leaseUntil: slot.flight.leaseUntil, createdAt: slot.flight.createdAt });
    else this.inFlight.delete(id);
    if (slot.waiting || slot.flight || slot.owed.length > 0) this.open.add(id);
    else this.open.delete(id);
  }

  /** Ends a pending message. */
  end(
    slot: Slot,
    message: Waiting,
    end: { state: "delivered" | "merged" | "dead"; reason?: DeadReason | MergedReason; now: number },
  ): void {
    this.counts.pending -= 1;
    this.counts[end.state] += 1;
    remember(slot, recordOf(this.destination, slot, message, { ...end, kind: kindOf(slot) }));
  }

  /** Where a chat cannot edit, a follow-up comes at most once a minute for each alert, unless it is urgent. */
  #gate(slot: Slot): number {
    const { shown } = slot;
    if (
      !shown ||
      typeof this.target === "string" ||
      this.target.adapter.can(this.target.config.settings).edit ||
      isUrgent(shown.facts, slot.alert)
    )
      return 0;
    return shown.followedUpAt === undefined ? 0 : shown.followedUpAt + FOLLOW_UP_MS;
  }
}

/** Between two follow-ups for the same alert that are not urgent. */
const FOLLOW_UP_MS = 60_000;

/** Who goes first: critical alerts, then first messages and rises, then what turned (resolved, reopened, detail), then repeats. */
export function laneOf(slot: Slot): number {
  const { shown, alert } = slot;
  const first = !shown || slot.purpose !== "alert";
  const urgent = !first && isUrgent(shown.facts, alert);
  if (alert.severity === "critical" && alert.status !== "resolved" && (first || urgent)) return 0;
  if (first) return 1;
  return urgent ? 2 : 3;
}
