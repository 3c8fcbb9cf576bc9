// What happened to an alert, newest first: each event with what it changed, why it ended as it did, and what came in.
import { html } from "hono/html";
import type { StoredEvent } from "../../ledger/interface.ts";
import { counted, utcTime } from "../../lib/text.ts";
import { type Html, jsonBlock, line, tag, when } from "../frame/parts.ts";
import { END_TONES } from "../frame/words.ts";
import { changesList } from "./changes.ts";
import { lastReason, traceList } from "./trace.ts";

/** Events that stand there at once; older ones are a fold away. */
const MOST_OPEN = 12;
/** As many events as a story tells. */
const MOST_TOLD = 200;
/** Payloads of so many events are on the page; those of the others on pages of their own. */
const MOST_PAYLOADS = 3;

/** The card. `id` is the alert's. */
export function timelineCard(id: string, events: readonly StoredEvent[], now: number): Html {
  const newestFirst = events.toReversed();
  const [first, rest] = [newestFirst.slice(0, MOST_OPEN), newestFirst.slice(MOST_OPEN)];
  return html`<section class="card" aria-labelledby="history">
    <h2 id="history">What happened <span class="soft">newest first</span></h2>
    <ol class="time-line">${first.map((event, index) => eventRow(id, event, index < MOST_PAYLOADS, now))}</ol>
    ${rest.length === 0 ? "" : html`<details><summary>${counted(rest.length, "older event")}</summary><ol class="time-line">${rest.map((event) => eventRow(id, event, false, now))}</ol></details>`}
    ${events.length >= MOST_TOLD ? html`<p class="soft small">The latest ${MOST_TOLD} events are told.</p>` : ""}
  </section>`;
}

function eventRow(alert: string, event: StoredEvent, withPayload: boolean, now: number): Html {
  const { id, kind, type, end, received_at: at, change, trace, payload } = event;
  const reason = lastReason(trace);
  return html`<li id="${id}">
    <div class="meta"><h3><a href="${eventPath(alert, id)}">${capital(kind)}</a></h3>${tag(END_TONES[end], end)}<span class="soft small">${when(at, now)}</span><span class="soft small">${utcTime(at)}</span><span class="soft small"><bdi>${line(type, 60)}</bdi></span></div>
    ${changesList(change)}
    ${reason ? html`<p class="small why"><bdi>${capital(reason)}</bdi></p>` : ""}
    <details><summary class="small">${counted(trace.length, "decision")}<span class="skip"> about ${id}</span></summary>${traceList(trace)}</details>
    ${withPayload && payload !== null ? html`<details><summary class="small">Payload as received<span class="skip"> with ${id}</span></summary>${jsonBlock(payload)}</details>` : ""}
  </li>`;
}

/** The page of one event. */
export const eventPath = (alert: string, event: string): string =>
  `/alerts/${encodeURIComponent(alert)}/events/${encodeURIComponent(event)}`;

/** With a capital letter. */
export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
