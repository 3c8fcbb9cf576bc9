// The page /destinations: how each one is doing, what it allows, a test of it, and what it would be shown.
import { html } from "hono/html";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import { lengthOf } from "../../lib/distance.ts";
import { counted } from "../../lib/text.ts";
import { type Html, jsonBlock, line, type Tone, tag, when } from "../frame/parts.ts";
import { DESTINATION_WORDS, reasonWords } from "../frame/words.ts";
import { thousands } from "../overview/numbers.ts";
import { budgetFacts, paceFact } from "./budget.ts";
import { breakerWords, paceWords } from "./words.ts";

/** More than these are looked through in the table; each has its card all the same. */
const TABLE_FROM = 4;

interface Looked {
  now: number;
  /** Whether whoever looks may send a test. */
  mayTest: boolean;
}

/** The page /destinations. */
export const destinationsPage = (destinations: DestinationItem[], looked: Looked): Html => html`<h1>Destinations</h1>
  ${
    destinations.length === 0
      ? html`<p class="note">No destination is configured, so nobody would be told of anything. Add one to the <a href="/configuration">configuration</a>; the type
    <code>inbox</code> needs no account.</p>`
      : ""
  }
  ${destinations.length >= TABLE_FROM ? summary(destinations, looked.now) : ""}
  <div class="cards">${destinations.map((one) => destinationCard(one, looked))}</div>`;

const summary = (destinations: DestinationItem[], now: number): Html => html`<section class="card"><table class="folds">
    <thead><tr><th scope="col">Destination</th><th scope="col">State</th><th scope="col">Pace</th><th scope="col" class="number">Backlog</th><th scope="col" class="number">Dead</th><th scope="col">Last delivered</th></tr></thead>
    <tbody>${destinations.map((one) => summaryRow(one, now))}</tbody>
  </table></section>`;

function summaryRow(one: DestinationItem, now: number): Html {
  const { name, label, state, pending, oldest_pending_at: oldest, counts, last_delivered_at: last } = one;
  const [tone, word] = DESTINATION_WORDS[state];
  const breaker = breakerWords(one, now);
  return html`<tr>
    <th scope="row"><a href="#${name}">${name}</a>${label ? html` <span class="soft small">${label}</span>` : ""}</th>
    <td data-label="State"><span>${tag(tone, word)}${breaker === undefined ? "" : html` <span class="soft small">${breaker}</span>`}</span></td>
    <td data-label="Pace">${paceWords(one)}</td>
    <td data-label="Backlog" class="number"><span>${pending > 0 ? html`<a href="/deliveries?state=pending&destination=${name}">${thousands(pending)}</a>` : "0"}${oldest ? html` <span class="soft small">oldest ${when(oldest, now)}</span>` : ""}</span></td>
    <td data-label="Dead" class="number">${counts.dead > 0 ? html`<a href="/deliveries?state=dead&destination=${name}">${thousands(counts.dead)}</a>` : "0"}</td>
    <td data-label="Last delivered">${last ? when(last, now) : html`<span class="soft">nothing yet</span>`}</td>
  </tr>`;
}

function destinationCard(destination: DestinationItem, { now, mayTest }: Looked): Html {
  const { name, state, label, problem, pending, in_flight, oldest_pending_at: oldest } = destination;
  const [tone, word] = DESTINATION_WORDS[state];
  const isUsable = destination.type !== undefined && state !== "broken";
  return html`<article class="card" id="${name}">
    <div class="head"><h2>${name} ${label ? html`<span class="soft small">${label}</span>` : ""}</h2>${tag(tone, word)}</div>
    ${problem ? problemNote(destination, tone, problem, now) : ""}
    <dl class="facts">
      <dt>Waiting</dt><dd>${pending === 0 ? "nothing" : html`<a href="/deliveries?state=pending&destination=${name}">${counted(pending, "message")}</a>, ${in_flight} in flight${oldest ? html`, oldest ${when(oldest, now)}` : ""}`}</dd>
      <dt>Last delivered</dt><dd>${destination.last_delivered_at ? when(destination.last_delivered_at, now) : "nothing yet"}${destination.proves === "accepted" ? html` <span class="soft small">(taken by a relay in between; whether it is shown, nobody tells)</span>` : ""}</dd>
      <dt>Counted</dt><dd>${countsFact(destination)}</dd>
      ${destination.broken_since ? html`<dt>Without answer</dt><dd>for ${lengthOf(now - Date.parse(destination.broken_since)) ?? "a moment"}</dd>` : ""}
      ${destination.failures > 0 ? html`<dt>Breaker</dt><dd>${counted(destination.failures, "failure")} in a row${destination.failures > 1 ? ": one message at a time tries whether it is back" : ""}</dd>` : ""}
      ${paceFact(destination, now)}
      ${budgetFacts(destination, now)}
      ${failoverFact(destination)}
      ${destination.detail === "simple" ? html`<dt>Detail</dt><dd>simple: title, severity, link and id</dd>` : ""}
      ${destination.unknown > 0 ? html`<dt>In doubt</dt><dd>${destination.unknown}: sent again without knowing whether the first got there, so each may stand twice on the wall</dd>` : ""}
    </dl>
    ${destination.settings === undefined ? "" : html`<details><summary>Settings (secrets by name)</summary>${settingsBlock(destination)}</details>`}
    <div class="buttons">
      ${isUsable && mayTest ? testForm(name) : ""}
      ${isUsable ? html`<a class="button" href="/destinations/${name}/preview">Preview every layout<span class="skip"> of ${name}</span></a>` : ""}
      <a class="button" href="/deliveries?destination=${name}">Deliveries<span class="skip"> to ${name}</span></a>
    </div>
  </article>`;
}

function problemNote(destination: DestinationItem, tone: Tone, problem: string, now: number): Html {
  const { closed_until: until, state } = destination;
  const words = state === "broken" ? line(problem, 600) : `${capital(reasonWords(problem))}.`;
  return html`<p class="note ${tone === "bad" ? "bad" : "warn"}">${words}${until ? html` Next try ${when(until, now)}.` : ""}</p>`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function countsFact({ name, counts: { planned, delivered, merged, pending, dead, own } }: DestinationItem): Html {
  const list = (state: string, count: number): Html | string =>
    count === 0 ? `0 ${state}` : html`<a href="/deliveries?state=${state}&destination=${name}">${thousands(count)} ${state}</a>`;
  return html`${thousands(planned)} planned: ${list("delivered", delivered)}, ${list("merged", merged)}, ${list("pending", pending)}, ${list("dead", dead)}. ${thousands(own)} of its own.`;
}

function failoverFact({ failover, failed_over: copied }: DestinationItem): Html | string {
  if (!failover) return "";
  const { to, failures, after } = failover;
  const link = html`<a href="#${to}">${to}</a>`;
  if (copied > 0) return html`<dt>Failover</dt><dd>${link} shows ${counted(copied, "alert")} in its place, until it answers</dd>`;
  return html`<dt>Failover</dt><dd>${link}, after ${failures} failures in a row or ${after} without a success</dd>`;
}

const settingsBlock = ({ type, rate, digest, ping, detail, template, failover, priority, can, settings }: DestinationItem): Html =>
  jsonBlock({ type, rate, digest, ping, detail, template, failover, priority, ...Object(settings), can });

const testForm = (name: string): Html => html`<form method="post" action="/destinations/${name}/test">
    <button>Send a test message<span class="skip"> to ${name}</span></button>
  </form>`;
