// The form above the list of alerts: words and severities at once, the rest a fold away.
import { html } from "hono/html";
import { SEVERITIES, STATUSES } from "../../alert.ts";
import { momentField } from "../frame/fields.ts";
import { addressWith, type Html } from "../frame/parts.ts";
import { listed, pills } from "../frame/pills.ts";
import { QUICK_SPANS } from "./search.ts";

/** What there is to choose from. */
export interface Choices {
  routes: string[];
  sources: string[];
}

/** The form. */
export function filterForm(url: URL, { routes, sources }: Choices): Html {
  const one = (name: string): string | null => url.searchParams.get(name);
  const folded = ["route", "source", "observable", "from", "to"];
  const isOpen = folded.some((name) => (one(name) ?? "") !== "");
  return html`<form class="card search" method="get" role="search">
    <div class="line">
      <label class="words">Words<input type="search" name="q" value="${one("q") ?? ""}" maxlength="200" placeholder="host, user, address, rule …"></label>
      <button class="main">Search</button>
    </div>
    <div class="line picks-line">
      ${pills("severity", "Severity", SEVERITIES.toReversed(), listed(url, "severity"))}
      ${pills("status", "Status", STATUSES, listed(url, "status"))}
    </div>
    <details${isOpen ? html` open` : ""}><summary>Route, source, observable, time</summary>
      <div class="fields">
        ${pills("route", "Route", routes, listed(url, "route"))}
        ${pills("source", "Source", sources, listed(url, "source"))}
        <label>Observable, whole<input name="observable" value="${one("observable") ?? ""}" maxlength="200" autocomplete="off" spellcheck="false" placeholder="203.0.113.9"></label>
        ${momentField("from", "From (UTC)", one("from"))}
        ${momentField("to", "To (UTC)", one("to"))}
      </div>
    </details>
    ${one("span") ? html`<input type="hidden" name="span" value="${one("span")}">` : ""}
    ${one("limit") ? html`<input type="hidden" name="limit" value="${one("limit")}">` : ""}
  </form>`;
}

/** Times that end now, as links. */
export function spans(url: URL): Html {
  const bare = { from: undefined, to: undefined, cursor: undefined };
  const isAny = !["span", "from", "to"].some((name) => (url.searchParams.get(name) ?? "") !== "");
  const link = (span: string | undefined, text: string, isOn: boolean): Html =>
    html`<li><a href="${addressWith(url, { ...bare, span })}"${isOn ? html` aria-current="true"` : ""}>${text}</a></li>`;
  return html`<ul class="spans" aria-label="Time">
    ${link(undefined, "any time", isAny)}
    ${QUICK_SPANS.map(([span, text]) => link(span, text, url.searchParams.get("span") === span))}
  </ul>`;
}
