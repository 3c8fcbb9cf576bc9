// The page /configuration: what is in effect, and how it came to be.
import { html } from "hono/html";
import type { RevisionItem } from "../../admin/queries/revisions.ts";
import type { ConfigState } from "../../store/config-state.ts";
import { type Html, line, pager, tag, when } from "../frame/parts.ts";

/** What the page shows. `text`: as it may be shown, for those who may see it; undefined where it cannot be read. */
export interface Shown {
  state: Pick<ConfigState, "revision">;
  found: { items: RevisionItem[]; next: string | null };
  text: string | undefined;
  mayConfigure: boolean;
  url: URL;
  now: number;
}

/** What each origin is called. */
export const ORIGIN_WORDS: Record<RevisionItem["origin"], string> = { file: "a file", edit: "an edit", rollback: "a roll back" };

/** The page. */
export function configurationPage({ state, found, text, mayConfigure, url, now }: Shown): Html {
  return html`<div class="head"><h1>Configuration</h1>
    ${mayConfigure ? html`<div class="buttons"><a class="button main" href="/configuration/edit">Edit the text</a><a class="button" href="/api/config" download="tocsin.toml">Download it, with the routes' ids</a></div>` : ""}</div>
  <p class="soft">${state.revision === 0 ? "Nothing was applied yet." : html`In effect: revision ${state.revision}.`} Every change of a rule, a route or a destination is a revision of its own.</p>
  <section class="card"><h2>Revisions</h2>${revisionsTable(found.items, mayConfigure, now)}</section>
  ${pager(url, found.next)}
  ${mayConfigure ? textCard(text) : html`<p class="note">The text itself needs the role configure.</p>`}`;
}

function revisionsTable(items: readonly RevisionItem[], mayConfigure: boolean, now: number): Html {
  if (items.length === 0) return html`<p class="empty">None yet. A configuration that is applied stands here: who, when and what.</p>`;
  const mayCompare = mayConfigure && items.length > 1;
  const table = html`<table class="folds">
    <thead><tr><th scope="col">Revision</th><th scope="col">Applied</th><th scope="col">By</th><th scope="col">From</th>${mayCompare ? html`<th scope="col">Compare</th><th scope="col"><span class="unseen">What to do</span></th>` : ""}</tr></thead>
    <tbody>${items.map((item, index) => revisionRow(item, index, items, mayCompare, now))}</tbody></table>`;
  if (!mayCompare) return table;
  return html`<form method="get" action="/configuration/difference" id="compare"></form>${table}
    <div class="buttons"><button form="compare">Show what differs</button></div>`;
}

const revisionRow = (item: RevisionItem, index: number, all: readonly RevisionItem[], mayCompare: boolean, now: number): Html => {
  const { revision, applied_at: at, origin, author, current } = item;
  const earlier = all[index + 1]?.revision ?? revision - 1;
  return html`<tr id="revision-${revision}">
    <td data-label="Revision"><span>${mayCompare && revision > 1 ? html`<a href="/configuration/difference?from=${earlier}&to=${revision}" aria-label="Revision ${revision}: what it changed">${revision}</a>` : revision} ${current ? tag("good", "in effect") : ""}</span></td>
    <td data-label="Applied">${when(at, now)}</td>
    <td data-label="By">${line(author ?? "unknown", 80)}</td>
    <td data-label="From">${ORIGIN_WORDS[origin]}</td>
    ${
      mayCompare
        ? html`<td data-label="Compare"><span class="pair-choice">${radio("from", revision, index === 1, "before")}${radio("to", revision, index === 0, "after")}</span></td>
    <td data-label="">${current ? "" : html`<form method="post" action="/configuration/revisions/${revision}/rollback"><button class="slim">Go back to it…</button></form>`}</td>`
        : ""
    }
  </tr>`;
};

const radio = (name: string, revision: number, isChosen: boolean, word: string): Html =>
  html`<label class="choice small"><input type="radio" form="compare" name="${name}" value="${revision}"${isChosen ? html` checked` : ""}>${word}<span class="unseen"> is revision ${revision}</span></label>`;

const textCard = (text: string | undefined): Html => html`<section class="card"><h2>The text</h2>
    ${
      text === undefined
        ? html`<p class="note bad">The text cannot be read. Apply one that can.</p>`
        : html`<p class="soft small">Ids of routes and plain secrets are hidden.</p><pre tabindex="0" class="whole">${text}</pre>`
    }</section>`;
