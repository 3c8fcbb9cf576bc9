// What is hidden for a while: silences that are active or to come, what they hid so far, and the end of them.
import { html } from "hono/html";
import type { SilenceItem } from "../../admin/queries/silences.ts";
import { counted } from "../../lib/text.ts";
import { type Html, line, tag, when } from "../parts.ts";

/** The card of the first page; nothing while nothing is silenced. `more`: there are older ones. */
export function silencesCard(silences: readonly SilenceItem[], more: boolean, now: number): Html {
  if (silences.length === 0) return html``;
  return html`<section class="card" aria-labelledby="silences">
    <h2 id="silences">Silences</h2>
    <ul class="rows">${silences.map((one) => silenceRow(one, now))}</ul>
    ${more ? html`<p class="soft small">There are older ones: <code>npx tocsin silences list</code></p>` : ""}
  </section>`;
}

function silenceRow(silence: SilenceItem, now: number): Html {
  const { id, state, comment, when: condition, from, until, recur, ceiling, owner, routes, problem } = silence;
  const stands = problem === undefined ? tag(state === "active" ? "warn" : "calm", state) : tag("bad", "hides nothing");
  const begins = state === "upcoming" ? html`begins ${when(from, now)}, ` : "";
  const again = recur === null ? "" : `, only ${recur.days.join(" ")} ${recur.from}-${recur.to} ${recur.zone}`;
  return html`<li class="row plain pair">
    <span class="title">${line(comment)}</span>${stands}
    <span class="more meta small soft">
      <code>${line(condition)}</code>
      ${problem === undefined ? "" : html`<span>${line(problem)}</span>`}
      <span>${begins}ends ${when(until, now)}${again}</span>
      <span>up to ${ceiling}${routes === null ? "" : `, routes ${routes.join(", ")}`}</span>
      <span>by ${line(owner, 80)}</span>
      <span>${hid(silence)}</span>
      <form method="post" action="/silences/${encodeURIComponent(id)}/end"><button>End it</button></form>
    </span>
  </li>`;
}

function hid({ hidden }: SilenceItem): string {
  if (hidden === null) return "nobody can say what it hid: a part of the relay does not answer";
  return hidden.events === 0 ? "hid nothing so far" : `hid ${counted(hidden.events, "event")} of ${counted(hidden.alerts, "alert")}`;
}
