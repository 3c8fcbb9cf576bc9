// The page /rules: the rules of all routes in the order in which they are asked, and what may be done with each.
import { html } from "hono/html";
import type { RouteItem } from "../../admin/queries/routes.ts";
import { counted } from "../../lib/text.ts";
import { choice, type Html, line, tag, when } from "../frame/parts.ts";
import { type FoundRule, type RuleSearch, rulesFound } from "./found.ts";
import { gateWords, whomLines } from "./words.ts";

/** What the page shows. `state`: the configuration's, for the forms. */
export interface Shown {
  routes: RouteItem[];
  search: RuleSearch;
  destinations: string[];
  state: string;
  mayConfigure: boolean;
  now: number;
}

/** The page. */
export function rulesPage({ routes, search, destinations, state, mayConfigure, now }: Shown): Html {
  const found = rulesFound(routes, search);
  const count = found.reduce((sum, { rules }) => sum + rules.length, 0);
  return html`<div class="head"><h1>Rules</h1><div class="buttons"><a class="button" href="/rules/try">Try an alert</a>${mayConfigure && routes.length > 0 ? html`<a class="button main" href="/rules/new${search.route ? `?route=${encodeURIComponent(search.route)}` : ""}">New rule</a>` : ""}</div></div>
  ${routes.length === 0 ? html`<p class="note">No route is configured, so there are no rules. <a href="/configuration/edit">Add one in the text</a>, or with <code>npx tocsin routes add</code>.</p>` : filterForm(routes, search, destinations)}
  ${routes.length > 0 && count === 0 && isSearching(search) ? html`<p class="note">No rule is like that. <a href="/rules">Show all</a></p>` : ""}
  ${isSearching(search) && count > 0 ? html`<p class="soft" role="status">${counted(count, "rule")} found. The numbers are their places among all rules of their route.</p>` : ""}
  ${found.map(({ route, rules }) => routeCard(route, rules, { state, mayConfigure, now }))}`;
}

const isSearching = ({ route, source, to, q, is }: RuleSearch): boolean => Boolean(route || source || to || q || is);

function filterForm(routes: readonly RouteItem[], search: RuleSearch, destinations: readonly string[]): Html {
  const sources = [...new Set(routes.flatMap(({ source }) => source ?? []))].sort();
  const names = routes.filter(({ state }) => state !== "removed").map(({ name }) => name);
  return html`<form method="get" action="/rules" class="card filter one-line" role="search">
    <label class="wide">Condition, name or gate<input type="search" name="q" value="${search.q ?? ""}" autocomplete="off" spellcheck="false"></label>
    ${choice("source", "Source", sources, search.source ?? null)}
    ${choice("route", "Route", names, search.route ?? null)}
    ${choice("to", "Tells", destinations, search.to ?? null, "anybody")}
    <label>Is<select name="is">${IS.map(([value, word]) => html`<option value="${value}"${value === (search.is ?? "") ? html` selected` : ""}>${word}</option>`)}</select></label>
    <button>Search</button>
  </form>`;
}

const IS = [
  ["", "on or off"],
  ["on", "switched on"],
  ["off", "switched off"],
  ["never", "never matched"],
] as const;

interface Around {
  state: string;
  mayConfigure: boolean;
  now: number;
}

function routeCard(route: RouteItem, rules: readonly FoundRule[], around: Around): Html {
  const { name, label, state, problem } = route;
  return html`<section class="card" id="route-${name}" aria-labelledby="head-${name}">
    <div class="head"><h2 id="head-${name}"><a href="/routes/${name}">${name}</a> ${state === "disabled" ? tag("calm", "disabled") : ""}</h2><span class="soft small">${label ?? ""}</span></div>
    ${state === "broken" ? html`<p class="note bad">${line(problem ?? "Its configuration is broken.", 600)} Its rules are not asked.</p>` : ""}
    ${route.rules.length === 0 && state !== "broken" ? html`<p class="note warn">No rules: its alerts are counted as unmatched, and nobody is told.${around.mayConfigure ? html` <a href="/rules/new?route=${encodeURIComponent(name)}">Add one</a>` : ""}</p>` : ""}
    ${rules.length === 0 ? "" : html`<ol class="rules">${rules.map((found) => ruleItem(route, found, around))}</ol>`}
  </section>`;
}

function ruleItem(route: RouteItem, { rule, place }: FoundRule, { state, mayConfigure, now }: Around): Html {
  const { name, enabled, when: condition, matched, last_matched_at: last } = rule;
  const gates = gateWords(rule);
  return html`<li class="rule${enabled ? "" : " off"}" id="rule-${route.name}-${place}">
    <span class="place" title="Asked as number ${place}"><span class="unseen">Number </span>${place}</span>
    <div class="what">
      <h3>${mayConfigure ? html`<a href="${editLink(route.name, name)}">${line(name)}</a>` : line(name)} ${enabled ? "" : tag("calm", "switched off")}</h3>
      <dl class="facts tight">
        <dt>When</dt><dd>${condition === undefined ? "every alert" : html`<code class="condition">${line(condition, 2_000)}</code>`}</dd>
        <dt>Tells</dt><dd>${whomLines(rule).map((whom) => html`<div>${line(whom)}</div>`)}</dd>
        ${gates.length > 0 ? html`<dt>How</dt><dd>${gates.map((gate) => html`<div>${line(gate, 600)}</div>`)}</dd>` : ""}
      </dl>
    </div>
    <div class="how-often small">${matchedWords(matched, last, now)}</div>
    ${mayConfigure ? actions(route, { rule, place }, state) : ""}
  </li>`;
}

const matchedWords = (matched: number, last: string | null, now: number): Html =>
  matched === 0
    ? html`<span class="soft">never matched</span>`
    : html`<strong>${matched.toLocaleString("en")}</strong> matched ${last ? html`<br><span class="soft">last ${when(last, now)}</span>` : ""}`;

/** The address of a rule's form. */
export const editLink = (route: string, rule: string): string =>
  `/rules/edit?route=${encodeURIComponent(route)}&rule=${encodeURIComponent(rule.toWellFormed())}`;

function actions(route: RouteItem, { rule, place }: FoundRule, state: string): Html {
  const button = (act: string, word: string): Html => html`<button name="act" value="${act}" class="slim">${word}</button>`;
  return html`<form method="post" action="/rules/act" class="acts" aria-label="What to do with ${line(rule.name)}">
    <input type="hidden" name="route" value="${route.name}"><input type="hidden" name="rule" value="${rule.name}"><input type="hidden" name="state" value="${state}">
    <a class="button slim" href="${editLink(route.name, rule.name)}">Change</a>
    ${rule.enabled ? button("disable", "Switch off") : button("enable", "Switch on")}
    <details><summary>More<span class="unseen"> for ${line(rule.name)}</span></summary><div class="more">
      ${button("duplicate", "Duplicate")}
      ${place > 1 ? button("up", "Move up") : ""}
      ${place < route.rules.length ? button("down", "Move down") : ""}
      ${button("remove", "Remove")}
    </div></details>
  </form>`;
}
