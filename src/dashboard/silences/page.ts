// The page /silences: what is hidden, until when, by whom, and how much it came to.
import { html } from "hono/html";
import type { SilenceItem } from "../../admin/queries/silences.ts";
import { type Html, line, pager, tag, when } from "../frame/parts.ts";
import { hiddenWords, hoursWords, stateWord } from "./words.ts";

/** What the page shows. */
export interface SilencesView {
  /** Those that have not ended. */
  open: SilenceItem[];
  ended: { items: SilenceItem[]; next: string | null };
  /** Ids of those that recur and are within their hours. */
  withinHours: ReadonlySet<string>;
  url: URL;
  mayEnd: boolean;
  now: number;
}

/** The page /silences. */
export function silencesPage({ open, ended, withinHours, url, mayEnd, now }: SilencesView): Html {
  const group = (title: string, items: SilenceItem[]): Html =>
    items.length === 0 ? html`` : card(title, items, { withinHours, mayEnd, now });
  return html`<div class="head"><h1>Silences</h1>${mayEnd ? html`<a class="button" href="/silences/new">Make a silence</a>` : ""}</div>
  ${open.length === 0 ? nothing() : ""}
  ${group(
    "In effect",
    open.filter(({ state, recur }) => state === "active" && recur === null),
  )}
  ${group(
    "Recurring",
    open.filter(({ state, recur }) => state === "active" && recur !== null),
  )}
  ${group(
    "Coming",
    open.filter(({ state }) => state === "upcoming"),
  )}
  ${group("Ended", ended.items)}
  ${pager(url, ended.next)}`;
}

const nothing = (): Html =>
  html`<p class="note">Nothing is silenced: every alert that a rule sends anywhere is told. A silence hides what fits a condition for a while; what still matters is told when it ends.</p>`;

interface Options {
  withinHours: ReadonlySet<string>;
  mayEnd: boolean;
  now: number;
}

function card(title: string, items: SilenceItem[], options: Options): Html {
  const id = title.toLowerCase().replace(" ", "-");
  return html`<section class="card" aria-labelledby="${id}">
    <h2 id="${id}">${title} <span class="soft">${items.length}</span></h2>
    <ul class="rows">${items.map((item) => row(item, options))}</ul>
  </section>`;
}

function row(item: SilenceItem, { withinHours, mayEnd, now }: Options): Html {
  const { id, state } = item;
  return html`<li id="silence-${id}">
    <div class="head"><h3>${line(item.comment, 300)}</h3>${mayEnd && state !== "ended" ? html`<a href="/silences/${id}/end">End …<span class="skip"> the silence ${line(item.comment, 80)}</span></a>` : ""}</div>
    ${silenceFacts(item, withinHours.has(id), now)}
  </li>`;
}

/** What there is to say of one. */
export function silenceFacts(item: SilenceItem, hidesNow: boolean, now: number): Html {
  const { state, ceiling, owner, created_by, created_at, routes, recur, problem } = item;
  const [tone, word] = problem === undefined ? stateWord(item, hidesNow) : (["bad", "hides nothing"] as const);
  const by = line(created_by, 120) === line(owner, 120) ? line(owner, 120) : `${line(owner, 120)}, made by ${line(created_by, 120)}`;
  return html`<p class="meta">${tag(tone, word)}<span>${times(item, now)}</span>${recur === null ? "" : html`<span>${hoursWords(recur)}</span>`}<span>up to ${ceiling}</span><span>${routes === null ? "every route" : routes.map((route) => line(route, 63)).join(", ")}</span></p>
  ${problem === undefined ? "" : html`<p class="note bad small">What it names is not there any more: ${line(problem, 400)}.</p>`}
  <pre class="condition" tabindex="0">${item.when}</pre>
  <p class="meta small soft"><span>${hiddenWords(item)}</span><span>${by}</span><span>made ${when(created_at, now)}</span>${state === "ended" ? "" : html`<span><code>${item.id}</code></span>`}</p>`;
}

function times({ state, from, until, ended_at }: SilenceItem, now: number): Html {
  if (ended_at !== null) return html`ended by hand ${when(ended_at, now)}`;
  if (state === "ended") return html`ended ${when(until, now)}`;
  if (state === "upcoming") return html`begins ${when(from, now)}, ends ${when(until, now)}`;
  return html`ends ${when(until, now)}`;
}

/** The page before one is ended. */
export function endPage(item: SilenceItem, hidesNow: boolean, now: number): Html {
  if (item.state === "ended")
    return html`<h1>This silence has ended</h1><section class="card"><h2>${line(item.comment, 300)}</h2>${silenceFacts(item, hidesNow, now)}</section><p><a href="/silences">To the silences</a></p>`;
  return html`<h1>End this silence?</h1>
  <section class="card"><h2>${line(item.comment, 300)}</h2>${silenceFacts(item, hidesNow, now)}</section>
  <section class="card" aria-labelledby="then">
    <h2 id="then">What happens</h2>
    <p>${item.hidden !== null && item.hidden.events > 0 ? `It ${hiddenWords(item)}. Of these, what is still open is told now; what was resolved meanwhile is not.` : "It hides nothing that waits. From now on, alerts like these are told again."}</p>
    <form method="post" action="/silences/${item.id}/end">
      <div class="buttons"><button class="main">End it now</button><a class="button" href="/silences">Back</a></div>
    </form>
  </section>`;
}
