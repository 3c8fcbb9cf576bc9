// What every rule and gate said, with the values that it saw.
import { html } from "hono/html";
import { utcTime } from "../../lib/text.ts";
import { type Html, line, type Tone, tag, words } from "../frame/parts.ts";

const TONES: Record<string, Tone | undefined> = {
  matched: "good",
  routed: "good",
  fired: "good",
  not_matched: "calm",
  failed: "bad",
  silenced: "warn",
  unmatched: "warn",
};

/** One decision, as the API tells it too. */
export interface Decision {
  at: string;
  stage: string;
  decision: string;
  reason: string;
  values?: Record<string, unknown>;
}

/** The decisions in their order. A time stands where it is later than the one before. */
export function decisionsList(trace: readonly Decision[]): Html {
  const told = trace.filter(({ stage }) => stage !== "intake").filter(isFirst);
  if (told.length === 0) return html`<p class="empty">Nothing was decided.</p>`;
  return html`<ol class="decisions">${told.map((step, index) => decision(step, told[index - 1]))}</ol>`;
}

/** What was decided again, with the same values, is told once. */
function isFirst(step: Decision, index: number, all: readonly Decision[]): boolean {
  const same = (other: Decision): boolean => keyOf(other) === keyOf(step);
  return all.findIndex(same) === index;
}

function keyOf({ decision: word, reason, values = {} }: Decision): string {
  const { version: _, ...others } = values;
  return JSON.stringify([word, reason, others]);
}

function decision({ at, decision: word, reason, values = {} }: Decision, before: Decision | undefined): Html {
  const { rule, to, begins, event: _, version: __, revision: ___, ...others } = values;
  const whom = [begins, to].find((list) => Array.isArray(list) && list.length > 0);
  const facts = Object.entries(others).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  return html`<li class="${word === "not_matched" ? "no" : ""}">
    ${tag(TONES[word] ?? "busy", words(line(word, 60)))}
    <div>
      <div>${typeof rule === "string" ? html`<strong>${line(rule)}</strong>: ` : ""}${line(reason, 600)}${Array.isArray(whom) ? html` → <strong>${whom.map((name) => line(name, 80)).join(", ")}</strong>` : ""}</div>
      ${facts.length > 0 ? html`<div class="soft small">${facts.map(([name, value]) => html`<code>${line(name, 80)} = ${line(valueText(value), 300)}</code> `)}</div>` : ""}
      ${before && before.at !== at ? html`<div class="soft small">at ${utcTime(at)}</div>` : ""}
    </div>
  </li>`;
}

const valueText = (value: unknown): string =>
  typeof value === "string" ? value : Array.isArray(value) ? value.join(", ") : JSON.stringify(value);
