// Charts: a figure with its data for the browser's script, its units, and a table of the same numbers behind it, which is all that somebody
// without the script or without eyes for it needs.
import { html } from "hono/html";
import { utcTime } from "../../lib/text.ts";
import type { Html } from "./parts.ts";

/** One line or layer. `tone` is a colour of the stylesheet (`--chart-TONE`): a severity, or a state. */
export interface Series {
  name: string;
  tone: string;
  /** One for each time; null where nothing is known. */
  values: (number | null)[];
}

/** A chart over time. */
export interface Chart {
  /** Unique on its page, and the same at each look, so that the picture stays. */
  id: string;
  title: string;
  /** What a value is: `alerts a minute`, `ms`. */
  unit: string;
  /** Layers on top of each other, or lines. */
  kind: "bars" | "lines";
  /** Unix ms of each value's beginning, rising. */
  at: number[];
  series: Series[];
}

/** What the script reads. */
export type ChartData = Pick<Chart, "unit" | "kind" | "at" | "series">;

/** The rows of the table: more are of no use to anybody who reads. */
const MOST_ROWS = 200;

/** The figure. */
export function chart({ id, title, unit, kind, at, series }: Chart): Html {
  const data: ChartData = { unit, kind, at, series };
  const isEmpty = series.every(({ values }) => values.every((value) => value === null || value === 0));
  return html`<figure class="chart" id="${id}" data-chart="${JSON.stringify(data)}">
    <figcaption><strong>${title}</strong> <span class="soft small">${unit}, times in UTC</span></figcaption>
    <ul class="legend small">${series.map(({ name, tone }) => html`<li><span class="key ${tone}"></span>${name}</li>`)}</ul>
    ${isEmpty ? html`<p class="empty">Nothing in this time.</p>` : html`<div class="plot" data-keep></div>`}
    <details><summary class="small">As a table</summary>${table({ id, title, unit, kind, at, series })}</details>
  </figure>`;
}

function table({ title, at, series }: Chart): Html {
  // Times without anything say nothing; the newest first.
  const rows = at
    .map((time, index) => ({ time, values: series.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null && value !== 0))
    .reverse();
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
    <thead><tr><th scope="col">From (UTC)</th>${series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
    <tbody>${rows
      .slice(0, MOST_ROWS)
      .map(
        ({ time, values }) =>
          html`<tr><th scope="row">${utcTime(new Date(time).toISOString())}</th>${values.map((value) => html`<td class="number">${value ?? "–"}</td>`)}</tr>`,
      )}</tbody></table></div>
    ${rows.length > MOST_ROWS ? html`<p class="soft small">The latest ${MOST_ROWS} of ${rows.length} rows.</p>` : ""}`;
}
