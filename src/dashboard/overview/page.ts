// The first page: what needs somebody, whether everything is accounted for, what happened of late, and how each end is doing.
import { html } from "hono/html";
import type { Page } from "../../admin/cursor.ts";
import type { FoundAlert } from "../../admin/queries/alerts.ts";
import type { SeriesAnswer } from "../../admin/queries/series.ts";
import type { SilenceItem } from "../../admin/queries/silences.ts";
import { alertRows } from "../alerts/list-page.ts";
import { type Html, when } from "../frame/parts.ts";
import { type Concern, concerns, type State } from "./attention.ts";
import { booksCard } from "./books.ts";
import { overTime } from "./over-time.ts";
import { silencesCard } from "./silences.ts";
import { destinationsCard, sourcesCard } from "./tables.ts";

/** Concerns that are told at once; a relay in great trouble has more. */
const MOST_CONCERNS = 8;

/** What the page shows. */
export interface Overview {
  state: State;
  series: SeriesAnswer;
  /** Whose time from the door to the wall is drawn; undefined: all of them together. */
  destination: string | undefined;
  alerts: FoundAlert[];
  /** Those that have not ended. */
  silences: Page<SilenceItem>;
  url: URL;
}

/** The page /. */
export function overviewPage({ state, series, destination, alerts, silences, url }: Overview): Html {
  return html`<h1>Overview</h1>
  ${attention(concerns(state), state.now)}
  ${booksCard(state.books)}
  ${overTime(series, destination, url)}
  <div class="halves">
    ${sourcesCard(state.routes, state.checks, series, state.now)}
    ${destinationsCard(state.destinations, series, url, state.now)}
  </div>
  ${silencesCard(silences.items, silences.next !== null, state.now)}
  <section class="card" aria-labelledby="recent">
    <div class="head"><h2 id="recent">Latest alerts</h2><a href="/alerts">All alerts</a></div>
    ${alertRows(alerts, state.now)}
  </section>`;
}

function attention(found: Concern[], now: number): Html {
  if (found.length === 0) return html`<p class="note good"><strong>Nothing needs you.</strong> Every message is where it belongs.</p>`;
  const [first, rest] = [found.slice(0, MOST_CONCERNS), found.slice(MOST_CONCERNS)];
  return html`<section class="card" aria-labelledby="attention">
    <h2 id="attention">Needs attention</h2>
    <ul class="rows">${first.map((one) => concernRow(one, now))}</ul>
    ${rest.length === 0 ? "" : html`<details><summary>${rest.length} more</summary><ul class="rows">${rest.map((one) => concernRow(one, now))}</ul></details>`}
  </section>`;
}

const concernRow = ({ tone, what, more, since, link }: Concern, now: number): Html => html`<li><div class="stripe ${tone} row plain">
    <span class="title"><span class="skip">${tone === "bad" ? "Urgent: " : "Soon: "}</span>${what}</span>
    ${link ? html`<a href="${link.href}">${link.text}</a>` : html`<span></span>`}
    ${more || since ? html`<span class="more soft small">${more ?? ""}${since ? html` Since ${when(since, now)}.` : ""}</span>` : ""}
  </div></li>`;
