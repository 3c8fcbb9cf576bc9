// Alerts in a list: on the overview and as the answer of a search.
import { html } from "hono/html";
import type { FoundAlert, FoundAlerts } from "../../admin/queries/alerts.ts";
import { placesOf } from "../../destinations/facts.ts";
import { counted, utcTime } from "../../lib/text.ts";
import { addressWith, alertLink, type Html, line, severityTag, statusTag, when } from "../frame/parts.ts";
import { chips, isFiltered } from "./chips.ts";
import { type Choices, filterForm, spans } from "./filter.ts";

/** Alerts as rows. */
export function alertRows(alerts: FoundAlert[], now: number): Html {
  if (alerts.length === 0) return html`<p class="empty">No alerts.</p>`;
  return html`<ul class="alerts">${alerts.map((alert) => alertRow(alert, now))}</ul>`;
}

function alertRow(alert: FoundAlert, now: number): Html {
  const place = placesOf(alert);
  return html`<li id="${alert.id}">
    ${severityTag(alert)}
    <span class="title"><bdi>${alertLink(alert.id, line(alert.title, 160) || "Untitled alert")}</bdi>
      ${place ? html`<span class="soft small place"><bdi>${line(place, 80)}</bdi></span>` : ""}
      <span class="soft small extras">${extras(alert, now)}</span></span>
    <span class="route soft small">${alert.route}</span>
    <span class="status">${statusTag(alert.status)}</span>
    <span class="when soft small">${when(alert.created_at, now)}</span>
  </li>`;
}

/** What only some have. */
function extras({ count, copies, enriched, created_at, updated_at }: FoundAlert, now: number): Html[] {
  return [
    ...(count > 1 ? [html`<span>${counted(count, "event")}</span>`] : []),
    ...(copies > 0 ? [html`<span>${copies === 1 ? "1 copy" : `${copies} copies`} dropped</span>`] : []),
    ...(enriched ? [] : [html`<span>detail missing</span>`]),
    // What its detail changes at once goes without saying.
    ...(Date.parse(updated_at) - Date.parse(created_at) > 60_000 ? [html`<span>changed ${when(updated_at, now)}</span>`] : []),
  ];
}

/** What the list shows. */
export interface ListView {
  found: FoundAlerts;
  url: URL;
  choices: Choices;
  now: number;
}

/** The page /alerts. */
export function alertsPage({ found, url, choices, now }: ListView): Html {
  return html`<h1>Alerts</h1>
  ${filterForm(url, choices)}
  <section class="card" aria-labelledby="found">
    <div class="head"><h2 id="found">${heading(found, url)}</h2>${spans(url)}</div>
    ${chips(url)}
    ${found.items.length > 0 ? alertRows(found.items, now) : html`<p class="empty">${empty(found, url)}</p>`}
    ${further(found, url)}
  </section>`;
}

function heading({ items, next }: FoundAlerts, url: URL): string {
  if (url.searchParams.has("cursor")) return items.length === 0 ? "Older alerts" : `${counted(items.length, "older alert")}`;
  return next === null ? counted(items.length, "alert") : items.length === 0 ? "Alerts" : `The newest ${items.length}`;
}

function empty({ next, searched_to: to }: FoundAlerts, url: URL): Html {
  if (next !== null) return html`None is like that since ${utcTime(to ?? "")}. There are older ones that were not looked at.`;
  if (isFiltered(url)) return html`No alert is like that. <a href="${url.pathname}">Show all alerts</a>`;
  if (url.searchParams.has("cursor")) return html`There are no older ones.`;
  return html`No alert has come yet. It will stand here as soon as a source posts one to the address of its <a href="/routes">route</a>.`;
}

/** How far the search came, and the way on. One call looks at so many rows only. */
function further({ items, next, searched_to: to }: FoundAlerts, url: URL): Html | undefined {
  const isFirst = !url.searchParams.has("cursor");
  if (isFirst && next === null) return undefined;
  const limit = Number(url.searchParams.get("limit") || 50);
  const isCut = next !== null && items.length < limit;
  return html`<div class="pager">
    ${isFirst ? "" : html`<a class="button" href="${addressWith(url, { cursor: undefined })}">Newest</a>`}
    ${next === null ? "" : html`<a class="button" href="${addressWith(url, { cursor: next })}">${isCut ? "Search further" : "Older"}</a>`}
    ${isCut && to ? html`<span class="soft small">Looked back to ${utcTime(to)}.</span>` : ""}
    ${next === null ? html`<span class="soft small">That is all there is.</span>` : ""}
  </div>`;
}
