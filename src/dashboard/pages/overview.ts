// The first page: what happened, what is stuck, what needs somebody.
import { html } from "hono/html";
import type { Page } from "../../admin/cursor.ts";
import type { FoundAlert } from "../../admin/queries/alerts.ts";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import type { SilenceItem } from "../../admin/queries/silences.ts";
import { counted } from "../../lib/text.ts";
import { type Html, tag, when } from "../parts.ts";
import { DESTINATION_WORDS } from "../words.ts";
import { alertRows } from "./alert-list.ts";
import { type Concern, concerns, type State } from "./attention.ts";
import { booksCard } from "./books.ts";
import { silencesCard } from "./silences.ts";

/** The page /. */
export function overviewPage(state: State, alerts: FoundAlert[], silences: Page<SilenceItem>): Html {
  return html`<h1>Overview</h1>
  ${attention(concerns(state))}
  <div class="columns">
    <div class="stack">
      ${booksCard(state.books)}
      <section class="card" aria-labelledby="recent">
        <div class="head"><h2 id="recent">Latest alerts</h2><a href="/alerts">All alerts</a></div>
        ${alertRows(alerts, state.now)}
      </section>
    </div>
    <div class="stack">
      ${destinationsCard(state.destinations, state.now)}
      ${silencesCard(silences.items, silences.next !== null, state.now)}
    </div>
  </div>`;
}

function attention(found: Concern[]): Html {
  if (found.length === 0) return html`<p class="note good"><strong>Nothing needs you.</strong> Every message is where it belongs.</p>`;
  return html`<section class="card" aria-labelledby="attention">
    <h2 id="attention">Needs attention</h2>
    <ul class="rows">${found.map(concernRow)}</ul>
  </section>`;
}

const concernRow = ({ tone, what, more, link }: Concern): Html => html`<li><div class="stripe ${tone} row plain">
    <span class="title">${what}</span>
    ${link ? html`<a href="${link.href}">${link.text}</a>` : html`<span></span>`}
    ${more ? html`<span class="more soft small">${more}</span>` : ""}
  </div></li>`;

function destinationsCard(destinations: DestinationItem[], now: number): Html {
  return html`<section class="card" aria-labelledby="destinations">
    <div class="head"><h2 id="destinations">Destinations</h2><a href="/destinations">More</a></div>
    ${destinations.length === 0 ? html`<p class="empty">None is configured.</p>` : html`<ul class="rows">${destinations.map((one) => destinationRow(one, now))}</ul>`}
  </section>`;
}

function destinationRow(destination: DestinationItem, now: number): Html {
  const { name, state, pending, oldest_pending_at: oldest, counts, last_delivered_at: last } = destination;
  const [tone, word] = DESTINATION_WORDS[state];
  return html`<li class="row plain pair">
    <a class="title" href="/destinations#${name}">${name}</a>${tag(tone, word)}
    <span class="more meta small soft">
      ${pending > 0 ? html`<a href="/deliveries?state=pending&destination=${name}">${counted(pending, "message")} pending</a>` : html`<span>nothing pending</span>`}
      ${oldest ? html`<span>oldest ${when(oldest, now)}</span>` : ""}
      ${counts.dead > 0 ? html`<a href="/deliveries?state=dead&destination=${name}">${counts.dead} dead</a>` : ""}
      ${last ? html`<span>delivered ${when(last, now)}</span>` : ""}
    </span>
  </li>`;
}
