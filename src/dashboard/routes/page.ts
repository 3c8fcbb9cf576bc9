// The page /routes: where alerts come from, a row each.
import { html } from "hono/html";
import type { HealthCheck } from "../../admin/queries/health.ts";
import type { RouteItem } from "../../admin/queries/routes.ts";
import type { SeriesAnswer } from "../../admin/queries/series.ts";
import { SPANS } from "../../series/series.ts";
import { type Html, line, tag, when } from "../frame/parts.ts";
import { ROUTE_WORDS } from "../frame/words.ts";
import { perMinute, thousands } from "../overview/numbers.ts";

/** What the page shows. `sums`: what came in the last hour, by route; null where nobody can tell them apart. */
export interface Shown {
  routes: RouteItem[];
  checks: readonly HealthCheck[];
  sums: SeriesAnswer["routes"];
  mayConfigure: boolean;
  now: number;
}

/** Whether a route is silent for too long, as the last sweep saw it. */
export const isSilent = (checks: readonly HealthCheck[], name: string): boolean =>
  checks.some(({ check, state, subject }) => check === "source_silent" && state !== "ok" && subject === name);

/** The page. */
export function routesPage({ routes, checks, sums, mayConfigure, now }: Shown): Html {
  return html`<div class="head"><h1>Routes</h1>${mayConfigure ? html`<div class="buttons"><a class="button" href="/configuration/edit">Add one in the text</a></div>` : ""}</div>
  <p class="soft">Each route is one address that one source posts to, with its own rules.</p>
  ${
    routes.length === 0
      ? html`<p class="note">No route is configured, so nothing can come in. Add one with <code>npx tocsin routes add --source TYPE</code>: it makes the address and says what to do on the vendor's side.</p>`
      : html`<section class="card"><h2 class="unseen">All routes</h2><table class="folds">
    <thead><tr><th scope="col">Route</th><th scope="col">State</th><th scope="col">Last event</th><th scope="col" class="number">Events a minute</th><th scope="col" class="number">Received</th><th scope="col" class="number">Refused</th><th scope="col" class="number">Being decided</th><th scope="col" class="number">Rules</th></tr></thead>
    <tbody>${routes.map((route) => row(route, checks, sums, now))}</tbody></table>
    <p class="soft small">Events a minute: over the last hour.</p></section>`
  }`;
}

function row(route: RouteItem, checks: readonly HealthCheck[], sums: SeriesAnswer["routes"], now: number): Html {
  const { name, label, source, state, problem, last_event_at: last, counts, backlog, rules } = route;
  const [tone, word] = ROUTE_WORDS[state];
  const received = sums?.find((sum) => sum.name === name)?.received ?? 0;
  return html`<tr id="${name}">
    <th scope="row"><a href="/routes/${name}">${name}</a> <span class="soft small">${label ?? source ?? ""}</span></th>
    <td data-label="State"><span>${tag(tone, word)}${isSilent(checks, name) ? html` ${tag("warn", "silent")}` : ""}${problem ? html`<br><span class="small">${line(problem, 300)}</span>` : ""}</span></td>
    <td data-label="Last event">${last ? when(last, now) : html`<span class="soft">none yet</span>`}</td>
    <td data-label="A minute" class="number">${sums === null ? "–" : perMinute(received, SPANS["1h"].ms)}</td>
    <td data-label="Received" class="number"><a href="/log?route=${name}">${thousands(counts.received)}</a></td>
    <td data-label="Refused" class="number">${counts.refused > 0 ? html`<a href="/log?outcome=refused&route=${name}">${thousands(counts.refused)}</a>` : "0"}</td>
    <td data-label="Being decided" class="number">${thousands(backlog)}</td>
    <td data-label="Rules" class="number">${rules.length > 0 ? html`<a href="/rules?route=${name}">${rules.length}</a>` : state === "ok" || state === "disabled" ? tag("warn", "none") : "–"}</td>
  </tr>`;
}
