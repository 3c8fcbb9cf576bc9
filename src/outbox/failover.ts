// While a destination does not answer, another one shows its alerts; when it is back, it shows what it missed itself.
import type { OutboxCore } from "./core.ts";
import { choose } from "./dispatch.ts";
import type { HandedMessage } from "./interface.ts";
import type { Slot } from "./slot.ts";

/** Messages in one call to the other outbox. */
const A_CALL = 64;

/** Messages that another destination is to show: slot and version, as they are now. */
export interface Copies {
  to: string;
  messages: HandedMessage[];
  items: { slot: string; version: number }[];
}

/** What waits and has to be shown elsewhere; undefined when nothing has. */
export function copiesToMake(core: OutboxCore, now: number): Copies | undefined {
  const to = core.failover?.to;
  if (to === undefined || !core.breaker.open) return undefined;
  const copies: Copies = { to, messages: [], items: [] };
  const probe = probeOf(core, now);
  for (const id of [...core.candidates.keys(), ...core.inFlight.keys()]) {
    const slot = core.tables.slot(id);
    const message = slot?.waiting ?? slot?.flight;
    // What stands in for another destination waits here: nobody passes it on twice.
    if (!slot || !message || slot.purpose !== "alert" || slot.standsInFor !== undefined || message.standing) continue;
    const copied = slot.failedOver?.to === to && slot.failedOver.version >= message.version;
    if (copied && (id === probe || slot.flight)) continue;
    const { alert, rule, trace } = slot;
    copies.messages.push({ alert, versions: [message.version], rule, trace, receivedAt: message.receivedAt });
    copies.items.push({ slot: id, version: message.version });
    if (copies.items.length === A_CALL) break;
  }
  return copies.items.length === 0 ? undefined : copies;
}

/** The other destination has them: all but the probe end here as merged. */
export function noteCopies(core: OutboxCore, { to, items }: Omit<Copies, "messages">, now: number): void {
  // It came back while the other one answered, and nothing would heal these any more: they stay pending and are shown here. The
  // copies stand like those of any failover that is over; should it break again, the other one knows their versions.
  if (!core.breaker.open) return;
  const probe = probeOf(core, now);
  for (const { slot: id, version } of items) {
    const slot = core.change(id);
    const waiting = slot?.waiting;
    if (!slot) continue;
    slot.failedOver = { to, version };
    if (!waiting || waiting.version > version || id === probe) continue;
    delete slot.waiting;
    core.end(slot, waiting, { state: "merged", reason: `failover ${to}`, now });
    core.index(id, slot);
  }
}

/** The destination is back: what it missed is pending again, in its latest version. */
export function heal(core: OutboxCore, now: number): void {
  for (const id of [...core.failedOver]) {
    const slot = core.change(id);
    if (!slot) continue;
    const missed = slot.failedOver;
    delete slot.failedOver;
    if (missed && !slot.waiting && !slot.flight) revive(core, slot, missed.version, now);
    core.index(id, slot);
  }
}

function revive(core: OutboxCore, slot: Slot, version: number, now: number): void {
  const record = slot.settled.findLast((one) => one.state === "merged" && one.version === version && one.reason?.startsWith("failover "));
  if (record && (slot.shown === undefined || slot.shown.version < version)) slot.waiting = core.reopen(slot, record, now);
}

/** One message stays here and finds out when the destination is back: the one whose turn is next, if none is on its way. */
function probeOf(core: OutboxCore, now: number): string | undefined {
  if (core.inFlight.size > 0) return undefined;
  const due = choose(core, now);
  if (due !== undefined) return due;
  let first: { id: string; notBefore: number } | undefined;
  for (const [id, { notBefore }] of core.candidates) if (!first || notBefore < first.notBefore) first = { id, notBefore };
  return first?.id;
}
