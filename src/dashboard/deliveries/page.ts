// The page /deliveries: what is stuck, and every message with what became of it.
import { html } from "hono/html";
import { DELIVERY_KINDS, DELIVERY_STATES } from "../../admin/queries/deliveries.ts";
import type { DeliveryRecord } from "../../delivery.ts";
import { counted } from "../../lib/text.ts";
import { momentField, suggestField } from "../frame/fields.ts";
import { alertLink, choice, type Html, pager, shortId, when } from "../frame/parts.ts";
import { attemptsList, attemptWords, deliveryLink, deliveryTag, messageWords, reasonLine, replayButton } from "./parts.ts";
import { DEAD_REASONS } from "./replay-words.ts";
import { type Stuck, stuckCard } from "./stuck.ts";

/** What the page shows. */
export interface DeliveriesView {
  found: { items: DeliveryRecord[]; next: string | null };
  /** Absent on all pages but the first. */
  stuck?: Stuck;
  destinations: string[];
  url: URL;
  mayReplay: boolean;
  now: number;
}

/** The page /deliveries. */
export function deliveriesPage({ found, stuck, destinations, url, mayReplay, now }: DeliveriesView): Html {
  const given = (name: string): string | null => url.searchParams.get(name);
  const { items } = found;
  const dead = items.filter(({ state }) => state === "dead");
  return html`<h1>Deliveries</h1>
  ${stuck ? stuckCard(stuck, mayReplay, now) : ""}
  <form class="card filter" method="get">
    ${choice("state", "State", DELIVERY_STATES, given("state"))}
    ${choice("destination", "Destination", destinations, given("destination"))}
    ${choice("kind", "Kind", DELIVERY_KINDS, given("kind"))}
    ${suggestField("reason", "Reason", given("reason"), DEAD_REASONS)}
    ${momentField("from", "From (UTC)", given("from"))}
    ${momentField("to", "To (UTC)", given("to"))}
    <div class="buttons"><button class="main">Show</button>${isFiltered(url) ? html`<a class="button" href="/deliveries">All</a>` : ""}</div>
  </form>
  <section class="card" aria-label="Found">
    ${items.length === 0 ? empty(url) : html`${mayReplay && dead.length > 0 ? tools(url) : ""}${table(items, { back: `${url.pathname}${url.search}`, mayReplay: mayReplay && dead.length > 0, now })}`}
  </section>
  ${pager(url, found.next)}`;
}

const isFiltered = (url: URL): boolean => [...url.searchParams].some(([name, value]) => value !== "" && !name.startsWith("done"));

const empty = (url: URL): Html =>
  isFiltered(url)
    ? html`<p class="empty">No delivery is like that. <a href="/deliveries">Show all</a></p>`
    : html`<p class="empty">Nothing was sent yet. Each message to a destination will stand here, with its attempts and what the chat answered. <a href="/routes">Test a route</a></p>`;

/** What can be done to many at once. */
function tools(url: URL): Html {
  const filter = new URLSearchParams([...url.searchParams].filter(([name, value]) => REPLAYED_BY.includes(name) && value !== ""));
  const all = filter.size > 0 ? "Replay all dead that this filter finds …" : "Replay all dead …";
  return html`<form id="chosen" method="post" action="/deliveries/chosen" class="buttons choose-tools">
    <input type="hidden" name="back" value="${url.pathname}${url.search}">
    <button>Replay the chosen …</button><a class="button" href="/deliveries/replay${filter.size > 0 ? `?${filter}` : ""}">${all}</a>
  </form>`;
}

const REPLAYED_BY = ["destination", "reason", "kind", "from", "to"];

interface RowOptions {
  back: string;
  mayReplay: boolean;
  now: number;
}

const table = (items: DeliveryRecord[], options: RowOptions): Html => html`<table class="folds dense">
  <thead><tr>${options.mayReplay ? html`<th scope="col"><span class="skip">Choose</span></th>` : ""}<th scope="col">Created</th><th scope="col">State</th><th scope="col">Message</th><th scope="col">Alert</th><th scope="col">What became of it</th>${options.mayReplay ? html`<th scope="col"><span class="skip">Replay</span></th>` : ""}</tr></thead>
  <tbody>${items.map((item) => row(item, options))}</tbody>
</table>`;

function row(item: DeliveryRecord, { back, mayReplay, now }: RowOptions): Html {
  const { id, created_at, destination, alert, version, state } = item;
  const choose = html`<td class="choose" data-label="Choose">${state === "dead" ? html`<input type="checkbox" form="chosen" name="id" value="${id}" aria-label="Choose ${id}">` : ""}</td>`;
  return html`<tr id="delivery-${id}">${mayReplay ? choose : ""}
    <td class="tight" data-label="Created"><span>${deliveryLink(id, when(created_at, now))}</span></td>
    <td class="tight" data-label="State"><span>${deliveryTag(item)}</span></td>
    <td data-label="Message"><span><a href="/destinations#${destination}">${destination}</a> <span class="soft small">${messageWords(item)}</span></span></td>
    <td data-label="Alert"><span>${alert ? html`${alertLink(alert, shortId(alert))} <span class="soft small">version ${version}</span>` : html`<span class="soft">none</span>`}</span></td>
    <td data-label="Outcome"><div>${outcome(item, now)}</div></td>
    ${mayReplay ? html`<td class="tight" data-label="">${state === "dead" ? replayButton(item, back) : ""}</td>` : ""}
  </tr>`;
}

/** The reason, or what the last attempt came to; folded, every attempt with its answer. */
function outcome(item: DeliveryRecord, now: number): Html {
  const { reason, attempts, log } = item;
  const last = log.at(-1);
  const told = reason === null ? (last ? attemptWords(last) : html`<span class="soft">not tried yet</span>`) : reasonLine(item);
  if (log.length === 0) return html`${told}`;
  return html`${told} <details class="beside"><summary class="small">${counted(attempts, "attempt")}</summary>${attemptsList(log, now)}</details>`;
}
