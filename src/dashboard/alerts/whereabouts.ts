// One line for "what became of this one": each destination with its latest state. Pure.
import type { DeliveryRecord } from "../../delivery.ts";
import type { Tone } from "../frame/parts.ts";

/** What to say of one destination. */
export interface Whereabout {
  tone: Tone;
  text: string;
}

/** Where an alert is shown, where it is stuck and where it died. `deliveries` are oldest first. */
export function whereabouts(deliveries: DeliveryRecord[], shownBy: string[]): Whereabout[] {
  const byDestination = Map.groupBy(deliveries, ({ destination }) => destination);
  const names = [...new Set([...shownBy, ...byDestination.keys()])];
  if (names.length === 0) return [{ tone: "warn", text: "shown nowhere" }];
  return names.map((name) => whereabout(name, byDestination.get(name) ?? []));
}

function whereabout(name: string, deliveries: DeliveryRecord[]): Whereabout {
  const last = deliveries.findLast(({ state }) => state !== "merged");
  const shown = deliveries.some(({ state }) => state === "delivered");
  if (last?.state === "pending") return { tone: shown ? "busy" : "warn", text: shown ? `${name}: an update waits` : `${name}: waiting` };
  if (last?.state === "dead") return { tone: "bad", text: shown ? `${name}: an update died` : `${name}: not delivered` };
  if (shown) return { tone: "good", text: `${name}: shown` };
  return { tone: "busy", text: `${name}: on its way` };
}
