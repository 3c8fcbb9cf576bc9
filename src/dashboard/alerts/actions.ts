// What somebody may do to an alert: take it in hand, finish it, say something, silence it.
import { html } from "hono/html";
import { alikeCondition, type Scope, SPANS } from "../../admin/queries/acts.ts";
import type { Alert } from "../../alert.ts";
import { placesOf } from "../../destinations/facts.ts";
import { type Html, line } from "../frame/parts.ts";

/** The cards beside the story. `isSilenced`: nothing is left to silence. */
export function actionCards(alert: Alert, { may, isSilenced }: { may: boolean; isSilenced: boolean }): Html {
  return html`<aside class="stack" aria-label="What to do" id="actions">
    ${may ? statusCard(alert) : ""}
    ${may && alert.status !== "resolved" && !isSilenced ? silenceCard(alert) : ""}
    ${moreCard(alert, may)}
  </aside>`;
}

function statusCard({ id, status }: Alert): Html {
  const isResolved = status === "resolved";
  const isTaken = status === "in_progress";
  return html`<section class="card" aria-labelledby="take">
    <h2 id="take">Take it up</h2>
    <form method="post" action="/alerts/${encodeURIComponent(id)}/status">
      <label>Comment (optional)<textarea name="comment" maxlength="2000"></textarea></label>
      <div class="buttons">
        ${isTaken || isResolved ? "" : html`<button class="main" name="status" value="in_progress">Acknowledge</button>`}
        ${isResolved ? html`<button name="status" value="new">Reopen</button>` : html`<button name="status" value="resolved"${isTaken ? html` class="main"` : ""}>Resolve</button>`}
        <button name="status" value="">Comment only</button>
      </div>
    </form>
    <p class="soft small">What you set stands until the source reports another status, and goes to every destination that shows the alert.</p>
  </section>`;
}

/** For how long, in words. */
export const SPAN_WORDS: Record<(typeof SPANS)[number], string> = { "1h": "1 hour", "4h": "4 hours", "24h": "24 hours" };

function silenceCard(alert: Alert): Html {
  const alike =
    alikeCondition(alert) === undefined
      ? undefined
      : `Alerts of “${line(alert.rule?.name ?? "", 80)}” on ${placesOf(alert) ?? "this host"}`;
  const choice = (scope: Scope, text: string, checked = false): Html =>
    html`<label class="choice"><input type="radio" name="scope" value="${scope}"${checked ? html` checked` : ""}> <bdi>${text}</bdi></label>`;
  return html`<section class="card" aria-labelledby="hush">
    <h2 id="hush">Silence it</h2>
    <form method="post" action="/alerts/${encodeURIComponent(alert.id)}/silence">
      <fieldset><legend>What</legend>${choice("alert", "This alert alone", true)}${alike ? choice("alike", alike) : ""}</fieldset>
      <label>For how long<select name="span">${SPANS.map((span) => html`<option value="${span}">${SPAN_WORDS[span]}</option>`)}</select></label>
      <label>Why<input name="comment" maxlength="1000" placeholder="a drill, known, being mended …"></label>
      <div class="buttons"><button>Silence</button></div>
    </form>
    <p class="soft small">Nothing worse than ${alert.severity} is silenced, and the end of what is shown is always told.</p>
  </section>`;
}

function moreCard(alert: Alert, may: boolean): Html {
  const condition = alikeCondition(alert) ?? `alert.id == ${JSON.stringify(alert.id)}`;
  return html`<section class="card" aria-labelledby="more">
    <h2 id="more">More</h2>
    <ul class="links">
      <li><a href="/alerts/${encodeURIComponent(alert.id)}/explain">What the present rules would do with it</a></li>
      <li><a href="/alerts?route=${encodeURIComponent(alert.route)}">Alerts of the route ${alert.route}</a></li>
      ${may ? html`<li><a href="/silences/new?when=${encodeURIComponent(condition.toWellFormed())}&route=${encodeURIComponent(alert.route)}&ceiling=${alert.severity}">A silence of your own making</a></li>` : ""}
    </ul>
  </section>`;
}
