// Deliveries and their attempts, as rows.
import { html } from "hono/html";
import type { Attempt, DeliveryRecord } from "../../delivery.ts";
import { type Html, line, tag, when, words } from "../parts.ts";
import { DELIVERY_TONES, reasonWords } from "../words.ts";

/** A delivery's state; one that is on its way says so. */
export function deliveryTag({ state, attempts }: { state: string; attempts: number }): Html {
  const word = state === "pending" && attempts > 0 ? "being tried" : words(state);
  return tag(DELIVERY_TONES[state] ?? "calm", word);
}

/** Every attempt: when, how long, what it came to, what was answered. */
export function attemptsList(log: Attempt[], now: number): Html {
  if (log.length === 0) return html``;
  return html`<ol class="small tries">${log.map((attempt) => attemptRow(attempt, now))}</ol>`;
}

const attemptRow = ({ at, ms, outcome, status, answer }: Attempt, now: number): Html => html`<li class="meta">
    <span class="soft">${when(at, now)}, ${ms} ms</span><span>${words(line(outcome, 300))}${status === undefined ? "" : ` (${status})`}</span>
    ${answer ? html`<code>${line(answer, 300)}</code>` : ""}
  </li>`;

/** The button that sends a dead delivery again; `back` is where the page returns to. */
export const replayButton = ({ id }: Pick<DeliveryRecord, "id">, back: string): Html =>
  html`<form method="post" action="/deliveries/${encodeURIComponent(id)}/replay">
    <input type="hidden" name="back" value="${back}"><button class="slim">Replay<span class="skip"> ${id}</span></button>
  </form>`;

/** Why it is where it is, in words. */
export const reasonText = ({ state, reason }: Pick<DeliveryRecord, "state" | "reason">): string =>
  reason === null ? "" : state === "dead" || state === "merged" ? reasonWords(reason) : words(reason);
