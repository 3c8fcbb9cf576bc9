// What happened over time, as charts: alerts by severity, and how long they took from the door to the wall. How far back is in the address.
import { html } from "hono/html";
import type { SeriesAnswer } from "../../admin/queries/series.ts";
import { SEVERITIES } from "../../alert.ts";
import { SPAN_NAMES, type Span } from "../../series/series.ts";
import { chart } from "../frame/charts.ts";
import { addressWith, type Html } from "../frame/parts.ts";

/** The spans in words. */
const SPAN_WORDS: Record<Span, string> = { "1h": "1 hour", "24h": "24 hours", "7d": "7 days", "30d": "30 days" };

/** As part of a sentence: of the ... */
export const LAST: Record<Span, string> = { "1h": "last hour", "24h": "last 24 hours", "7d": "last 7 days", "30d": "last 30 days" };

const STEP_WORDS: Record<number, string> = {
  60: "alerts a minute",
  600: "alerts in 10 minutes",
  3600: "alerts an hour",
  14400: "alerts in 4 hours",
};

/** The charts, and the choice of the span. */
export function overTime({ span, alerts, deliveries, destinations }: SeriesAnswer, destination: string | undefined, url: URL): Html {
  const known = destinations?.find(({ name }) => name === destination);
  return html`<section class="card over-time" aria-labelledby="over-time">
    <div class="head"><h2 id="over-time">Over time</h2>${spans(span, url)}</div>
    <div class="charts">
      ${chart({
        id: "alerts-chart",
        title: "New alerts",
        unit: STEP_WORDS[alerts.step_s] ?? "alerts",
        kind: "bars",
        at: alerts.at.map((time) => Date.parse(time)),
        series: SEVERITIES.toReversed().map((severity) => ({ name: severity, tone: severity, values: alerts[severity] })),
      })}
      <div>${chart({
        id: "latency-chart",
        title: destination === undefined ? "From the door to the wall" : `From the door to ${destination}`,
        unit: "seconds",
        kind: "lines",
        at: deliveries.at.map((time) => Date.parse(time)),
        series: [
          { name: "half within (p50)", tone: "busy", values: deliveries.p50_s },
          { name: "95 in 100 within (p95)", tone: "high", values: deliveries.p95_s },
        ],
      })}
      ${destination === undefined ? "" : html`<p class="small"><a href="${addressWith(url, { destination: undefined })}">Of all destinations</a>${known || destinations === null ? "" : html` <span class="soft">Nothing was sent to ${destination} in this time.</span>`}</p>`}</div>
    </div>
  </section>`;
}

const spans = (chosen: Span, url: URL): Html => html`<nav class="spans" aria-label="How far back"><ul>
    ${SPAN_NAMES.map((span) => html`<li><a href="${addressWith(url, { span: span === "1h" ? undefined : span })}"${span === chosen ? html` aria-current="true"` : ""}>${SPAN_WORDS[span]}</a></li>`)}
  </ul></nav>`;
