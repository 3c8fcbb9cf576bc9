// What is stuck: for each destination what waits and why, and what died of what. Numbers lead to the list that they count.
import { html } from "hono/html";
import type { DestinationItem } from "../../admin/queries/destinations.ts";
import type { DeadCount } from "../../admin/queries/replay.ts";
import { counted } from "../../lib/text.ts";
import { type Html, tag, when } from "../frame/parts.ts";
import { DESTINATION_WORDS, reasonWords } from "../frame/words.ts";

/** What the table is made from. */
export interface Stuck {
  destinations: Pick<DestinationItem, "name" | "state" | "problem" | "pending" | "oldest_pending_at" | "closed_until">[];
  dead: DeadCount[];
}

/** The table; a sentence where all is well. `mayReplay`: whether replaying is offered. */
export function stuckCard({ destinations, dead }: Stuck, mayReplay: boolean, now: number): Html {
  const byName = Map.groupBy(dead, ({ destination }) => destination);
  const stuck = destinations.filter(({ name, pending }) => pending > 0 || byName.has(name));
  const gone = [...byName.keys()].filter((name) => !destinations.some((one) => one.name === name));
  if (stuck.length === 0 && gone.length === 0)
    return html`<p class="note good">Nothing waits and nothing is dead: every message got through, or was replaced by a newer one.</p>`;
  return html`<section class="card" aria-labelledby="stuck">
    <div class="head"><h2 id="stuck">What has not got through</h2>${mayReplay && dead.length > 1 ? html`<a href="/deliveries/replay">Replay all dead …</a>` : ""}</div>
    <table class="folds">
      <thead><tr><th scope="col">Destination</th><th scope="col">Waiting</th><th scope="col">Dead, and of what</th></tr></thead>
      <tbody>
        ${stuck.map((one) => row(one.name, waiting(one, now), byName.get(one.name) ?? [], mayReplay, one.state))}
        ${gone.map((name) => row(name, html``, byName.get(name) ?? [], mayReplay, "removed"))}
      </tbody>
    </table>
  </section>`;
}

function row(name: string, waits: Html, dead: DeadCount[], mayReplay: boolean, state: DestinationItem["state"]): Html {
  const [tone, word] = DESTINATION_WORDS[state];
  return html`<tr id="stuck-${name}">
    <td class="tight" data-label="Destination"><span><a href="/destinations#${name}">${name}</a> ${state === "ok" ? "" : tag(tone, word)}</span></td>
    <td data-label="Waiting">${waits}</td>
    <td data-label="Dead">${dead.length === 0 ? "" : html`<ul>${dead.map((one) => cause(one, mayReplay))}</ul>`}</td>
  </tr>`;
}

function waiting(
  { name, state, problem, pending, oldest_pending_at: oldest, closed_until: until }: Stuck["destinations"][number],
  now: number,
) {
  if (pending === 0) return html``;
  const why = state !== "ok" && state !== "broken" && problem !== undefined ? reasonWords(problem) : "";
  return html`<div><a href="/deliveries?${new URLSearchParams({ state: "pending", destination: name })}">${pending} waiting</a>
    <span class="soft small">${oldest === null ? "" : html`the oldest since ${when(oldest, now)}`}${why === "" ? "" : `; ${why}`}${until === null ? "" : html`; next try ${when(until, now)}`}</span></div>`;
}

const cause = ({ destination, reason, count }: DeadCount, mayReplay: boolean): Html => {
  const filter = new URLSearchParams({ destination, ...(reason === "" ? {} : { reason }) });
  return html`<li class="meta"><a href="/deliveries?${new URLSearchParams([["state", "dead"], ...filter])}">${counted(count, "message")}</a>
    <span>${reason === "" ? "for no reason that is known" : reasonWords(reason)}</span>
    ${mayReplay ? html`<a class="small" href="/deliveries/replay?${filter}">Replay …<span class="skip"> what ${destination} did not get: ${reason}</span></a>` : ""}</li>`;
};
