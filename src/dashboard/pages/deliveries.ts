// The page /deliveries: what is stuck, what died, what got through.
import { html } from "hono/html";
import { DELIVERY_STATES } from "../../admin/queries/deliveries.ts";
import type { DeliveryRecord } from "../../delivery.ts";
import { counted } from "../../lib/text.ts";
import { alertLink, choice, type Html, pager, shortId, when } from "../parts.ts";
import { KIND_WORDS } from "../words.ts";
import { attemptsList, deliveryTag, reasonText, replayButton } from "./delivery-parts.ts";

/** The page /deliveries. */
export function deliveriesPage(
  found: { items: DeliveryRecord[]; next: string | null },
  url: URL,
  destinations: string[],
  now: number,
): Html {
  const given = (name: string): string | null => url.searchParams.get(name);
  const back = `${url.pathname}${url.search}`;
  return html`<h1>Deliveries</h1>
  <form class="card filter" method="get">
    ${choice("state", "State", DELIVERY_STATES, given("state"))}
    ${choice("destination", "Destination", destinations, given("destination"))}
    <label>Reason<input name="reason" value="${given("reason") ?? ""}" placeholder="not_found, gave_up …"></label>
    <div><button class="main">Show</button></div>
  </form>
  <section class="card" aria-label="Found">${found.items.length === 0 ? html`<p class="empty">No deliveries.</p>` : table(found.items, back, now)}</section>
  ${pager(url, found.next)}`;
}

const table = (items: DeliveryRecord[], back: string, now: number): Html => html`<table class="folds">
  <thead><tr><th scope="col">Created</th><th scope="col">State</th><th scope="col">Destination</th><th scope="col">Alert</th><th scope="col">What became of it</th><th scope="col"></th></tr></thead>
  <tbody>${items.map((item) => row(item, back, now))}</tbody>
</table>`;

function row(item: DeliveryRecord, back: string, now: number): Html {
  const { created_at, destination, alert, version, kind, attempts, log } = item;
  return html`<tr>
    <td data-label="Created">${when(created_at, now)}</td>
    <td data-label="State"><span>${deliveryTag(item)}</span></td>
    <td data-label="Destination"><span><a href="/destinations#${destination}">${destination}</a> <span class="soft small">${KIND_WORDS[kind]}</span></span></td>
    <td data-label="Alert"><span>${alert ? alertLink(alert, shortId(alert)) : html`<span class="soft">none</span>`} <span class="soft small">version ${version}</span></span></td>
    <td data-label="Outcome"><div>${outcome(item, now)}${log.length > 1 ? html`<details><summary class="small">${counted(attempts, "attempt")}</summary>${attemptsList(log, now)}</details>` : ""}</div></td>
    <td data-label="">${item.state === "dead" ? replayButton(item, back) : ""}</td>
  </tr>`;
}

/** The reason, or what the last attempt came to. */
function outcome(item: DeliveryRecord, now: number): Html {
  const reason = reasonText(item);
  const last = item.log.at(-1);
  if (reason !== "") return html`${reason}${last && item.log.length === 1 ? attemptsList([last], now) : ""}`;
  return last ? attemptsList([last], now) : html`<span class="soft">not tried yet</span>`;
}
