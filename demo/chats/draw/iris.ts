// An alert of DFIR-IRIS as HTML: an entry of its alert list, with severity, status, owner, context, indicators and assets.
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { escapeHtml, linkTo } from "./markup.ts";

/** One alert. */
export function drawIris(body: JsonObject): string {
  const severity = textOf(objectOf(body.severity).severity_name);
  const status = textOf(objectOf(body.status).status_name);
  const tags = textOf(body.alert_tags)
    .split(",")
    .filter((tag) => tag.trim() !== "")
    .map((tag) => `<span class="ir-tag">${escapeHtml(tag.trim())}</span>`);
  const context = Object.entries(objectOf(body.alert_context)).map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(typeof value === "string" ? value : JSON.stringify(value))}</dd>`,
  );
  const iocs = listOf(body.iocs).map((ioc) => textOf(objectOf(ioc).ioc_value));
  const assets = listOf(body.assets).map((asset) => textOf(objectOf(asset).asset_name));
  return (
    `<div class="ir-alert ${/^[A-Za-z]+$/.test(severity) ? severity.toLowerCase() : ""}">` +
    `<div class="ir-title"><b>${escapeHtml(textOf(body.alert_title))}</b><span class="ir-id">#${Number(body.alert_id)}</span></div>` +
    `<div class="ir-text">${escapeHtml(textOf(body.alert_description)).replaceAll("\n", "<br>")}</div>` +
    (context.length > 0 ? `<dl class="ir-context">${context.join("")}</dl>` : "") +
    list("IOCs", iocs) +
    list("Assets", assets) +
    `<div class="ir-foot"><span class="ir-status ${/^[A-Za-z ]+$/.test(status) ? status.toLowerCase().replace(" ", "-") : ""}">${escapeHtml(status)}</span>` +
    `<span class="ir-severity">${escapeHtml(severity)}</span><span>${escapeHtml(textOf(body.alert_source))}</span>` +
    `<span>${body.alert_owner_id ? "owner tocsin" : "unassigned"}</span>${tags.join("")}</div>` +
    `<div class="ir-ref">${linkTo(body.alert_source_link, escapeHtml(textOf(body.alert_source_ref) || "source"))}</div></div>`
  );
}

const list = (label: string, values: string[]): string =>
  values.length === 0
    ? ""
    : `<div class="ir-list"><i>${label}</i> ${values.map((value) => `<code>${escapeHtml(value)}</code>`).join(" ")}</div>`;
