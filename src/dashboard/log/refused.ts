// What was refused in the last hour, above the log: who sends with a wrong secret is seen at once.
import { html } from "hono/html";
import type { RefusedCount } from "../../admin/queries/log.ts";
import { counted } from "../../lib/text.ts";
import { type Html, when } from "../frame/parts.ts";
import { reasonWords } from "../frame/words.ts";
import { refusalAdvice } from "./advice.ts";

/** The summary; a quiet sentence where nothing was refused. `since`: ISO 8601. */
export function refusedCard(refused: RefusedCount[], since: string, now: number): Html {
  if (refused.length === 0) return html`<p class="soft">In the last hour no request was refused.</p>`;
  const all = refused.reduce((sum, { count }) => sum + count, 0);
  return html`<section class="card stripe bad" aria-labelledby="refused">
    <h2 id="refused">${counted(all, "request")} ${all === 1 ? "was" : "were"} refused in the last hour</h2>
    <ul class="rows">${refused.map((one) => item(one, since, now))}</ul>
  </section>`;
}

function item({ route, reason, count, last_at }: RefusedCount, since: string, now: number): Html {
  const filter = new URLSearchParams({ outcome: "refused", route, reason, from: since.replace(/:\d\d\.\d+Z$/, "") });
  const advice = refusalAdvice(reason);
  return html`<li id="refused-${route}-${reason}">
    <div class="meta"><a href="/log?${filter}">${counted(count, "request")}</a><span>to <strong><a href="/routes/${route}">${route}</a></strong>: ${reasonWords(reason)}</span><span class="soft small">last ${when(last_at, now)}</span></div>
    ${advice ? html`<p class="small">${advice}</p>` : ""}
  </li>`;
}
