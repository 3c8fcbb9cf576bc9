// What a new life of an outbox finds: everything open is taken up, and what cannot be read is given up.
import type { OutboxCore } from "./core.ts";
import { pendingOf } from "./reads.ts";

/** Brings the lists up to date with the open list. Answers the slots that owe the projection, and how many messages are lost. */
export function takeUp(core: OutboxCore): { owing: string[]; lost: number } {
  const owing: string[] = [];
  let pending = 0;
  for (const id of [...core.open]) {
    const slot = core.tables.slot(id);
    if (!slot) {
      core.open.delete(id);
      continue;
    }
    core.index(id, slot);
    pending += pendingOf(slot).length;
    if (slot.owed.length > 0) owing.push(id);
  }
  // Every message that is pending is in a slot that is open: what is missing was in one whose row cannot be read.
  const lost = core.tables.setAside.ids.length > 0 ? Math.max(0, core.counts.pending - pending) : 0;
  return { owing, lost };
}

/** Messages of rows that cannot be read count as dead: nobody can say any more what they were. Call it in a transaction. */
export function giveUp(core: OutboxCore, lost: number): void {
  core.counts.pending -= lost;
  core.counts.dead += lost;
}
