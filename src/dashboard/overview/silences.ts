// What is hidden just now, so that nobody wonders why it is quiet. Everything else about silences has its own page.
import { html } from "hono/html";
import type { SilenceItem } from "../../admin/queries/silences.ts";
import { type Html, line, tag, when } from "../frame/parts.ts";
import { hiddenWords, stateWord } from "../silences/words.ts";

/** The card; nothing while nothing is silenced. `more`: there are older ones. */
export function silencesCard(silences: readonly SilenceItem[], more: boolean, now: number): Html {
  if (silences.length === 0) return html``;
  return html`<section class="card" aria-labelledby="silences">
    <div class="head"><h2 id="silences">Silences</h2><a href="/silences">${more ? "All silences" : "More"}</a></div>
    <ul class="rows">${silences.map((one) => silenceRow(one, now))}</ul>
  </section>`;
}

function silenceRow(silence: SilenceItem, now: number): Html {
  const { id, state, comment, from, until, ceiling, owner, problem } = silence;
  const [tone, word] = problem === undefined ? stateWord(silence, true) : (["bad", "hides nothing"] as const);
  return html`<li class="row plain pair">
    <a class="title" href="/silences#silence-${id}">${line(comment)}</a>${tag(tone, word)}
    <span class="more meta small soft">
      <span>${state === "upcoming" ? html`begins ${when(from, now)}, ` : ""}ends ${when(until, now)}</span>
      <span>up to ${ceiling}</span><span>by ${line(owner, 80)}</span><span>${hiddenWords(silence)}</span>
    </span>
  </li>`;
}
