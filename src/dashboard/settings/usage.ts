// What of the platform's daily limits is used.
import { html } from "hono/html";
import type { Usage } from "../../admin/queries/usage.ts";
import { NEARLY } from "../../watch/budget.ts";
import { type Html, tag, words } from "../frame/parts.ts";

/** The card; where nobody counts it says why. */
export function usageCard({ plan, day, items }: Usage): Html {
  return html`<section class="card" aria-labelledby="usage">
    <h2 id="usage">Cloudflare's limits</h2>
    ${items ? table(items, day) : html`<p>${plan === "free" ? "Today's use is not known yet: it is counted from the day's first sweep on, where every part of the relay answers." : "The relay counts as on a paid plan, which has no daily limits to watch."}</p>`}
    <p class="soft small">${plan === "free" ? "An estimate from the relay's own counters: other Workers of the account share these limits and are not in it." : html`On the free plan, write <code>plan = "free"</code> under <code>[relay]</code>: then its daily limits are watched and told before they are used up.`}</p>
  </section>`;
}

const table = (items: NonNullable<Usage["items"]>, day: string): Html => html`<table class="folds">
    <thead><tr><th scope="col">Since 00:00 UTC of ${day}</th><th scope="col" class="number">Used</th><th scope="col" class="number">Limit</th><th scope="col">Share</th></tr></thead>
    <tbody>${items.map(row)}</tbody>
  </table>`;

function row({ name, used, limit }: NonNullable<Usage["items"]>[number]): Html {
  const share = used / limit;
  const percent = `${share > 0 && share < 0.01 ? "under 1" : Math.round(share * 100)} %`;
  return html`<tr>
    <td data-label="What">${words(name)}</td>
    <td data-label="Used" class="number">${used.toLocaleString("en")}</td>
    <td data-label="Limit" class="number">${limit.toLocaleString("en")}</td>
    <td data-label="Share"><span class="share-of"><meter min="0" max="${limit}" high="${NEARLY * limit}" value="${Math.min(used, limit)}" aria-label="${words(name)}">${percent}</meter> ${share >= NEARLY ? tag(share >= 1 ? "bad" : "warn", percent) : percent}</span></td>
  </tr>`;
}
