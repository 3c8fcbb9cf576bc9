// What a change of the configuration would do, with the button that does it; and why one was not made.
import { html } from "hono/html";
import type { Proposal } from "../../admin/queries/editing.ts";
import type { ConfigRefusal } from "../../config/check.ts";
import type { ConfigState } from "../../store/config-state.ts";
import { stateName } from "../../store/config-state.ts";
import { type Html, line, when } from "../frame/parts.ts";
import { diffView } from "./diff.ts";
import { changesView, placedIn, problemsView, triedView } from "./parts.ts";
import type { Wish } from "./proposal.ts";

/** Fields that a person does not see. */
export const hiddenFields = (fields: readonly (readonly [name: string, value: string])[]): Html =>
  html`${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;

interface Shown {
  proposal: Proposal;
  /** As they may be shown; undefined where one cannot be read. */
  before: string | undefined;
  after: string | undefined;
  wish: Wish;
  seen: string;
  now: number;
  /** It was to be applied, and was not: critical alerts would reach nobody. */
  isRefused: boolean;
}

/** The page before a change. */
export function proposalPage({ proposal, before, after, wish, seen, now, isRefused }: Shown): Html {
  const { planned, tried } = proposal;
  const { plan } = planned;
  const { lost } = tried.comparison;
  return html`<h1>${line(wish.title)}</h1>
  ${isRefused ? html`<p class="note bad" role="alert">Nothing was applied: critical alerts that reached somebody would reach nobody.</p>` : plan.same ? html`<p class="note good">It is so already: there is nothing to apply.</p>` : html`<p class="note">Nothing is changed yet. This is what it would do.</p>`}
  ${
    plan.same
      ? ""
      : html`<section class="card"><h2>What changes</h2>
    ${changesView(plan.changes)}
    ${before === undefined || after === undefined ? "" : html`<details open><summary>In the text</summary>${diffView(before, after)}</details>`}
  </section>
  <section class="card"><h2>Tried on stored alerts</h2>${triedView(tried, now)}</section>`
  }
  ${plan.warnings.length > 0 ? html`<section class="card"><h2>Warnings</h2>${problemsView(plan.warnings, after)}</section>` : ""}
  ${plan.drift.length > 0 ? html`<section class="card"><h2>Changed in the database by hand</h2><p>Since revision ${plan.revision}. It stays as it is now unless the text says otherwise.</p>${changesView(plan.drift)}</section>` : ""}
  <div class="proposed">
    ${plan.same || lost === 0 ? "" : html`<label class="choice"><input type="checkbox" form="apply" name="confirm" value="lost" required>Apply all the same: those critical alerts may reach nobody</label>`}
    <div class="buttons">
    ${plan.same ? "" : html`<form method="post" action="${wish.again.action}" id="apply">${hiddenFields([...wish.again.fields, ["state", seen], ["apply", "yes"]])}<button class="main">Apply as a new revision</button></form>`}
    ${wish.edit ? html`<form method="post" action="${wish.edit.action}">${hiddenFields([...wish.again.fields, ...(wish.edit.fields ?? []), ["state", seen]])}<button>${wish.edit.text}</button></form>` : ""}
    <a class="button" href="${wish.back.href}">${wish.back.text}</a>
    </div>
  </div>`;
}

interface Stale {
  seen: string;
  present: ConfigState;
  wish: Wish;
  now: number;
}

/** The page where somebody was faster. */
export function stalePage({ seen, present, wish, now }: Stale): Html {
  const { revision, last } = present;
  const [since = 0] = seen.split(".").map(Number);
  const isByHand = revision === since;
  return html`<h1>Somebody changed the configuration meanwhile</h1>
  <p class="note warn" role="alert">Nothing was applied. ${
    isByHand
      ? html`Rows were changed in the database by hand since you opened the page.`
      : html`It is now at revision ${revision}${last ? html`, by ${line(last.author ?? "somebody", 80)}, ${when(last.applied_at, now)}` : ""}; you began with revision ${since}.`
  }</p>
  <div class="buttons">
    <form method="post" action="${wish.again.action}">${hiddenFields([...wish.again.fields, ["state", stateName(present)]])}<button class="main">See what yours would do now</button></form>
    ${isByHand || since < 1 ? "" : html`<a class="button" href="/configuration/difference?from=${since}&to=${revision}">See what they changed</a>`}
    <a class="button" href="${wish.back.href}">${wish.back.text}</a>
  </div>
  <p class="soft">What you asked for is kept: <strong>${line(wish.title)}</strong>.</p>`;
}

/** The page where the relay refuses what was asked for. */
export const wrongPage = (reason: ConfigRefusal, text: string | undefined, wish: Wish): Html => html`<h1>${line(wish.title)}</h1>
  <div class="note bad" role="alert"><p>It cannot be applied: the configuration would be wrong.</p>${problemsView(placedIn(reason), text)}</div>
  <div class="buttons"><a class="button" href="${wish.back.href}">${wish.back.text}</a><a class="button" href="/configuration/edit">Edit the text</a></div>`;

/** The page where the text is written in a way that cannot be edited piece by piece. */
export const formPage = (wish: Pick<Wish, "title" | "back">, sentence: string): Html => html`<h1>${line(wish.title)}</h1>
  <p class="note bad" role="alert">${sentence}</p>
  <div class="buttons"><a class="button" href="/configuration/edit">Edit the text</a><a class="button" href="${wish.back.href}">${wish.back.text}</a></div>`;
