// The story of one alert: how it stands, where it went, what happened and why.
import { html } from "hono/html";
import type { Story } from "../../admin/queries/story.ts";
import { type Alert, commentIn } from "../../alert.ts";
import type { DeliveryRecord } from "../../delivery.ts";
import { evidenceOf, factsOf } from "../../destinations/facts.ts";
import { type Parts, partsOf } from "../../destinations/parts.ts";
import type { StoredEvent, TraceStep } from "../../ledger/interface.ts";
import { counted, manyLines } from "../../lib/text.ts";
import { type Html, jsonBlock, line, outLink, severityTag, statusTag, tag, when, words } from "../parts.ts";
import { END_TONES, KIND_WORDS } from "../words.ts";
import { changesList } from "./alert-changes.ts";
import { attemptsList, deliveryTag, reasonText, replayButton } from "./delivery-parts.ts";
import { whereabouts } from "./whereabouts.ts";

/** The page /alerts/{id}. */
export function alertPage(story: Story, now: number): Html {
  const { alert } = story;
  return html`<div class="stack">
    <div class="meta">${severityTag(alert)}${statusTag(alert.status)}<span class="soft">${alert.route}</span></div>
    <div class="head"><h1>${line(alert.title) || "Untitled alert"}</h1><div class="buttons">${outLink(alert.url, "Open in the console")}<a class="button narrow-only" href="#actions">Take it up</a></div></div>
  </div>
  ${thinNote(alert)}
  <div class="columns">
    <div class="stack">
      ${nowCard(story, now)}
      ${deliveriesCard(story, now)}
      ${historyCard(story, now)}
    </div>
    ${actionsCard(alert)}
  </div>`;
}

function thinNote(alert: Alert): Html | undefined {
  if (alert.enriched) return undefined;
  const assumed = alert.severity_label === "unknown" ? ` Its severity is not known; it is treated as ${alert.severity}.` : "";
  return html`<p class="note warn"><strong>This alert is thin.</strong> ${capital(line(alert.enriched_reason ?? "the detail has not come yet"))}.${assumed}</p>`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/\.$/, "");

function nowCard({ alert, copies, deliveries, shownBy }: Story, now: number): Html {
  const evidence = evidenceOf(alert);
  const parts = partsOf(alert.data);
  return html`<section class="card" aria-labelledby="state">
    <h2 id="state">How it stands</h2>
    <p>${whereabouts(deliveries, shownBy).map(({ tone, text }) => html`${tag(tone, text)} `)}</p>
    ${alert.summary ? html`<p>${manyLines(alert.summary)}</p>` : ""}
    <dl class="facts">
      ${factsOf(alert).map(({ label, kind, values, more }) => fact(label, kind, values, more))}
      <dt>Seen</dt><dd>first ${when(alert.first_seen, now)}, last ${when(alert.last_seen, now)}</dd>
      ${copies > 0 ? html`<dt>Dropped</dt><dd>${counted(copies, "time")}, as a copy of an event that was known</dd>` : ""}
      <dt>Version</dt><dd>${alert.version}, changed ${when(alert.updated_at, now)}</dd>
      ${comment(alert)}
      <dt>Id</dt><dd><code>${alert.id}</code></dd>
    </dl>
    ${parts ? partsList(parts) : evidence ? html`<h3>${evidence.label}</h3><pre tabindex="0">${evidence.text}</pre>` : ""}
  </section>`;
}

const partsList = ({ label, shown, more }: Parts): Html =>
  html`<h3>${label}</h3><ul>${shown.map(({ text, alert }) => html`<li><a href="/alerts/${encodeURIComponent(alert)}">${text}</a></li>`)}${more > 0 ? html`<li>and ${more} more</li>` : ""}</ul>`;

const fact = (label: string, kind: "text" | "code", values: string[], more: number): Html =>
  html`<dt>${label}</dt><dd>${kind === "code" ? values.map((value) => html`<code>${value}</code> `) : values.join(", ")}${more > 0 ? ` and ${more} more` : ""}</dd>`;

function comment({ data }: Alert): Html | undefined {
  const last = commentIn(data.comment);
  if (!last) return undefined;
  const author = last.author === undefined ? "" : `${line(last.author, 80)}: `;
  return html`<dt>Comment</dt><dd>${author}${manyLines(last.text)}</dd>`;
}

function deliveriesCard({ deliveries, alert }: Story, now: number): Html {
  const byDestination = [...Map.groupBy(deliveries, ({ destination }) => destination)];
  return html`<section class="card" aria-labelledby="deliveries">
    <h2 id="deliveries">Where it went</h2>
    ${byDestination.length === 0 ? html`<p class="empty">Nowhere: no destination shows it. The decisions below say why.</p>` : ""}
    <ul class="rows">${byDestination.map(([name, list]) => destinationRow(name, list, alert, now))}</ul>
  </section>`;
}

function destinationRow(name: string, deliveries: DeliveryRecord[], alert: Alert, now: number): Html {
  const last = deliveries.at(-1);
  return html`<li>
    <div class="meta"><h3><a href="/destinations#${name}">${name}</a></h3>${last ? deliveryTag(last) : ""}</div>
    <ul>${deliveries.toReversed().map((delivery) => deliveryRow(delivery, alert, now))}</ul>
  </li>`;
}

function deliveryRow(delivery: DeliveryRecord, alert: Alert, now: number): Html {
  const reason = reasonText(delivery);
  return html`<li class="small">
    <div class="meta"><span>${capital(KIND_WORDS[delivery.kind])}, version ${delivery.version}: <strong>${delivery.state}</strong>${reason ? `, ${reason}` : ""}</span>
      <span class="soft">${when(delivery.created_at, now)}</span>
      ${delivery.state === "dead" ? replayButton(delivery, `/alerts/${encodeURIComponent(alert.id)}`) : ""}</div>
    ${attemptsList(delivery.log, now)}
  </li>`;
}

/** Payloads of so many events are on the page; the API tells the rest. */
const MOST_PAYLOADS = 20;

function historyCard({ events }: Story, now: number): Html {
  const newestFirst = events.toReversed();
  return html`<section class="card" aria-labelledby="history">
    <h2 id="history">What happened, newest first</h2>
    <ol class="time-line">${newestFirst.map((event, index) => eventRow(event, index < MOST_PAYLOADS, now))}</ol>
  </section>`;
}

function eventRow(event: StoredEvent, withPayload: boolean, now: number): Html {
  return html`<li>
    <div class="meta"><h3>${capital(event.kind)}</h3>${tag(END_TONES[event.end], event.end)}<span class="soft small">${when(event.received_at, now)}</span><span class="soft small">${line(event.type, 60)}</span></div>
    ${changesList(event.change)}
    <details><summary class="small">${counted(event.trace.length, "decision")}</summary><ul class="small">${event.trace.map((step) => traceRow(step))}</ul></details>
    ${withPayload ? html`<details><summary class="small">Payload as received</summary>${event.payload === null ? html`<p class="soft small">Not kept any more.</p>` : jsonBlock(event.payload)}</details>` : ""}
    <p class="soft small"><code>${event.id}</code></p>
  </li>`;
}

function traceRow({ at, stage, decision, reason, values = {} }: TraceStep): Html {
  const { rule, ...others } = values;
  const shown = Object.entries(others).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  const details = shown.map(([name, value]) => `${words(name)} ${Array.isArray(value) ? value.join(", ") : String(value)}`).join("; ");
  return html`<li>
    <span class="soft">${at.slice(11, 23)} ${stage}</span> <strong>${words(line(decision, 100))}</strong>${rule ? html` by “${line(String(rule))}”` : ""}:
    ${line(reason, 400)}${details ? html` <span class="soft">(${line(details, 400)})</span>` : ""}
  </li>`;
}

function actionsCard(alert: Alert): Html {
  const resolved = alert.status === "resolved";
  return html`<section class="card" aria-labelledby="actions">
    <h2 id="actions">Take it up</h2>
    <form method="post" action="/alerts/${encodeURIComponent(alert.id)}/status">
      <label>Comment (optional)<textarea name="comment" maxlength="2000"></textarea></label>
      <div class="buttons">
        ${alert.status === "in_progress" || resolved ? "" : html`<button class="main" name="status" value="in_progress">Acknowledge</button>`}
        ${resolved ? html`<button name="status" value="new">Reopen</button>` : html`<button name="status" value="resolved"${alert.status === "in_progress" ? html` class="main"` : ""}>Resolve</button>`}
        <button name="status" value="">Comment only</button>
      </div>
    </form>
    <p class="soft small">What you set stands until the source reports another status, and goes to every destination that shows the alert.</p>
  </section>`;
}
