// A PagerDuty incident as HTML: its state, urgency and title, the table of details, links and the log of events.
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { clock, escapeHtml, linkTo } from "./markup.ts";

const STATES: Record<string, string> = { triggered: "Triggered", acknowledged: "Acknowledged", resolved: "Resolved" };
const DONE: Record<string, string> = { trigger: "Triggered", acknowledge: "Acknowledged", resolve: "Resolved" };
const LOG_SHOWN = 6;

/** One incident. */
export function drawPagerduty(body: JsonObject): string {
  const status = textOf(body.status) in STATES ? textOf(body.status) : "triggered";
  const payload = objectOf(body.payload);
  const details = Object.entries(objectOf(payload.custom_details));
  const places = ["source", "component", "group", "class"]
    .map((name) => [name, textOf(payload[name])])
    .filter(([, value]) => value)
    .map(([name = "", value = ""]) => `<span><i>${name}</i> ${escapeHtml(value)}</span>`);
  const links = listOf(body.links).map((link) => linkTo(objectOf(link).href, escapeHtml(textOf(objectOf(link).text) || "Link")));
  const log = listOf(body.log).map(objectOf).slice(-LOG_SHOWN).reverse();
  return (
    `<div class="pd-incident ${status}"><div class="pd-line"><span class="pd-state">${STATES[status]}</span>` +
    `<span class="pd-severity">${escapeHtml(textOf(payload.severity))}</span></div>` +
    `<div class="pd-title">${escapeHtml(textOf(payload.summary))}</div><div class="pd-places">${places.join("")}</div>` +
    (details.length > 0 ? `<table class="pd-details">${details.map(([name, value]) => row(name, textOf(value))).join("")}</table>` : "") +
    (links.length > 0 ? `<div class="pd-links">${links.join("")}</div>` : "") +
    `<ol class="pd-log">${log.map((entry) => `<li>${clock(Number(entry.at))} ${DONE[textOf(entry.action)] ?? "Event"}</li>`).join("")}</ol>` +
    `<div class="pd-key">${escapeHtml(textOf(body.dedup_key))}</div></div>`
  );
}

const row = (name: string, value: string): string => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`;
