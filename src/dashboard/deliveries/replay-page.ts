// Before many are replayed: how many, where to, of what they died.
import { html } from "hono/html";
import type { DeadCount } from "../../admin/queries/replay.ts";
import { counted } from "../../lib/text.ts";
import { type Html, when } from "../frame/parts.ts";
import { reasonWords } from "../frame/words.ts";
import { deliveryLink } from "./parts.ts";
import { beforeReplay } from "./replay-words.ts";

/** The page /deliveries/replay: what a filter finds. `most`: so many go at once. */
export function replayPage(found: { count: number; items: DeadCount[] }, filter: URLSearchParams, most: number, now: number): Html {
  const { count, items } = found;
  const back = html`<a class="button" href="/deliveries?${new URLSearchParams([["state", "dead"], ...filter])}">See them</a>`;
  if (count === 0)
    return html`<h1>Replay</h1><p class="note good">No dead delivery is like that. There is nothing to do.</p><p><a href="/deliveries">To the deliveries</a></p>`;
  return html`<h1>Replay ${dead(count)}?</h1>
  <section class="card" aria-labelledby="which">
    <h2 id="which">Which</h2>
    <table class="folds">
      <thead><tr><th scope="col">Destination</th><th scope="col">Died of</th><th scope="col" class="number">How many</th><th scope="col">Oldest</th><th scope="col">Before that</th></tr></thead>
      <tbody>${items.map((item) => row(item, now))}</tbody>
    </table>
    ${chosenBy(filter)}
  </section>
  <section class="card" aria-labelledby="then">
    <h2 id="then">What happens</h2>
    <p>Each sends its alert's latest version. Where the destination shows that already, nothing is sent. They go at the destination's pace, critical alerts first.</p>
    ${count > most ? html`<p>${most} go at once; then you are asked to go on.</p>` : ""}
    <form method="post" action="/deliveries/replay">
      ${[...filter].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      <div class="buttons"><button class="main">Replay ${count > most ? `the newest ${most}` : dead(count)}</button>${back}</div>
    </form>
  </section>`;
}

const dead = (count: number): string => (count === 1 ? "1 dead delivery" : `${count} dead deliveries`);

const row = ({ destination, reason, count, oldest_at }: DeadCount, now: number): Html => html`<tr>
    <td data-label="Destination"><a href="/destinations#${destination}">${destination}</a></td>
    <td data-label="Died of">${reason === "" ? "unknown" : reasonWords(reason)}</td>
    <td data-label="How many" class="number"><a href="/deliveries?${new URLSearchParams({ state: "dead", destination, ...(reason === "" ? {} : { reason }) })}">${count}</a></td>
    <td data-label="Oldest">${when(oldest_at, now)}</td>
    <td data-label="Before that" class="small">${beforeReplay(reason) ?? ""}</td>
  </tr>`;

const FILTER_WORDS: Record<string, string> = {
  destination: "destination",
  reason: "reason",
  kind: "kind",
  from: "not before",
  to: "not after",
};

const chosenBy = (filter: URLSearchParams): Html =>
  filter.size === 0
    ? html`<p class="soft small">All that are dead, whatever their destination.</p>`
    : html`<p class="soft small">Chosen by ${[...filter].map(([name, value]) => `${FILTER_WORDS[name] ?? name} ${value}`).join(", ")}.</p>`;

/** The page for those that were chosen one by one. `back`: the list that they were chosen from. */
export const chosenPage = (ids: readonly string[], back: string): Html => html`<h1>Replay ${dead(ids.length)}?</h1>
  <section class="card" aria-labelledby="which">
    <h2 id="which">${counted(ids.length, "message")} that you chose</h2>
    <ul class="small">${ids.map((id) => html`<li>${deliveryLink(id, html`<code>${id}</code>`)}</li>`)}</ul>
    <p>Each sends its alert's latest version. Where the destination shows that already, nothing is sent.</p>
    <form method="post" action="/deliveries/replay-chosen">
      <input type="hidden" name="back" value="${back}">
      ${ids.map((id) => html`<input type="hidden" name="id" value="${id}">`)}
      <div class="buttons"><button class="main">Replay ${dead(ids.length)}</button><a class="button" href="${back}">Back</a></div>
    </form>
  </section>`;
