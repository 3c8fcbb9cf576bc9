// Erasing alerts from an outbox: what waits becomes dead, what is shown is forgotten, and digests no longer name them. What is on its
// way cannot be called back: then the alert is busy until the answer is there.

import { deliveryId } from "../lib/names.ts";
import type { OutboxCore } from "./core.ts";
import type { ErasedSlots } from "./interface.ts";
import type { OldSlots } from "./old-slots.ts";

/** Erases the slots of these alerts, inside one transaction; `dryRun` only counts. */
export function eraseSlots(core: OutboxCore, old: OldSlots, ids: readonly string[], dryRun: boolean, now: number): ErasedSlots {
  const erased: ErasedSlots = { slots: 0, dead: 0, shown: [], digests: [], busy: [] };
  for (const id of ids) {
    for (const slotId of [id, ...core.tables.standIns(id)]) eraseSlot(core, id, slotId, erased, dryRun, now);
  }
  for (const digest of old.digestsWith(ids)) eraseFromDigest(core, digest, ids, erased, dryRun);
  return erased;
}

function eraseSlot(core: OutboxCore, id: string, slotId: string, erased: ErasedSlots, dryRun: boolean, now: number): void {
  const slot = core.slot(slotId);
  if (!slot) return;
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

/** A digest that still has its alerts at hand is made without these. */
function eraseFromDigest(core: OutboxCore, digestId: string, ids: readonly string[], erased: ErasedSlots, dryRun: boolean): void {
  const slot = core.slot(digestId);
  if (!slot) return;
  if (dryRun) return;
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
