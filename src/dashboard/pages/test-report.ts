// What a test came to, or what it would send.
import { html } from "hono/html";
import type { Preview } from "../../admin/queries/preview.ts";
import type { TestReport, TestResult } from "../../admin/queries/tests.ts";
import type { TraceStep } from "../../ledger/interface.ts";
import { type Html, line, severityTag, words } from "../parts.ts";
import { reasonWords } from "../words.ts";
import { attemptsList, deliveryTag } from "./delivery-parts.ts";

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

function previewCard({ destination, problem, method, url, headers = {}, binding, body }: Preview): Html {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  const first = method ? `${method} ${url}\n${head.join("")}` : `to the binding ${binding ?? "(none)"}\n`;
  return html`<section class="card">
    <h2>${destination}</h2>
    ${problem ? html`<p class="note bad">It would not get out: ${problem}.</p>` : ""}
    <pre tabindex="0">${first}\n${pretty(body)}</pre>
  </section>`;
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
