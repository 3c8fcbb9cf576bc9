// The page of one delivery: every attempt with the chat's answer.
import { html } from "hono/html";
import type { Attempt, DeliveryRecord } from "../../delivery.ts";
import { utcTime } from "../../lib/text.ts";
import { alertLink, type Html, line, when, words } from "../frame/parts.ts";
import { deliveryTag, messageWords, reasonLine, replayButton } from "./parts.ts";
import { beforeReplay } from "./replay-words.ts";

/** The page /deliveries/ID. `title` is the alert's, where there is one. */
export function deliveryPage(record: DeliveryRecord, title: string | undefined, mayReplay: boolean, now: number): Html {
  const { id, alert, version, destination, state, reason, attempts, created_at, updated_at, log } = record;
  return html`<div class="head"><h1>${capital(messageWords(record))} to ${destination}</h1>${deliveryTag(record)}</div>
  <section class="card" aria-labelledby="became">
    <h2 id="became">What became of it</h2>
    ${reason === null ? "" : html`<p><strong>${capital(words(state))}:</strong> ${reasonLine(record)}.</p>`}
    ${state === "dead" ? html`<p>${beforeReplay(reason ?? "")}</p>${mayReplay ? replayButton(record, `/deliveries/${encodeURIComponent(id)}`) : ""}` : ""}
    <dl class="facts">
      <dt>Alert</dt><dd>${alert === null ? "none: a message of the relay's own" : html`${alertLink(alert, line(title ?? alert) || alert)}, version ${version}`}</dd>
      <dt>Destination</dt><dd><a href="/destinations#${destination}">${destination}</a></dd>
      <dt>Created</dt><dd>${utcTime(created_at)}, ${when(created_at, now)}</dd>
      ${state === "pending" ? "" : html`<dt>Settled</dt><dd>${utcTime(updated_at)}, ${when(updated_at, now)}</dd>`}
      <dt>Attempts</dt><dd>${attempts}</dd>
      <dt>Id</dt><dd><code>${id}</code> <button type="button" class="slim" hidden data-copy="${id}">Copy</button></dd>
    </dl>
  </section>
  <section class="card" aria-labelledby="attempts">
    <h2 id="attempts">Attempts, newest first</h2>
    ${log.length === 0 ? html`<p class="empty">${state === "merged" ? "It was never sent." : "Not tried yet. It goes when its turn comes."}</p>` : html`<ol class="time-line">${log.toReversed().map((attempt, index) => attemptItem(attempt, log.length - index, now))}</ol>`}
    ${attempts > log.length ? html`<p class="soft small">The first and the last attempts are kept.</p>` : ""}
  </section>`;
}

const attemptItem = ({ at, ms, outcome, status, answer }: Attempt, number: number, now: number): Html => html`<li id="attempt-${number}">
    <div class="meta"><h3>${capital(words(line(outcome, 300)))}</h3>${status === undefined ? "" : html`<span>status ${status}</span>`}<span class="soft small">${utcTime(at)}, ${when(at, now)}, took ${ms} ms</span></div>
    ${answer ? html`<p class="soft small">What it answered</p><pre tabindex="0">${answer}</pre>` : html`<p class="soft small">No answer is kept.</p>`}
  </li>`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
