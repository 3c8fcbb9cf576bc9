// Deliveries and their attempts, as rows.
import { html } from "hono/html";
import type { Attempt, DeliveryRecord } from "../../delivery.ts";
import { parseDeliveryId } from "../../lib/names.ts";
import { type Html, line, tag, when, words } from "../frame/parts.ts";
import { DELIVERY_TONES, KIND_WORDS, reasonWords } from "../frame/words.ts";

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
    <span class="soft">${when(at, now)}, ${ms} ms</span><span>${attemptWords({ outcome, status })}</span>
    ${answer ? html`<code>${line(answer, 300)}</code>` : ""}
  </li>`;

/** What an attempt came to, with the status of the answer where it does not say it itself. */
export function attemptWords({ outcome, status }: Pick<Attempt, "outcome" | "status">): string {
  const told = words(line(outcome, 300));
  return status === undefined || told.includes(String(status)) ? told : `${told} (${status})`;
}

/** The button that sends a dead delivery again; `back` is where the page returns to. */
export const replayButton = ({ id }: Pick<DeliveryRecord, "id">, back: string): Html =>
  html`<form method="post" action="/deliveries/${encodeURIComponent(id)}/replay">
    <input type="hidden" name="back" value="${back}"><button class="slim">Replay<span class="skip"> ${id}</span></button>
  </form>`;

/** Why it is where it is, in words. */
export const reasonText = ({ state, reason }: Pick<DeliveryRecord, "state" | "reason">): string =>
  reason === null ? "" : state === "dead" || state === "merged" ? reasonWords(reason) : words(reason);

/** The same, with a way to the digest that told it. */
export function reasonLine(record: Pick<DeliveryRecord, "state" | "reason">): Html {
  const [, digest] = /^digest (.+)$/.exec(record.reason ?? "") ?? [];
  if (digest !== undefined && parseDeliveryId(digest)) return html`told by a ${deliveryLink(digest, "digest")}`;
  const [, name] = /^failover (.+)$/.exec(record.reason ?? "") ?? [];
  return html`${name === undefined ? reasonText(record) : `${name} shows it in its place`}`;
}

/** What a message is: besides what its kind says, a reminder, a word of the relay about itself, or an alert shown in another's place. */
export function messageWords({ id, kind }: Pick<DeliveryRecord, "id" | "kind">): string {
  const slot = parseDeliveryId(id)?.slot ?? "";
  const [, beside] = /~(.+)$/.exec(slot) ?? [];
  if (beside?.startsWith(".")) return "reminder";
  if (beside !== undefined) return `${KIND_WORDS[kind]}, in place of ${line(beside, 63)}`;
  return slot.startsWith("notice-") ? "notice about the relay" : KIND_WORDS[kind];
}

/** A link to a delivery's own page. */
export const deliveryLink = (id: string, text: string | Html): Html => html`<a href="/deliveries/${encodeURIComponent(id)}">${text}</a>`;
