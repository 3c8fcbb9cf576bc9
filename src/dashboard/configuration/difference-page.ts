// What differs between two revisions, and the page before going back to one.
import { html } from "hono/html";
import type { Planned } from "../../admin/queries/config.ts";
import type { Tried } from "../../admin/queries/editing.ts";
import type { Change } from "../../config/changes.ts";
import type { Revision } from "../../store/config-state.ts";
import { stateName } from "../../store/config-state.ts";
import { type Html, line, when } from "../frame/parts.ts";
import { diffView } from "./diff.ts";
import { ORIGIN_WORDS } from "./page.ts";
import { changesView, triedView } from "./parts.ts";

/** One side: a revision, with its text as it may be shown. */
export interface Side {
  revision: Pick<Revision, "revision" | "applied_at" | "origin" | "author">;
  text: string | undefined;
}

/** The page of a difference. `changes`: absent where one of the texts is not valid any more. */
export const differencePage = (
  from: Side,
  to: Side,
  changes: readonly Change[] | undefined,
  now: number,
): Html => html`<h1>Revision ${from.revision.revision} to ${to.revision.revision}</h1>
  <ul class="rows card">${[from, to].map(({ revision }) => html`<li>${about(revision, now)}</li>`)}</ul>
  ${changes ? html`<section class="card"><h2>What changed</h2>${changesView(changes)}</section>` : ""}
  <section class="card"><h2>In the text</h2>${from.text === undefined || to.text === undefined ? html`<p class="note bad">One of the texts can no longer be read.</p>` : diffView(from.text, to.text)}</section>
  <div class="buttons"><a class="button" href="/configuration">All revisions</a></div>`;

const about = ({ revision, applied_at: at, origin, author }: Side["revision"], now: number): Html =>
  html`<strong>Revision ${revision}</strong>: ${ORIGIN_WORDS[origin]} by ${line(author ?? "unknown", 80)}, ${when(at, now)}`;

interface Back {
  to: Side;
  before: string | undefined;
  planned: Planned;
  tried: Tried;
  isRefused: boolean;
  now: number;
}

/** The page before going back. */
export function rollbackPage({ to, before, planned, tried, isRefused, now }: Back): Html {
  const { plan, present } = planned;
  const { revision } = to.revision;
  const isLost = tried.comparison.lost > 0;
  return html`<h1>Go back to revision ${revision}?</h1>
  ${isRefused ? html`<p class="note bad" role="alert">Nothing was applied: critical alerts that reached somebody would reach nobody.</p>` : html`<p class="note">Nothing is changed yet. Its text would be applied as revision ${present.revision + 1}; the revisions in between stay in the list.</p>`}
  <p>${about(to.revision, now)}</p>
  ${plan.same ? html`<p class="note good">It is in effect already: there is nothing to apply.</p>` : ""}
  <section class="card"><h2>What changes</h2>${changesView(plan.changes)}${before === undefined || to.text === undefined ? "" : html`<details open><summary>In the text</summary>${diffView(before, to.text)}</details>`}</section>
  <section class="card"><h2>Tried on stored alerts</h2>${triedView(tried, now)}</section>
  <div class="proposed">
    ${plan.same || !isLost ? "" : html`<label class="choice"><input type="checkbox" form="apply" name="confirm" value="lost" required>Go back all the same: those critical alerts may reach nobody</label>`}
    <div class="buttons">
    ${plan.same ? "" : html`<form method="post" action="/configuration/revisions/${revision}/rollback" id="apply"><input type="hidden" name="state" value="${stateName(present)}"><input type="hidden" name="apply" value="yes"><button class="main">Go back to revision ${revision}</button></form>`}
    <a class="button" href="/configuration">Leave it as it is</a>
    </div>
  </div>`;
}
