// The page of one event of an alert: all that was decided about it, and what came in.
import { html } from "hono/html";
import type { Story } from "../../admin/queries/story.ts";
import type { StoredEvent } from "../../ledger/interface.ts";
import { utcTime } from "../../lib/text.ts";
import { alertLink, type Html, jsonBlock, line, tag, when } from "../frame/parts.ts";
import { END_TONES } from "../frame/words.ts";
import { changesList } from "./changes.ts";
import { copyButton } from "./copy.ts";
import { capital } from "./timeline.ts";
import { traceList } from "./trace.ts";

/** The page /alerts/ID/events/EVENT. */
export function eventPage({ alert }: Pick<Story, "alert">, event: StoredEvent, now: number): Html {
  const { id, kind, type, end, received_at: received, occurred_at: occurred, trace_id: trace, change, payload } = event;
  return html`<div class="stack alert-head">
    <p class="meta small"><a href="/alerts/${encodeURIComponent(alert.id)}#${id}">Back to the alert</a></p>
    <div class="head"><h1>${capital(kind)}</h1>${tag(END_TONES[end], end)}</div>
  </div>
  <section class="card" aria-labelledby="what">
    <h2 id="what">What it was</h2>
    <dl class="facts">
      <dt>Alert</dt><dd><bdi>${alertLink(alert.id, line(alert.title) || "Untitled alert")}</bdi></dd>
      <dt>Type</dt><dd><code>${line(type, 200)}</code></dd>
      <dt>Received</dt><dd>${utcTime(received)}, ${when(received, now)}</dd>
      ${occurred ? html`<dt>Happened</dt><dd>${utcTime(occurred) ?? line(occurred, 60)}</dd>` : ""}
      <dt>Id</dt><dd><code>${id}</code> ${copyButton(id, "the event's id")}</dd>
      ${trace ? html`<dt>Trace id</dt><dd><code>${trace}</code> ${copyButton(trace, "the trace id")}</dd>` : ""}
    </dl>
    <h3>What it changed</h3>
    ${changesList(change)}
  </section>
  <section class="card" aria-labelledby="decided"><h2 id="decided">What was decided</h2>${traceList(event.trace)}</section>
  <section class="card" aria-labelledby="payload"><h2 id="payload">Payload as received</h2>
    ${payload === null ? html`<p class="empty">There is none, or it is not kept any more.</p>` : html`<p class="soft small">With the masks of its route.</p>${jsonBlock(payload)}`}
  </section>`;
}
