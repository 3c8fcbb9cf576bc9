// Why an alert went where it did, beside what the rules in effect would do with the same events. Nothing is sent or changed.
import { html } from "hono/html";
import type { Explanation } from "../../admin/answers/explain.ts";
import type { TraceStep } from "../../ledger/interface.ts";
import { counted, utcTime } from "../../lib/text.ts";
import { alertLink, type Html, line, tag } from "../frame/parts.ts";
import { END_TONES } from "../frame/words.ts";
import { eventPath } from "./timeline.ts";
import { lastReason, traceList } from "./trace.ts";

type Explained = Explanation["events"][number];

/** Events that stand there at once. */
const MOST_OPEN = 20;

/** The page /alerts/{id}/explain. */
export function explainPage(explained: Explanation): Html {
  const { alert, revision, route_known: isKnown, shown_by: shown, would_show: would, differs, beyond } = explained;
  const events = explained.events.toReversed();
  const [first, rest] = [events.slice(0, MOST_OPEN), events.slice(MOST_OPEN)];
  const rows = (list: Explained[]): Html => html`<ol class="rows">${list.map((event) => eventRow(String(alert.id), event))}</ol>`;
  return html`<div class="stack alert-head">
    <p class="small meta"><a href="/alerts/${encodeURIComponent(alert.id)}">Back to the alert</a></p>
    <h1>What the present rules would do</h1>
    <p><bdi>${alertLink(alert.id, line(alert.title) || "Untitled alert")}</bdi></p>
  </div>
  ${isKnown ? "" : html`<p class="note warn">The configuration has no route ${alert.route}, or it is disabled: it would tell nobody.</p>`}
  ${verdict(differs, would)}
  <section class="card" aria-labelledby="whom">
    <h2 id="whom">Who shows it</h2>
    <dl class="facts">
      <dt>As it went</dt><dd>${namesOf(shown)}</dd>
      <dt>${revision ? `By revision ${revision}` : "By the present rules"}</dt><dd>${would === null ? "not tried: a rule raised this alert itself" : namesOf(would)}</dd>
    </dl>
    ${beyond.length > 0 ? html`<p class="soft small">${beyond.map((name) => `“${line(name, 100)}”`).join(", ")} ${beyond.length === 1 ? "looks" : "look"} beyond this alert. Here ${beyond.length === 1 ? "it" : "they"} saw no other one.</p>` : ""}
  </section>
  <section class="card" aria-labelledby="events">
    <h2 id="events">Event by event <span class="soft">newest first</span></h2>
    ${rows(first)}
    ${rest.length > 0 ? html`<details><summary>${counted(rest.length, "older event")}</summary>${rows(rest)}</details>` : ""}
  </section>`;
}

function verdict(differs: boolean, would: readonly string[] | null): Html {
  if (would === null) return html``;
  return differs
    ? html`<p class="note warn"><strong>It would go another way now.</strong> What differs is marked below.</p>`
    : html`<p class="note good"><strong>It would go the same way again.</strong></p>`;
}

const namesOf = (names: readonly string[]): Html | string =>
  names.length === 0 ? "nobody" : html`${names.map((name) => html`<a href="/destinations#${name}">${name}</a> `)}`;

function eventRow(alert: string, { id, kind, type, received_at: at, end, to, trace, would, differs }: Explained): Html {
  return html`<li>
    <div class="meta"><h3><a href="${eventPath(alert, id)}">${kind}</a></h3><span class="soft small"><bdi>${line(type, 60)}</bdi></span><span class="soft small">${utcTime(at)}</span>${differs ? tag("warn", "differs") : ""}</div>
    <div class="halves">
      ${side("As it went", { end, to, trace })}
      ${would === null ? html`<div><h4>Now</h4><p class="soft small">No source sent it: rules are not asked about it.</p></div>` : side("Now", would)}
    </div>
  </li>`;
}

function side(title: string, { end, to, trace }: Pick<Explained, "end" | "to" | "trace">): Html {
  const steps = trace as TraceStep[];
  const reason = lastReason(steps);
  return html`<div><h4>${title}</h4>
    <p class="meta small">${tag(END_TONES[end], end)}${to.length > 0 ? html`<span>begins at ${to.join(", ")}</span>` : ""}</p>
    ${reason ? html`<p class="small why"><bdi>${reason}</bdi></p>` : ""}
    <details><summary class="small">${counted(steps.length, "decision")}</summary>${traceList(steps)}</details>
  </div>`;
}
