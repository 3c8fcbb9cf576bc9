// The page /log: every request to a known route.
import { html } from "hono/html";
import { LOG_OUTCOMES, type LogItem } from "../../admin/queries/log.ts";
import { counted } from "../../lib/text.ts";
import { alertLink, choice, type Html, pager, shortId, tag, when } from "../parts.ts";
import { OUTCOME_TONES, reasonWords } from "../words.ts";

/** The page /log. */
export function logPage(found: { items: LogItem[]; next: string | null }, url: URL, routes: string[], now: number): Html {
  const given = (name: string): string | null => url.searchParams.get(name);
  return html`<h1>Request log</h1>
  <form class="card filter" method="get">
    ${choice("outcome", "Outcome", LOG_OUTCOMES, given("outcome"))}
    ${choice("route", "Route", routes, given("route"))}
    <div><button class="main">Show</button></div>
  </form>
  <section class="card" aria-label="Found">
    ${found.items.length === 0 ? html`<p class="empty">No requests.</p>` : table(found.items, now)}
  </section>
  ${pager(url, found.next)}
  <p class="soft small">Kept for seven days. Of refused requests, at most 60 a minute and route are kept.</p>`;
}

const table = (items: LogItem[], now: number): Html => html`<table class="folds">
  <thead><tr><th scope="col">Time</th><th scope="col">Outcome</th><th scope="col">Route</th><th scope="col">Alerts</th><th scope="col">Deliveries since</th><th scope="col" class="number">Bytes</th></tr></thead>
  <tbody>${items.map((item) => row(item, now))}</tbody>
</table>`;

const row = ({ at, status, outcome, reason, route, alerts, deliveries, bytes }: LogItem, now: number): Html => html`<tr>
  <td data-label="Time">${when(at, now)}</td>
  <td data-label="Outcome"><div>${tag(OUTCOME_TONES[outcome] ?? "calm", outcome)} <span class="soft">${status}</span>${reason === null ? "" : html`<div class="small">${reasonWords(reason)}</div>`}</div></td>
  <td data-label="Route">${route}</td>
  <td data-label="Alerts">${alerts.length === 0 ? "" : html`<div>${alerts.slice(0, 5).map((id) => html`<div>${alertLink(id, shortId(id))}</div>`)}${alerts.length > 5 ? `and ${alerts.length - 5} more` : ""}</div>`}</td>
  <td data-label="Deliveries">${deliveries.length === 0 ? "" : html`<details><summary>${counted(deliveries.length, "delivery").replace("deliverys", "deliveries")}</summary><ul class="small">${deliveries.map((id) => html`<li><code>${id}</code></li>`)}</ul></details>`}</td>
  <td data-label="Bytes" class="number">${bytes}</td>
</tr>`;
