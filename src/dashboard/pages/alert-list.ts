// Alerts in a list: on the overview and as the answer of a search.
import { html } from "hono/html";
import type { FoundAlert } from "../../admin/queries/alerts.ts";
import { SEVERITIES, STATUSES } from "../../alert.ts";
import { counted } from "../../lib/text.ts";
import { alertLink, choice, type Html, line, pager, severityTag, statusTag, when } from "../parts.ts";

/** Alerts as rows. */
export function alertRows(alerts: FoundAlert[], now: number): Html {
  if (alerts.length === 0) return html`<p class="empty">No alerts.</p>`;
  return html`<ul class="rows">${alerts.map((alert) => alertRow(alert, now))}</ul>`;
}

function alertRow(alert: FoundAlert, now: number): Html {
  const place = alert.assets[0]?.name;
  return html`<li class="row">
    ${severityTag(alert)}
    <span class="title">${alertLink(alert.id, line(alert.title, 160) || "Untitled alert")}</span>
    <span class="when soft small">${when(alert.created_at, now)}</span>
    <span class="more meta small soft">
      ${statusTag(alert.status)}<span>${alert.route}</span>${place ? html`<span>${line(place, 80)}</span>` : ""}
      ${alert.count > 1 ? html`<span>${counted(alert.count, "event")}</span>` : ""}
      ${alert.copies > 0 ? html`<span>${counted(alert.copies, "copy").replace("copys", "copies")} dropped</span>` : ""}
      ${alert.enriched ? "" : html`<span>detail missing</span>`}
      ${alert.updated_at > alert.created_at ? html`<span>changed ${when(alert.updated_at, now)}</span>` : ""}
    </span>
  </li>`;
}

/** The page /alerts. */
export function alertsPage(found: { items: FoundAlert[]; next: string | null }, url: URL, routes: string[], now: number): Html {
  const given = (name: string): string | null => url.searchParams.get(name);
  return html`<h1>Alerts</h1>
  <form class="card filter" method="get" role="search">
    <label class="wide">Words<input type="search" name="q" value="${given("q") ?? ""}" maxlength="200" placeholder="host, user, address, rule …"></label>
    ${choice("severity", "Severity", SEVERITIES.toReversed(), given("severity"))}
    ${choice("status", "Status", STATUSES, given("status"))}
    ${choice("route", "Route", routes, given("route"))}
    <label>From (UTC)<input type="datetime-local" name="from" value="${localTime(given("from"))}"></label>
    <label>To (UTC)<input type="datetime-local" name="to" value="${localTime(given("to"))}"></label>
    <div><button class="main">Search</button></div>
  </form>
  <section class="card" aria-label="Found">${alertRows(found.items, now)}</section>
  ${pager(url, found.next)}`;
}

/** A time as a form field takes it. */
const localTime = (time: string | null): string => (time ?? "").replace(/(\.\d+)?Z$/, "");
