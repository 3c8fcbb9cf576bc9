// Severities, statuses and states as people read them: the same words and colours in every verb.
import type { Severity, Status } from "../../src/alert.ts";
import type { DeliveryState } from "../../src/outcome.ts";
import { accent, bad, faint, good, loud, type Paint, strong, warn } from "../frame/paint.ts";

const SEVERITY: Record<Severity, (text: string) => Paint> = { critical: loud, high: bad, medium: warn, low: accent, info: faint };

/** `CRITICAL`. */
export const severityPaint = (severity: Severity): Paint => SEVERITY[severity](severity.toUpperCase());

/** `in progress`. */
export function statusPaint(status: Status): Paint {
  const text = status.replace("_", " ");
  return status === "resolved" ? good(text) : status === "new" ? strong(text) : status === "suppressed" ? faint(text) : accent(text);
}

const STATE: Record<DeliveryState | "not_sent", (text: string) => Paint> = {
  delivered: good,
  merged: faint,
  pending: warn,
  dead: loud,
  not_sent: bad,
};

/** The state of a delivery; what is on its way or tried again is told apart from what waits for its turn. */
export const statePaint = (state: DeliveryState | "not_sent", attempts = 0): Paint =>
  STATE[state](state === "pending" && attempts > 0 ? "in flight" : state === "not_sent" ? "not sent" : state);

/** A count, faint where there is nothing to see; `tone` where there is. */
export const number = (value: number, tone: (text: string) => Paint = (text) => text): Paint =>
  value === 0 ? faint("0") : tone(String(value));

/** `1 alert`, `2 alerts`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `rate_limited` as `rate limited`. */
export const plain = (code: string): string => code.replaceAll("_", " ");
