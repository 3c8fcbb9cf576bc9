// The page /rules/try: a stored alert, or a payload as its vendor sends it, against the rules. Nothing is sent.
import { html } from "hono/html";
import type { Explanation } from "../../admin/answers/explain.ts";
import type { PayloadTried } from "../../admin/answers/try.ts";
import { counted } from "../../lib/text.ts";
import { alertLink, type Html, line, severityTag, statusTag, tag, when, words } from "../frame/parts.ts";
import { requestText } from "../frame/test-report.ts";
import { END_TONES } from "../frame/words.ts";
import { decisionsList } from "./decisions.ts";

/** What was asked, and what came of it. */
export interface Shown {
  routes: readonly string[];
  alert: string;
  route: string;
  payload: string;
  /** Why there is no answer. */
  problem?: string;
  explained?: Explanation;
  tried?: PayloadTried;
  now: number;
}

/** The page. */
export function tryPage({ routes, alert, route, payload, problem, explained, tried, now }: Shown): Html {
  return html`<h1>Try an alert against the rules</h1>
  <p class="soft">Every rule and gate is asked as it would be now. Nothing is sent, stored or asked of anybody.</p>
  <div class="cards two">
    <form method="get" action="/rules/try" class="card"><h2>A stored alert</h2>
      <label>Its id<input name="alert" value="${alert}" placeholder="prod.0123456789abcdef01234567" autocomplete="off" spellcheck="false" required></label>
      <p class="soft small">It stands on the alert's page, under “How it stands”.</p>
      <div class="buttons"><button class="${payload === "" ? "main" : ""}">Explain it</button></div></form>
    <form method="post" action="/rules/try#answer" class="card"><h2>A payload</h2>
      <label>Route<select name="route">${routes.map((name) => html`<option${name === route ? html` selected` : ""}>${name}</option>`)}</select></label>
      <label>A body as the source sends it<textarea name="payload" class="code" rows="8" spellcheck="false" required>${payload}</textarea></label>
      <div class="buttons"><button class="${payload === "" ? "" : "main"}">Show what would become of it</button></div></form>
  </div>
  <div id="answer" class="stack">
  ${problem ? html`<p class="note bad" role="alert">${line(problem, 700)}</p>` : ""}
  ${explained ? explanationView(explained, now) : ""}
  ${tried ? payloadView(tried, now) : ""}
  </div>`;
}

function explanationView(explained: Explanation, now: number): Html {
  const { alert, events, shown_by: shownBy, would_show: would, differs, beyond, route_known: isKnown } = explained;
  return html`<section class="card"><h2>${alertLink(alert.id, line(alert.title) || "Untitled alert")}</h2>
    <div class="meta">${severityTag(alert)}${statusTag(alert.status)}<a href="/routes/${alert.route}">${alert.route}</a></div>
    <dl class="facts"><dt>Shown by</dt><dd>${shownBy.join(", ") || "nobody"}</dd>
      <dt>By the rules now</dt><dd>${
        would === null
          ? "a rule raised it itself: what it would do now depends on the events behind it"
          : html`<strong>${would.join(", ") || "nobody"}</strong> ${differs ? tag("warn", "differs from what happened") : tag("good", "the same")}`
      }</dd></dl>
    ${isKnown ? "" : html`<p class="note bad">There is no such route any more, or it is disabled: nobody would see it.</p>`}
    ${beyond.length > 0 ? html`<p class="soft small">Tried with this alert alone, though these look at others too: ${beyond.map((name) => line(name)).join(", ")}.</p>` : ""}
  </section>
  ${events.map(
    ({ kind, type, received_at: at, end, trace, would: then, differs: other }) => html`<section class="card">
      <div class="head"><h3>${words(kind)} <span class="soft small">${line(type)}</span></h3><span class="small">${tag(END_TONES[end], end)} ${when(at, now)}</span></div>
      ${decisionsList(trace)}
      ${then && other ? html`<h4>By the rules now</h4><p>${tag(END_TONES[then.end], then.end)}</p>${decisionsList(then.trace)}` : ""}
      ${then && !other ? html`<p class="soft small">By the rules now it would end the same.</p>` : ""}
    </section>`,
  )}`;
}

function payloadView(tried: PayloadTried, now: number): Html {
  const { route, enabled, tests, ignored, alerts, events, told, messages } = tried;
  return html`<section class="card"><h2>Who would be told</h2>
    ${enabled ? "" : html`<p class="note warn">The route <a href="/routes/${route}">${route}</a> is disabled: it answers 404 now.</p>`}
    ${tests > 0 ? html`<p>${counted(tests, "test message")} of the vendor: counted, shown to nobody.</p>` : ""}
    ${ignored.map((reason) => html`<p>Ignored: ${line(reason, 300)}.</p>`)}
    ${
      told.length === 0
        ? html`<p class="note ${alerts.length > 0 ? "warn" : ""}">Nobody.</p>`
        : html`<table class="folds"><thead><tr><th scope="col">Destination</th><th scope="col">When</th><th scope="col">What</th></tr></thead><tbody>${told.map(
            ({ at, destination, kind, title, text }) =>
              html`<tr><td data-label="Destination"><strong>${destination}</strong></td><td data-label="When">${Date.parse(at) - now < 1_500 ? "at once" : when(at, now)}</td><td data-label="What">${KINDS[kind]}${text ? html`: ${line(text, 300)}` : html` of “${line(title)}”`}</td></tr>`,
          )}</tbody></table><p class="soft small">If nothing else came, within 8 days.</p>`
    }
  </section>
  ${alerts.map(
    (alert) => html`<section class="card"><h2>${line(alert.title) || "Untitled alert"}</h2>
      <div class="meta">${severityTag(alert)}${statusTag(alert.status)}</div>
      ${alert.summary ? html`<p>${line(alert.summary, 600)}</p>` : ""}
      ${events.filter((event) => event.alert === alert.id).map(({ type, end, trace }) => html`<h3>${line(type)} ${tag(END_TONES[end], end)}</h3>${decisionsList(trace)}`)}
    </section>`,
  )}
  ${messages.length > 0 ? html`<div class="cards">${messages.map(messageCard)}</div>` : ""}`;
}

function messageCard(message: PayloadTried["messages"][number]): Html {
  const { destination, problem, says } = message;
  const [head = "", ...rest] = says;
  return html`<article class="card"><h2>${destination}</h2>
    ${problem ? html`<p class="note bad">It would not get out: ${line(problem, 400)}.</p>` : ""}
    <div class="message"><p><strong>${line(head, 400)}</strong></p>${rest.map((one) => html`<p>${line(one, 1_000)}</p>`)}</div>
    <details><summary class="small">What would be sent<span class="unseen"> to ${destination}</span></summary><pre tabindex="0">${requestText(message)}</pre></details>
  </article>`;
}

const KINDS: Record<PayloadTried["told"][number]["kind"], string> = {
  create: "first message",
  update: "update",
  resolve: "end",
  reopen: "reopening",
  digest: "in a digest",
  reminder: "reminder",
};
