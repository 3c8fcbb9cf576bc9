// Where an alert went: each destination with its deliveries, newest first, and what the chat answered.
import { html } from "hono/html";
import type { DeliveryRecord } from "../../delivery.ts";
import { counted } from "../../lib/text.ts";
import { attemptsList, deliveryLink, deliveryTag, messageWords, reasonLine, replayButton } from "../deliveries/parts.ts";
import { type Html, when } from "../frame/parts.ts";
import { capital } from "./timeline.ts";

/** Deliveries of a destination that stand there at once. */
const MOST_OPEN = 4;

/** The card. `deliveries` are oldest first. */
export function deliveriesCard(alert: string, deliveries: readonly DeliveryRecord[], mayReplay: boolean, now: number): Html {
  const byDestination = [...Map.groupBy(deliveries, ({ destination }) => destination)];
  const back = `/alerts/${encodeURIComponent(alert)}`;
  return html`<section class="card" aria-labelledby="deliveries">
    <h2 id="deliveries">Where it went</h2>
    ${byDestination.length === 0 ? html`<p class="empty">Nowhere: no destination shows it. The decisions below say why.</p>` : ""}
    <ul class="rows">${byDestination.map(([name, list]) => destinationRow(name, list, mayReplay ? back : undefined, now))}</ul>
  </section>`;
}

function destinationRow(name: string, deliveries: DeliveryRecord[], back: string | undefined, now: number): Html {
  const newest = deliveries.toReversed();
  const [first, rest] = [newest.slice(0, MOST_OPEN), newest.slice(MOST_OPEN)];
  const rows = (list: DeliveryRecord[]): Html => html`<ul class="sent">${list.map((one) => deliveryRow(one, back, now))}</ul>`;
  return html`<li>
    <div class="meta"><h3><a href="/destinations#${name}">${name}</a></h3><span class="soft small">${counted(deliveries.length, "message")}</span></div>
    ${rows(first)}
    ${rest.length > 0 ? html`<details><summary class="small">${counted(rest.length, "earlier message")}<span class="skip"> at ${name}</span></summary>${rows(rest)}</details>` : ""}
  </li>`;
}

function deliveryRow(delivery: DeliveryRecord, back: string | undefined, now: number): Html {
  const { id, version, state, reason, created_at: created } = delivery;
  return html`<li class="small" id="${id}">
    <div class="meta">${deliveryTag(delivery)}<span>${deliveryLink(id, `${capital(messageWords(delivery))}, version ${version}`)}${reason === null ? "" : html`: ${reasonLine(delivery)}`}</span>
      <span class="soft">${when(created, now)}</span>
      ${state === "dead" && back !== undefined ? replayButton(delivery, back) : ""}</div>
    ${attempts(delivery, now)}
  </li>`;
}

/** What went well is a fold away; what did not is there to read. */
function attempts({ id, state, log }: DeliveryRecord, now: number): Html {
  const last = log.at(-1);
  if (!last || (state !== "delivered" && state !== "merged")) return attemptsList(log, now);
  const told = `${counted(log.length, "attempt")}, ${last.ms} ms${last.status === undefined ? "" : `, status ${last.status}`}`;
  return html`<details><summary>${told}<span class="skip">, ${id}</span></summary>${attemptsList(log, now)}</details>`;
}
