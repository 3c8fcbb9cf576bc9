// The page /destinations: how each one is doing, and a test.
import { html } from "hono/html";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import { counted } from "../../lib/text.ts";
import { type Html, jsonBlock, lengthOf, line, tag, when } from "../parts.ts";
import { DESTINATION_WORDS, reasonWords } from "../words.ts";

/** The page /destinations. */
export const destinationsPage = (destinations: DestinationItem[], now: number): Html => html`<h1>Destinations</h1>
  ${destinations.length === 0 ? html`<p class="note">No destination is configured.</p>` : destinations.map((one) => destinationCard(one, now))}`;

function destinationCard(destination: DestinationItem, now: number): Html {
  const { name, state, label, problem, pending, in_flight, oldest_pending_at: oldest, counts } = destination;
  const [tone, word] = DESTINATION_WORDS[state];
  return html`<article class="card" id="${name}">
    <div class="head"><h2>${name}</h2>${tag(tone, word)}</div>
    ${problem ? html`<p class="note ${tone === "bad" ? "bad" : "warn"}">${problemText(destination, problem)}${destination.closed_until ? html` Next try ${when(destination.closed_until, now)}.` : ""}</p>` : ""}
    <dl class="facts">
      ${label ? html`<dt>Type</dt><dd>${label}</dd>` : ""}
      <dt>Pending</dt><dd>${pending === 0 ? "nothing" : html`<a href="/deliveries?state=pending&destination=${name}">${pending}</a>, ${in_flight} in flight${oldest ? html`, oldest ${when(oldest, now)}` : ""}`}</dd>
      <dt>Last delivered</dt><dd>${destination.last_delivered_at ? when(destination.last_delivered_at, now) : "nothing yet"}${destination.proves === "accepted" ? html` <span class="soft small">(taken by a relay in between; whether it is shown, nobody tells)</span>` : ""}</dd>
      <dt>Counted</dt><dd>${counts.planned} planned: ${counts.delivered} delivered, ${counts.merged} merged, ${counts.pending} pending, ${counts.dead > 0 ? html`<a href="/deliveries?state=dead&destination=${name}">${counts.dead} dead</a>` : "0 dead"}. ${counts.own} of its own.</dd>
      ${destination.broken_since ? html`<dt>Without answer</dt><dd>for ${lengthOf(now - Date.parse(destination.broken_since)) ?? "a moment"}</dd>` : ""}
      ${failoverFact(destination)}
      ${budgetFact(destination)}
      ${destination.detail === "simple" ? html`<dt>Detail</dt><dd>simple: title, severity, link and id</dd>` : ""}
      ${destination.slowed_until ? html`<dt>Pace</dt><dd>lowered for another ${lengthOf(Date.parse(destination.slowed_until) - now) ?? "moment"}: it asked to wait although its pace was kept</dd>` : ""}
      ${destination.failures > 0 ? html`<dt>Failures in a row</dt><dd>${destination.failures}</dd>` : ""}
      ${destination.unknown > 0 ? html`<dt>In doubt</dt><dd>${destination.unknown}: sent again without knowing whether the first got there, so each may stand twice on the wall</dd>` : ""}
    </dl>
    ${destination.settings === undefined ? "" : html`<details><summary>Settings (secrets by name)</summary>${settingsBlock(destination)}</details>`}
    ${destination.type && state !== "broken" ? testForm(name) : ""}
  </article>`;
}

function failoverFact({ failover, failed_over: copied }: DestinationItem): Html | string {
  if (!failover) return "";
  const { to, failures, after } = failover;
  const link = html`<a href="#${to}">${to}</a>`;
  if (copied > 0) return html`<dt>Failover</dt><dd>${link} shows ${counted(copied, "alert")} in its place, until it answers</dd>`;
  return html`<dt>Failover</dt><dd>${link}, after ${failures} failures in a row or ${after} without a success</dd>`;
}

function budgetFact({ shares_budget_with: others = [], priority }: DestinationItem): Html | string {
  if (others.length === 0) return "";
  return html`<dt>Budget</dt><dd>shared with ${others.join(", ")}, which use the same credential; its priority in it is ${priority}</dd>`;
}

const problemText = ({ state }: DestinationItem, problem: string): string =>
  state === "broken" ? line(problem, 600) : `${capital(reasonWords(problem))}.`;
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const settingsBlock = ({ type, rate, digest, ping, detail, template, failover, priority, can, settings }: DestinationItem): Html =>
  jsonBlock({ type, rate, digest, ping, detail, template, failover, priority, ...Object(settings), can });

const testForm = (name: string): Html => html`<form method="post" action="/destinations/${name}/test">
    <div class="buttons"><button>Send a test message</button><button name="dry_run" value="true">Show what would be sent</button></div>
  </form>`;
