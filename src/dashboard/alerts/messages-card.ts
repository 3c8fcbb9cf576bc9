// The message as each chat draws it, and beneath it what the chat is sent.
import { html } from "hono/html";
import type { ShownMessage } from "../../admin/queries/messages.ts";
import type { DeliveryRecord } from "../../delivery.ts";
import type { Html } from "../frame/parts.ts";
import { messageCard } from "../inbox/card.ts";

/** The card; nothing where no destination shows the alert. `deliveries` are oldest first. */
export function messagesCard(version: number, messages: readonly ShownMessage[], deliveries: readonly DeliveryRecord[]): Html | undefined {
  if (messages.length === 0) return undefined;
  return html`<section class="card" aria-labelledby="messages">
    <h2 id="messages">What the chats draw</h2>
    <p class="soft small">Made anew from the present state. In a chat its links to acknowledge and to silence are signed for each message, so they are not here.</p>
    ${messages.map((message, index) => messagePart(message, index === 0, standing(version, message, deliveries)))}
  </section>`;
}

function messagePart({ destination, label, card, body, problem }: ShownMessage, isOpen: boolean, note: string | undefined): Html {
  return html`<details class="drawn"${isOpen ? html` open` : ""}><summary><strong>${destination}</strong> <span class="soft small">${label}</span></summary>
    ${note ? html`<p class="soft small">${note}</p>` : ""}
    ${problem ? html`<p class="note bad">${problem}.</p>` : ""}
    ${messageCard(card)}
    ${body === "" ? "" : html`<details><summary class="small">What ${destination} is sent</summary><pre tabindex="0">${pretty(body)}</pre></details>`}
  </details>`;
}

/** Where the chat is behind. */
function standing(version: number, { destination }: ShownMessage, deliveries: readonly DeliveryRecord[]): string | undefined {
  const last = deliveries.findLast((one) => one.destination === destination && one.state === "delivered");
  if (!last) return "It has not been delivered yet.";
  return last.version < version ? `The chat shows version ${last.version} still; this is version ${version}.` : undefined;
}

const MOST_BODY = 40_000;

/** JSON laid out; anything else as it is. */
function pretty(body: string): string {
  const cut = (text: string): string => (text.length > MOST_BODY ? `${text.slice(0, MOST_BODY).toWellFormed()}\n…` : text);
  try {
    return cut(JSON.stringify(JSON.parse(body), null, 2));
  } catch {
    return cut(body);
  }
}
