// What the next message of a slot is to show, and its body.
import { rises } from "../alert.ts";
import type { Delta, View } from "../destinations/destination.ts";
import type { DeliveryKind } from "../outcome.ts";
import type { Target } from "./core.ts";
import { deltaSince, saysSomething } from "./delta.ts";
import { kindOf, type Slot } from "./slot.ts";

/** A message ready to go, or the word that there is nothing to say. */
export type NextMessage =
  | { kind: "nothing" }
  | { kind: "message"; delivery: DeliveryKind; action: "post" | "edit"; ref?: string; view: View };

/** Decides between a first message, an edit and a follow-up. */
export function nextMessage(slot: Slot, target: Target): NextMessage {
  const { alert, shown } = slot;
  const { adapter, config, relayUrl } = target;
  const links = relayUrl ? { tocsin: `${relayUrl}/alerts/${alert.id}` } : {};
  const ping = config.ping[alert.severity];
  const delivery = kindOf(slot);
  if (slot.purpose === "test") return { kind: "message", delivery, action: "post", view: { kind: "test", alert, links } };
  // A digest's body is frozen already; its stand-in alert is never rendered.
  if (!shown) return { kind: "message", delivery, action: "post", view: { kind: "alert", alert, links, ping } };
  if (adapter.can(config.settings).edit) {
    const view: View = { kind: "alert", alert, links, ping };
    if (shown.ref === undefined) return { kind: "message", delivery, action: "post", view };
    return { kind: "message", delivery, action: "edit", ref: shown.ref, view };
  }
  const delta = deltaSince(shown.facts, alert);
  if (!saysSomething(delta)) return { kind: "nothing" };
  return {
    kind: "message",
    delivery,
    action: "post",
    view: { kind: "update", alert, delta, links, ping: isRise(delta) ? ping : undefined },
  };
}

const isRise = ({ severity }: Delta): boolean => severity !== undefined && rises(severity.before, severity.after);

/** The body of a slot's message; the plain form where the rendered one was refused or cannot be made. */
export function bodyOf(slot: Slot, target: Target, view: View, plain: boolean): string {
  if (slot.frozen) return plain ? slot.frozen.plain : slot.frozen.body;
  const { adapter, config } = target;
  if (plain) return adapter.plain(view, config.settings);
  try {
    return adapter.render(view, config.settings);
  } catch {
    return adapter.plain(view, config.settings);
  }
}
