// A route's address, which is a credential: it stands here only where somebody asked for it.
import { html } from "hono/html";
import { type Html, when } from "../frame/parts.ts";
import type { Shown } from "./route-page.ts";

/** How long a former address may go on being accepted. */
export const KEEPS = [
  ["7d", "7 days"],
  ["1d", "1 day"],
  ["30d", "30 days"],
  ["0s", "not at all: the address leaked"],
] as const;

/** The card. */
export function addressCard({ route, id, base, state, may, now }: Shown): Html {
  const { name, former = [], state: how } = route;
  return html`<section class="card" id="address"><h2>Address</h2>
    ${id === undefined ? hidden(name, may.configure) : shown(`${base}/hooks/${id}`)}
    ${former.length > 0 ? html`<h3>Former ones</h3><ul class="small">${former.map(({ until }) => html`<li>${Date.parse(until) > now ? "still accepted, ends" : "no longer accepted, ended"} ${when(until, now)}</li>`)}</ul>` : ""}
    ${may.configure && (how === "ok" || how === "disabled") ? rotateForm(name, state) : ""}
  </section>`;
}

const hidden = (name: string, mayConfigure: boolean): Html =>
  mayConfigure
    ? html`<p class="soft small">Whoever knows it can post alerts. That you looked stands in the audit log.</p>
      <form method="post" action="/routes/${name}/address"><button>Show the address</button></form>`
    : html`<p class="soft small">Whoever knows it can post alerts: to see it needs the role configure.</p>`;

const shown = (address: string): Html => html`<pre tabindex="0" class="address">${address}</pre>
    <div class="buttons"><button type="button" hidden data-copy="${address}">Copy</button></div>
    <p class="soft small">Whoever knows it can post alerts. It is gone from here when you leave the page.</p>`;

const rotateForm = (name: string, state: string): Html => html`<details><summary>Give it a fresh address</summary>
    <form method="post" action="/routes/${name}/act"><input type="hidden" name="state" value="${state}">
      <label>The old one is accepted for <select name="keep">${KEEPS.map(([value, word]) => html`<option value="${value}">${word}</option>`)}</select></label>
      <div class="buttons"><button name="act" value="rotate">Rotate the address…</button></div>
    </form></details>`;
