// Erasing alerts from an outbox, and words that they wait for somebody: what waits becomes dead, what is shown is forgotten, and digests no longer name them. What is on its
// way cannot be called back: then the alert is busy until the answer is there.

import { deliveryId } from "../lib/names.ts";
import type { OutboxCore } from "./core.ts";
import type { ErasedSlots } from "./interface.ts";
import type { OldSlots } from "./old-slots.ts";

/** How long writes to the projection that are under way are waited for, and how often they are looked for. */
const PROJECTED_MS = 3_000;
const LOOK_MS = 50;

/** What erasing needs of the object. */
interface Erasing {
  /** Runs `work` in one transaction. */
  transaction(work: () => ErasedSlots): ErasedSlots;
  /** Writes what `work` changed; call it last in the transaction. */
  write(now: number): void;
  /** Whether a write of a slot's deliveries to the projection is under way. */
  projects(slotId: string): boolean;
  now(): number;
}

/** Erases the slots of alerts, those in which they stand in for another destination as well. */
export class SlotEraser {
  readonly #core: OutboxCore;
  readonly #old: OldSlots;
  readonly #object: Erasing;

  constructor(core: OutboxCore, old: OldSlots, object: Erasing) {
    this.#core = core;
    this.#old = old;
    this.#object = object;
  }

  /** What there is to erase. */
  count(ids: readonly string[]): ErasedSlots {
    return this.#slots(ids, true, this.#object.now());
  }

  /** Resolves when no write to the projection of what was erased is under way any more; else the alert is busy. */
  async erase(ids: readonly string[]): Promise<ErasedSlots> {
    const { now, projects, transaction, write } = this.#object;
    // Asked before the slots are gone.
    const slotsOf = new Map(ids.map((id) => [id, this.#core.tables.slotsOf(id)]));
    const at = now();
    const erased = transaction(() => {
      const found = this.#slots(ids, false, at);
      write(at);
      return found;
    });
    const unwritten = (): string[] => ids.filter((id) => slotsOf.get(id)?.some(projects));
    while (unwritten().length > 0 && now() < at + PROJECTED_MS) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return { ...erased, busy: [...new Set([...erased.busy, ...unwritten()])] };
  }

  #slots(ids: readonly string[], dryRun: boolean, now: number): ErasedSlots {
    const erased: ErasedSlots = { slots: 0, dead: 0, shown: [], digests: [], busy: [] };
    for (const id of ids) {
      for (const slotId of this.#core.tables.slotsOf(id)) eraseSlot(this.#core, id, slotId, erased, dryRun, now);
    }
    for (const digest of this.#old.digestsWith(ids)) eraseFromDigest(this.#core, digest, ids, erased, dryRun);
    return erased;
  }
}

function eraseSlot(core: OutboxCore, id: string, slotId: string, erased: ErasedSlots, dryRun: boolean, now: number): void {
  const slot = core.slot(slotId);
  if (!slot) {
    removeUnreadable(core, slotId, dryRun);
    return;
  }
  for (const { reason } of slot.settled) if (reason?.startsWith("digest ")) erased.digests.push(reason.slice("digest ".length));
  if (slot.storm !== undefined) erased.digests.push(deliveryId(core.destination, slot.storm, 1));
  if (slot.flight && !dryRun) {
    erased.busy.push(id);
    return;
  }
  if (slot.shown || slot.flight) erased.shown.push(id);
  erased.slots += 1;
  if (slot.waiting) erased.dead += 1;
  if (dryRun) return;
  if (slot.waiting) core.abandon(slot, slot.waiting, { state: "dead", reason: "erased", now });
  // Out of every list, then out of the rows.
  core.index(slotId, { ...slot, waiting: undefined, failedOver: undefined, owed: [] });
  core.tables.remove(slotId);
}

/** A row that cannot be read may hold the alert's words all the same. */
function removeUnreadable(core: OutboxCore, slotId: string, dryRun: boolean): void {
  if (!dryRun && core.tables.setAside.has(slotId)) core.tables.remove(slotId);
}

/** A digest that still has its alerts at hand is made without these. */
function eraseFromDigest(core: OutboxCore, digestId: string, ids: readonly string[], erased: ErasedSlots, dryRun: boolean): void {
  const slot = core.slot(digestId);
  if (!slot) removeUnreadable(core, digestId, dryRun);
  if (!slot || dryRun) return;
  if (slot.flight) {
    erased.busy.push(...ids);
    return;
  }
  const changed = core.change(digestId);
  if (!changed?.digest) return;
  const { digest } = changed;
  const isOther = ({ id }: { id: string }): boolean => !ids.includes(id);
  changed.digest = { ...digest, worst: digest.worst.filter(isOther), newest: digest.newest.filter(isOther) };
  // Frozen with their names in it: it is made anew when it is sent.
  delete changed.frozen;
}
