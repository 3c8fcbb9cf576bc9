// The pages behind a message's links: what the message was about, and one button. Nothing of the alert stands here that no message shows.
import { html } from "hono/html";
import { type Scope, SPANS } from "../../admin/queries/acts.ts";
import type { Alert } from "../../alert.ts";
import type { Silence } from "../../config/model.ts";
import { placesOf } from "../../destinations/facts.ts";
import { utcTime } from "../../lib/text.ts";
import { barePage } from "../frame/layout.ts";
import { type Html, line, severityTag, statusTag, when, words } from "../frame/parts.ts";

/** What both pages are made of. `problem`: why the form that was sent did nothing. */
interface Given {
  alert: Alert;
  now: number;
  problem?: string;
}

/** The page to take an alert in hand. */
export const acknowledgePage = (given: Given): Html =>
  actPage("Acknowledge", given, given.alert.status === "new" ? acknowledgeForm() : taken(given.alert));

function taken({ status, status_label }: Alert): Html {
  const label = line(status_label, 120);
  const more = label === "" || label === status ? "" : ` (${label})`;
  return html`<p class="note good" role="status">Nothing is left to do here: the alert is ${words(status)}${more}.</p>`;
}

const acknowledgeForm = (): Html => html`<form method="post">
  <p>Everybody who sees the alert will see that somebody has taken it in hand; nobody is reminded of it any more.</p>
  ${nameField()}
  ${commentField()}
  <div class="buttons"><button class="main">Acknowledge</button></div>
</form>`;

/** The page to silence an alert. `alike`: whether there is a rule and a host to tell others by. */
export function silencePage(given: Given, silenced: { silence: Silence; scope: Scope } | undefined, alike: boolean): Html {
  const { alert } = given;
  if (silenced) return actPage("Silence", given, quiet(silenced.silence, silenced.scope, given.now));
  return actPage("Silence", given, alert.status === "resolved" ? taken(alert) : silenceForm(alert, alike));
}

function quiet({ until, owner, comment }: Silence, scope: Scope, now: number): Html {
  const what = scope === "alike" ? "Alerts of this rule on this host are silent" : "This alert is silent";
  return html`<p class="note good" role="status">${what} until ${utcTime(new Date(until).toISOString())} (${when(until, now)}).
    ${line(owner, 120)}: ${line(comment, 200)}</p>`;
}

function silenceForm(alert: Alert, alike: boolean): Html {
  const where = placesOf(alert);
  const others = alike
    ? html`<label class="choice"><input type="radio" name="scope" value="alike"> All alerts of ${line(alert.rule?.name ?? "", 120)} on ${where ?? "this host"}</label>`
    : "";
  return html`<form method="post">
  <fieldset><legend>Silence</legend>
    <label class="choice"><input type="radio" name="scope" value="alert" checked> This alert only</label>
    ${others}
  </fieldset>
  <label>For how long<select name="span">${SPANS.map((span) => html`<option value="${span}">${SPAN_WORDS[span]}</option>`)}</select></label>
  ${nameField()}
  ${commentField()}
  <p class="soft small">Nothing worse than ${alert.severity} is silenced, and the end of what is shown is always told.</p>
  <div class="buttons"><button class="main">Silence</button></div>
</form>`;
}

const SPAN_WORDS: Record<(typeof SPANS)[number], string> = { "1h": "1 hour", "4h": "4 hours", "24h": "24 hours" };

const nameField = (): Html => html`<label>Your name (optional)<input name="name" maxlength="60" autocomplete="name"></label>`;
const commentField = (): Html => html`<label>Comment (optional)<textarea name="comment" maxlength="1000"></textarea></label>`;

function actPage(title: string, { alert, now, problem }: Given, content: Html): Html {
  const place = placesOf(alert);
  return barePage(
    title,
    html`<section class="card stack act">
      <div class="meta">${severityTag(alert)}${statusTag(alert.status)}<span class="soft small">${when(alert.last_seen, now)}</span></div>
      <div><h1>${line(alert.title) || "Untitled alert"}</h1>${place ? html`<p class="soft">${place}</p>` : ""}</div>
      ${problem ? html`<p class="note bad" role="alert">${problem}</p>` : ""}
      ${content}
    </section>`,
  );
}

/** The page of a link whose time is over. */
export const expiredPage = (): Html =>
  barePage(
    "Too late",
    html`<section class="card"><h1>Too late</h1>
      <p>This link worked for seven days after its message. A newer message of the alert has a newer link; so has its page, for those who sign in.</p></section>`,
  );
