// Pieces of pages about changes of the configuration: what differs key by key, what is wrong with a text, what stored alerts say.
import { html } from "hono/html";
import { TRIED_DAYS, type Tried } from "../../admin/queries/editing.ts";
import { changeLines, changesInWords } from "../../config/change-lines.ts";
import type { Change } from "../../config/changes.ts";
import type { ConfigRefusal } from "../../config/check.ts";
import { type PlacedProblem, placedProblems } from "../../config/toml.ts";
import { counted } from "../../lib/text.ts";
import type { AlertDifference } from "../../simulate/compare.ts";
import { alertLink, type Html, line, when } from "../frame/parts.ts";

const SIGN_WORDS = { "+": "added", "-": "removed", "~": "changed" } as const;

/** What differs, in values that may be shown. */
export function changesView(changes: readonly Change[]): Html {
  if (changes.length === 0) return html`<p class="soft">Nothing but the text itself, such as a comment.</p>`;
  return html`<p><strong>${capital(changesInWords(changes))}.</strong></p>
    <ul class="changed small">${changeLines(changes).map(
      ({ sign, depth, text }) =>
        html`<li class="deep-${depth} ${SIGN_WORDS[sign]}"><span class="sign"><span aria-hidden="true">${sign}</span><span class="unseen">${SIGN_WORDS[sign]}</span></span> <code>${line(text, 700)}</code></li>`,
    )}</ul>`;
}

/** Everything that is wrong with a text, or what warns of it, each with its line as it stands there. */
export function problemsView(problems: readonly PlacedProblem[], text: string | undefined): Html {
  const lines = text?.split("\n") ?? [];
  return html`<ul class="problems">${problems.map(
    ({ key, line: at, message }) => html`<li>
      <strong>Line ${at}${key === "" ? "" : html`, <code>${line(key)}</code>`}:</strong> ${line(message, 700)}
      ${lines[at - 1]?.trim() ? html`<pre tabindex="0">${lines[at - 1]}</pre>` : ""}
    </li>`,
  )}</ul>`;
}

/** The same from a refusal. */
export function placedIn(reason: ConfigRefusal): PlacedProblem[] {
  switch (reason.kind) {
    case "unreadable": {
      const { message, line: at = 1, column = 1 } = reason.reason;
      return [{ key: "", line: at, column, message }];
    }
    case "wrong":
      return placedProblems(reason.problems, reason.file.locate);
  }
}

/** What the change would have done to the alerts of the last days. */
export function triedView({ comparison, whole }: Tried, now: number): Html {
  const { alerts, events, destinations, differing, examples, lost, lost_examples: lostExamples, split } = comparison;
  if (alerts === 0)
    return html`<p class="soft">No stored alert of the last ${TRIED_DAYS} days is touched: either no rule changes, or their routes had none.</p>`;
  return html`<p>${counted(alerts, "alert")} with ${counted(events, "event")} of the last ${TRIED_DAYS} days, through the rules in effect and through these: <strong>${differing === 0 ? "the same people would be told" : `${counted(differing, "alert")} would be told otherwise`}</strong>.</p>
    ${whole ? "" : html`<p class="note warn">Not all stored alerts were tried: there are too many to wait for. <code>npx tocsin backtest FILE</code> tries all of them.</p>`}
    ${split.length > 0 ? html`<p class="soft small">Of ${split.join(", ")} the alerts were tried in parts: windows and groups count each part by itself.</p>` : ""}
    ${lost > 0 ? html`<div class="note bad"><p><strong>${counted(lost, "critical alert")} that reached somebody would reach nobody:</strong></p>${differences(lostExamples.slice(0, MOST_SHOWN), now)}${lost > MOST_SHOWN ? html`<p>and ${lost - MOST_SHOWN} more</p>` : ""}</div>` : ""}
    ${destinations.length === 0 ? "" : destinationsTable(destinations)}
    ${examples.length === 0 ? "" : html`<details><summary>Alerts that would be told otherwise</summary>${differences(examples.slice(0, MOST_SHOWN), now)}${differing > MOST_SHOWN ? html`<p class="soft small">The worst ${Math.min(MOST_SHOWN, examples.length)} of ${differing}.</p>` : ""}</details>`}`;
}

const MOST_SHOWN = 20;

const destinationsTable = (destinations: Tried["comparison"]["destinations"]): Html => html`<table class="folds">
    <thead><tr><th scope="col">Destination</th><th scope="col" class="number">Messages now</th><th scope="col" class="number">Then</th><th scope="col" class="number">Alerts it gains</th><th scope="col" class="number">Alerts it loses</th></tr></thead>
    <tbody>${destinations.map(
      ({ name, messages, gains, loses }) =>
        html`<tr><td data-label="Destination">${name}</td><td data-label="Messages now" class="number">${messages.before}</td><td data-label="Then" class="number">${messages.after}</td><td data-label="It gains" class="number">${gains}</td><td data-label="It loses" class="number">${loses}</td></tr>`,
    )}</tbody></table>`;

const differences = (list: readonly AlertDifference[], now: number): Html =>
  html`<ul class="rows small">${list.map(
    ({ id, title, severity, created_at: at, before, after }) => html`<li class="row">
      <span class="severity ${severity}">${severity}</span>
      <span>${alertLink(id, line(title) || "Untitled alert")} <span class="soft">${before.join(", ") || "nobody"} → ${after.join(", ") || "nobody"}</span></span>
      <span class="when soft">${when(at, now)}</span>
    </li>`,
  )}</ul>`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
