// Decisions, each with its reason and the values that it saw.
import { html } from "hono/html";
import type { TraceStep } from "../../ledger/interface.ts";
import { type Html, line, words } from "../frame/parts.ts";

/** What each stage is to a reader. */
const STAGES: Record<TraceStep["stage"], string> = {
  intake: "received",
  ledger: "here",
  enrich: "detail",
  match: "rule",
  correlate: "gate",
  silence: "silence",
  escalate: "escalation",
  plan: "outcome",
};

/** What stands elsewhere on the page, or in the sentence already. */
const TOLD = new Set(["rule", "version"]);

/** Steps in their order. */
export const traceList = (steps: readonly TraceStep[]): Html =>
  steps.length === 0 ? html`<p class="soft small">No decision is recorded.</p>` : html`<ol class="trace small">${steps.map(traceRow)}</ol>`;

function traceRow({ at, stage, decision, reason, values = {} }: TraceStep): Html {
  const shown = Object.entries(values).filter(
    ([name, value]) => !TOLD.has(name) && value !== null && !(Array.isArray(value) && value.length === 0),
  );
  const { rule } = values;
  return html`<li>
    <span class="soft clock">${at.slice(11, 23)}</span> <span class="soft">${STAGES[stage] ?? words(line(stage, 40))}</span>
    <span><strong>${words(line(decision, 100))}</strong>${rule ? html` by “<bdi>${line(String(rule))}</bdi>”` : ""}: <bdi>${line(reason, 400)}</bdi>
      ${shown.length > 0 ? html`<span class="soft values">${shown.map(([name, value]) => html`<span>${words(line(name, 60))} <code>${valueText(value)}</code></span>`)}</span>` : ""}</span>
  </li>`;
}

const valueText = (value: unknown): string => line(Array.isArray(value) ? value.join(", ") : String(value), 300);

/** Why the event ended as it did, in one sentence: what was decided last about it, and who begins to show the alert. */
export function lastReason(steps: readonly TraceStep[]): string | undefined {
  const last = steps.findLast(({ stage }) => stage === "plan" || stage === "silence" || stage === "correlate") ?? steps.at(-1);
  if (!last) return undefined;
  const begins = last.values?.begins;
  const whom = Array.isArray(begins) && begins.length > 0 ? `: ${begins.join(", ")}` : "";
  return line(`${last.reason}${whom}`, 300);
}
