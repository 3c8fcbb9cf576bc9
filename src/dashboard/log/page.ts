// The page /log: every request to a known route.
import { html } from "hono/html";
import { LOG_OUTCOMES, type LogItem, type RefusedCount } from "../../admin/queries/log.ts";
import { counted, utcTime } from "../../lib/text.ts";
import { deliveryLink } from "../deliveries/parts.ts";
import { momentField, suggestField } from "../frame/fields.ts";
import { addressWith, alertLink, choice, type Html, line, pager, shortId, tag, when } from "../frame/parts.ts";
import { OUTCOME_TONES, reasonWords } from "../frame/words.ts";
import { REFUSAL_REASONS } from "./advice.ts";
import { refusedCard } from "./refused.ts";

/** What the page shows. */
export interface LogView {
  found: { items: LogItem[]; next: string | null };
  /** What was refused since a time (ISO 8601); absent on all pages but the first. */
  refused?: { items: RefusedCount[]; since: string };
  routes: string[];
  url: URL;
  now: number;
}

/** The page /log. */
export function logPage({ found, refused, routes, url, now }: LogView): Html {
  const given = (name: string): string | null => url.searchParams.get(name);
  return html`<h1>Request log</h1>
  ${refused ? refusedCard(refused.items, refused.since, now) : ""}
  <form class="card filter" method="get">
    ${choice("outcome", "Answer", LOG_OUTCOMES, given("outcome"))}
    ${choice("route", "Route", routes, given("route"))}
    ${suggestField("reason", "Reason", given("reason"), REFUSAL_REASONS)}
    <label>Trace id<input name="trace_id" value="${given("trace_id") ?? ""}" autocomplete="off" spellcheck="false"></label>
    ${momentField("from", "From (UTC)", given("from"))}
    ${momentField("to", "To (UTC)", given("to"))}
    <div class="buttons"><button class="main">Show</button>${isFiltered(url) ? html`<a class="button" href="/log">All</a>` : ""}</div>
  </form>
  <section class="card" aria-label="Found">
    ${found.items.length === 0 ? empty(url) : table(found.items, url, now)}
  </section>
  ${pager(url, found.next)}
  <p class="soft small">Kept for seven days. Of refused requests, at most 60 a minute and route are kept. Requests to an address that no route has are not in here.</p>`;
}

const isFiltered = (url: URL): boolean => [...url.searchParams].some(([name, value]) => value !== "" && !name.startsWith("done"));

const empty = (url: URL): Html =>
  isFiltered(url)
    ? html`<p class="empty">No request is like that. <a href="/log">Show all</a></p>`
    : html`<p class="empty">No request came yet. As soon as a source calls the address of a route, it stands here, also where it is refused. <a href="/routes">Routes and their addresses</a></p>`;

const table = (items: LogItem[], url: URL, now: number): Html => html`<table class="folds dense">
  <thead><tr><th scope="col">Time</th><th scope="col">Answer</th><th scope="col">Route</th><th scope="col">Alerts</th><th scope="col">Deliveries since</th><th scope="col">Request</th></tr></thead>
  <tbody>${items.map((item) => row(item, url, now))}</tbody>
</table>`;

/** As many alerts of one request are named without being asked for. */
const NAMED = 3;

function row(
  { id, at, status, outcome, reason, route, alerts, deliveries, events, bytes, trace_id }: LogItem,
  url: URL,
  now: number,
): Html {
  return html`<tr id="${id}">
  <td class="tight" data-label="Time"><span>${when(at, now)}<span class="soft small under">${utcTime(at)?.slice(11, 19)}</span></span></td>
  <td data-label="Answer"><div>${tag(OUTCOME_TONES[outcome] ?? "calm", outcome)} <span class="soft">${status}</span>${reason === null ? "" : html`<div class="small">${line(reasonWords(reason))}</div>`}</div></td>
  <td data-label="Route"><a href="${addressWith(url, { route, cursor: undefined })}">${route}</a></td>
  <td data-label="Alerts">${alerts.length === 0 ? "" : html`<div>${alerts.slice(0, NAMED).map((one) => html`<div>${alertLink(one, shortId(one))}</div>`)}${rest(alerts.slice(NAMED), (one) => alertLink(one, one))}</div>`}</td>
  <td data-label="Deliveries">${deliveries.length === 0 ? "" : html`<details><summary>${deliveries.length} ${deliveries.length === 1 ? "delivery" : "deliveries"}</summary><ul class="small">${deliveries.map((one) => html`<li>${deliveryLink(one, one)}</li>`)}</ul></details>`}</td>
  <td data-label="Request"><details><summary class="small">${size(bytes)}</summary><dl class="facts small">
    <dt>Received</dt><dd>${utcTime(at)}</dd>
    ${trace_id === null ? "" : html`<dt>Trace id</dt><dd><a href="/log?${new URLSearchParams({ trace_id })}">${line(trace_id, 100)}</a></dd>`}
    ${events.length === 0 ? "" : html`<dt>${events.length === 1 ? "Event" : "Events"}</dt><dd><ul>${events.map((event, index) => html`<li>${eventLink(event, alerts, events, index)}</li>`)}</ul></dd>`}
  </dl></details></td>
</tr>`;
}

/** To the event on its alert's page, where it is plain which alert that is. */
function eventLink(event: string, alerts: string[], events: string[], index: number): Html {
  const alert = alerts.length === 1 ? alerts[0] : alerts.length === events.length ? alerts[index] : undefined;
  return alert === undefined
    ? html`<code>${event}</code>`
    : html`<a href="/alerts/${encodeURIComponent(alert)}#${event}"><code>${event}</code></a>`;
}

const rest = (others: string[], link: (one: string) => Html): Html =>
  others.length === 0
    ? html``
    : html`<details><summary class="small">and ${counted(others.length, "other")}</summary>${others.map((one) => html`<div>${link(one)}</div>`)}</details>`;

const size = (bytes: number): string =>
  bytes < 1_024 ? `${bytes} B` : bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
