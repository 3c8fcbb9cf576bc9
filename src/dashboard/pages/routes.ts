// The page /routes: what comes in, by which rules it goes out, and a test of both.
import { html } from "hono/html";
import type { RuleTable } from "../../admin/config-words.ts";
import type { RouteItem } from "../../admin/queries/routes.ts";
import { SEVERITIES } from "../../alert.ts";
import { type Html, jsonBlock, line, tag, when } from "../parts.ts";
import { PROOF_WORDS, ROUTE_WORDS } from "../words.ts";

/** The page /routes. */
export const routesPage = (routes: RouteItem[], now: number): Html => html`<h1>Routes</h1>
  ${routes.length === 0 ? html`<p class="note">No route is configured.</p>` : routes.map((route) => routeCard(route, now))}`;

function routeCard(route: RouteItem, now: number): Html {
  const { name, state, problem, label, proof = [], enrich = [], last_event_at: last, backlog, counts } = route;
  const [tone, word] = ROUTE_WORDS[state];
  return html`<article class="card" id="${name}">
    <div class="head"><h2>${name}</h2>${tag(tone, word)}</div>
    ${problem ? html`<p class="note bad">${line(problem, 600)}</p>` : ""}
    <dl class="facts">
      ${label ? html`<dt>Source</dt><dd>${label}</dd>` : ""}
      ${proof.length > 0 ? html`<dt>Sender proves</dt><dd>${proof.map((one) => PROOF_WORDS[one]).join(", and ")}</dd>` : ""}
      ${enrich.length > 0 ? html`<dt>Indicators</dt><dd>looked up at ${enrich.join(", ")}</dd>` : ""}
      <dt>Last event</dt><dd>${last ? when(last, now) : "none yet"}</dd>
      <dt>Being decided</dt><dd>${backlog}</dd>
      <dt>Counted</dt><dd>${counts.received} received: ${counts.accepted} accepted, ${counts.duplicate} duplicate, ${counts.test} test, ${counts.ignored} ignored. ${counts.refused > 0 ? html`<a href="/log?outcome=refused&route=${name}">${counts.refused} refused</a>` : "None refused"}.</dd>
    </dl>
    ${rulesTable(route)}
    ${settingsOf(route)}
    ${state === "ok" || state === "disabled" ? testForm(route) : ""}
  </article>`;
}

function rulesTable({ rules, state }: RouteItem): Html {
  if (state === "broken" || state === "removed") return html``;
  if (rules.length === 0) return html`<p class="note warn">No rules: its alerts are counted as unmatched, and nobody is told.</p>`;
  return html`<table class="folds">
    <thead><tr><th scope="col">Rule</th><th scope="col">When</th><th scope="col">To</th></tr></thead>
    <tbody>${rules.map(ruleRow)}</tbody>
  </table>`;
}

const ruleRow = ({ name, enabled, when: condition, to, stop, ...told }: RuleTable): Html => html`<tr>
    <td data-label="Rule"><span>${line(name)} ${enabled ? "" : tag("calm", "disabled")}${stop ? tag("calm", "stops here") : ""}${toldWords(told).map((word) => tag("calm", word))}</span></td>
    <td data-label="When">${condition ? html`<code>${line(condition, 1_000)}</code>` : "always"}</td>
    <td data-label="To">${Array.isArray(to) ? to.join(", ") : html`<ul>${Object.entries(to).map(([severity, names]) => html`<li>${severity}: ${names.join(", ")}</li>`)}</ul>`}</td>
  </tr>`;

/** What the rule sets in place of the destinations' own. */
const toldWords = ({ detail, template, ping }: Pick<RuleTable, "detail" | "template" | "ping">): string[] => [
  ...(detail ? [`detail ${detail}`] : []),
  ...(template ? ["own template"] : []),
  ...(ping ? ["own ping"] : []),
];

function settingsOf({ settings, auth, console: base, default_severity, shards }: RouteItem): Html {
  if (settings === undefined) return html``;
  return html`<details><summary>Settings (secrets by name)</summary>${jsonBlock({ auth, console: base, default_severity, shards, ...Object(settings) })}</details>`;
}

const testForm = ({ name, default_severity }: RouteItem): Html => html`<form method="post" action="/routes/${name}/test">
    <div class="buttons">
      <label>Test with severity <select name="severity">${SEVERITIES.map((one) => html`<option${one === default_severity ? html` selected` : ""}>${one}</option>`)}</select></label>
      <button>Send a test alert</button>
      <button name="dry_run" value="true">Show what would be sent</button>
    </div>
  </form>`;
