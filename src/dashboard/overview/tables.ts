// Each source and each destination, a row each: those that need somebody first, then by name.
import { html } from "hono/html";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import type { HealthCheck } from "../../admin/queries/health.ts";
import type { RouteItem } from "../../admin/queries/routes.ts";
import type { SeriesAnswer } from "../../admin/queries/series.ts";
import { SPANS } from "../../series/series.ts";
import { breakerWords, paceWords } from "../destinations/words.ts";
import { addressWith, type Html, tag, when } from "../frame/parts.ts";
import { DESTINATION_WORDS, ROUTE_WORDS } from "../frame/words.ts";
import { perMinute, seconds, thousands } from "./numbers.ts";
import { LAST } from "./over-time.ts";

/** Rows that the overview shows; the whole list has its page. */
const MOST_ROWS = 25;
/** A message that waits longer is worth a word. */
const OLD_MS = 10_000;

/** Routes with their sources. */
export function sourcesCard(routes: RouteItem[], checks: HealthCheck[], { span, routes: sums }: SeriesAnswer, now: number): Html {
  const silent = new Set(checks.flatMap(({ check, state, subject }) => (check === "source_silent" && state !== "ok" ? [subject] : [])));
  const counts = new Map(sums?.map((sum) => [sum.name, sum]));
  // By name, so that no row moves with each event; of too many, those that were heard last.
  const weight = ({ name, state, last_event_at: last }: RouteItem): number =>
    (silent.has(name) ? 3e15 : 0) +
    (state === "ok" || state === "removed" ? 0 : 2e15) +
    (state === "removed" ? -1e15 : 0) +
    (routes.length > MOST_ROWS ? Date.parse(last ?? "1970-01-01") : 0);
  const row = (route: RouteItem): Html => {
    const [tone, word] = ROUTE_WORDS[route.state];
    const { received = 0, alerts = 0 } = counts.get(route.name) ?? {};
    return html`<tr id="source-${route.name}">
      <th scope="row"><a href="/routes/${route.name}">${route.name}</a>${route.label ? html`<span class="kind">${route.label}</span>` : ""}</th>
      <td data-label="State"><span>${tag(tone, word)}${silent.has(route.name) ? tag("warn", "silent") : ""}</span></td>
      <td data-label="Last seen">${route.last_event_at ? when(route.last_event_at, now) : html`<span class="soft">never</span>`}</td>
      <td data-label="Events/min" class="number">${sums === null ? "–" : perMinute(received, SPANS[span].ms)}</td>
      <td data-label="Alerts" class="number">${sums === null ? "–" : html`<a href="/alerts?route=${route.name}">${thousands(alerts)}</a>`}</td>
      <td data-label="Open" class="number">${thousands(route.backlog)}</td>
    </tr>`;
  };
  return listCard({
    id: "sources",
    title: "Sources",
    all: "/routes",
    empty: html`<p class="empty">No route is configured: nothing can come in. <a href="/routes">Routes</a> says how.</p>`,
    head: ["Route", "State", "Last seen", "Events/min", "Alerts", "Open"],
    note: `Events a minute and new alerts of the ${LAST[span]}; open: events that are being decided now.`,
    rows: [...routes].sort((left, right) => weight(right) - weight(left)).map(row),
    numbersFrom: 3,
  });
}

/** Destinations. */
export function destinationsCard(destinations: DestinationItem[], { span, destinations: sums }: SeriesAnswer, url: URL, now: number): Html {
  const times = new Map(sums?.map((sum) => [sum.name, sum]));
  // A backlog that is gone in a moment moves no row.
  const isOld = ({ oldest_pending_at: oldest }: DestinationItem): boolean => oldest !== null && now - Date.parse(oldest) > OLD_MS;
  const weight = ({ state, counts, ...rest }: DestinationItem): number =>
    (state === "ok" || state === "removed" ? 0 : 4e9) +
    (counts.dead > 0 ? 2e9 : 0) +
    (state === "removed" ? -1 : 0) +
    (isOld({ state, counts, ...rest }) ? 1e9 : 0);
  const row = (one: DestinationItem): Html => {
    const [tone, word] = DESTINATION_WORDS[one.state];
    const { p50_s = null, p95_s = null } = times.get(one.name) ?? {};
    const breaker = breakerWords(one, now);
    return html`<tr id="destination-${one.name}">
      <th scope="row"><a href="/destinations#${one.name}">${one.name}</a>${one.label ? html`<span class="kind">${one.label}</span>` : ""}</th>
      <td data-label="State"><span>${tag(tone, word)}${breaker === undefined ? "" : html`<span class="kind">${breaker}</span>`}</span></td>
      <td data-label="Pace"><span class="whole">${paceWords(one)}</span></td>
      <td data-label="Backlog" class="number"><span>${one.pending > 0 ? html`<a href="/deliveries?state=pending&destination=${one.name}">${thousands(one.pending)}</a>` : "0"}${one.oldest_pending_at && isOld(one) ? html`<span class="kind">oldest ${when(one.oldest_pending_at, now)}</span>` : ""}</span></td>
      <td data-label="Dead" class="number">${one.counts.dead > 0 ? html`<a href="/deliveries?state=dead&destination=${one.name}">${thousands(one.counts.dead)}</a>` : "0"}</td>
      <td data-label="Door to wall" class="number">${p95_s === null ? "–" : html`<a class="whole" href="${addressWith(url, { destination: one.name })}#over-time">${seconds(p50_s)}, ${seconds(p95_s)}</a>`}</td>
    </tr>`;
  };
  return listCard({
    id: "destinations",
    title: "Destinations",
    all: "/destinations",
    empty: html`<p class="empty">No destination is configured: nobody would be told. The <a href="/configuration">configuration</a> has them.</p>`,
    head: ["Destination", "State", "Pace", "Backlog", "Dead", "Door to wall"],
    note: `Door to wall: within this time half, and 95 in 100, of the messages of the ${LAST[span]} were shown.`,
    rows: [...destinations].sort((left, right) => weight(right) - weight(left)).map(row),
    numbersFrom: 3,
  });
}

interface ListCard {
  id: string;
  title: string;
  all: string;
  empty: Html;
  head: string[];
  note: string;
  rows: Html[];
  /** Columns from this one on are numbers. */
  numbersFrom: number;
}

const listCard = ({
  id,
  title,
  all,
  empty,
  head,
  note,
  rows,
  numbersFrom,
}: ListCard): Html => html`<section class="card" aria-labelledby="${id}">
    <div class="head"><h2 id="${id}">${title}</h2><a href="${all}">All ${title.toLowerCase()}</a></div>
    ${
      rows.length === 0
        ? empty
        : html`<table class="folds"><thead><tr>${head.map((name, place) => html`<th scope="col"${place >= numbersFrom ? html` class="number"` : ""}>${name}</th>`)}</tr></thead>
    <tbody>${rows.slice(0, MOST_ROWS)}</tbody></table>
    ${rows.length > MOST_ROWS ? html`<p class="small"><a href="${all}">${rows.length - MOST_ROWS} more</a></p>` : ""}
    <p class="soft small">${note}</p>`
    }
  </section>`;
