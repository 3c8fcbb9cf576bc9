// What a test came to, or what it would send.
import { html } from "hono/html";
import type { Preview } from "../../admin/queries/preview.ts";
import type { TestReport, TestResult } from "../../admin/queries/tests.ts";
import type { TraceStep } from "../../ledger/interface.ts";
import { attemptsList, deliveryTag } from "../deliveries/parts.ts";
import { type Html, line, severityTag, words } from "./parts.ts";
import { reasonWords } from "./words.ts";

/** The page after a test. `back` is the page that it was asked for on. */
export function testPage(report: TestReport, back: { href: string; text: string }, now: number): Html {
  const { dry_run, alert, trace, destinations } = report;
  return html`<h1>${dry_run ? "What a test would send" : "Test sent"}</h1>
  <p class="meta">${severityTag(alert)}<span>${alert.title}</span></p>
  ${dry_run ? html`<p class="note">Nothing was sent. Secrets stand as their names.</p>` : ""}
  ${trace ? html`<section class="card"><h2>What the rules decided</h2><ul>${trace.map(ruleLine)}</ul></section>` : ""}
  ${destinations.length === 0 ? html`<p class="note warn">No rule sends this test anywhere.</p>` : ""}
  ${destinations.map((one) => ("body" in one ? previewCard(one) : resultCard(one, now)))}
  <p><a href="${back.href}">${back.text}</a></p>`;
}

const resultCard = (result: TestResult, now: number): Html => html`<section class="card">
    <div class="head"><h2>${result.destination}</h2>${deliveryTag(result)}</div>
    ${result.reason ? html`<p>Because ${reasonWords(result.reason)}.</p>` : ""}
    ${result.state === "pending" ? html`<p>It has not been delivered yet. <a href="/deliveries?destination=${result.destination}&state=pending">See what waits</a></p>` : ""}
    ${attemptsList(result.log, now)}
  </section>`;

const previewCard = (preview: Preview): Html => html`<section class="card">
    <h2>${preview.destination}</h2>
    ${preview.problem ? html`<p class="note bad">It would not get out: ${preview.problem}.</p>` : ""}
    <pre tabindex="0">${requestText(preview)}</pre>
  </section>`;

/** What would go out, laid out: the request with its headers, or the binding that takes it, and the body. */
export function requestText({ method, url, headers = {}, binding, body }: Preview): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  const first = method ? `${method} ${url}\n${head.join("")}\n` : binding ? `to the binding ${binding}\n\n` : "";
  return `${first}${pretty(body)}`;
}

/** JSON laid out; anything else as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const ruleLine = ({ decision, reason, values }: TraceStep): Html =>
  html`<li><strong>${words(line(decision, 100))}</strong>${values?.rule ? html` by “${line(String(values.rule))}”` : ""}: ${line(reason, 400)}</li>`;
