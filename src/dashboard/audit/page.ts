// The page /audit: who changed what.
import { html } from "hono/html";
import type { AuditItem } from "../../admin/queries/audit.ts";
import { utcTime } from "../../lib/text.ts";
import { momentField } from "../frame/fields.ts";
import { type Html, line, pager, when, words } from "../frame/parts.ts";
import { ACTION_NAMES, actionWords, targetHref, VIA_WORDS } from "./words.ts";

/** The page /audit. */
export function auditPage(found: { items: AuditItem[]; next: string | null }, url: URL, now: number): Html {
  const given = (name: string): string => url.searchParams.get(name) ?? "";
  return html`<div class="head"><h1>Audit log</h1><a class="button" href="${csvAddress(url)}" download="tocsin-audit.csv">As CSV</a></div>
  <form class="card filter" method="get">
    <label>Who<input name="actor" value="${given("actor")}" autocomplete="off" spellcheck="false" placeholder="ana@example.com"></label>
    <label>What<select name="action"><option value="">anything</option>${ACTION_NAMES.map((name) => html`<option value="${name}"${name === given("action") ? html` selected` : ""}>${actionWords(name)}</option>`)}</select></label>
    <label>To what (its id or name)<input name="target" value="${given("target")}" autocomplete="off" spellcheck="false"></label>
    ${momentField("from", "From (UTC)", given("from"))}
    ${momentField("to", "To (UTC)", given("to"))}
    <div class="buttons"><button class="main">Show</button>${isFiltered(url) ? html`<a class="button" href="/audit">All</a>` : ""}</div>
  </form>
  <section class="card" aria-label="Found">
    ${found.items.length === 0 ? empty(url) : table(found.items, now)}
  </section>
  ${pager(url, found.next)}
  <p class="soft small">Every change by the API, the dashboard and the command line. Secrets, addresses and the text of comments are never in here. The CSV has all that is found, not this page alone.</p>`;
}

const isFiltered = (url: URL): boolean => [...url.searchParams].some(([name, value]) => value !== "" && !name.startsWith("done"));

const empty = (url: URL): Html =>
  isFiltered(url)
    ? html`<p class="empty">Nobody did anything like that. <a href="/audit">Show all</a></p>`
    : html`<p class="empty">Nobody changed anything yet. Who sets a status, replays, silences, tests or changes the configuration stands here.</p>`;

/** The API's own file of what the page shows. */
function csvAddress(url: URL): string {
  const filter = new URLSearchParams([...url.searchParams].filter(([name, value]) => FILTERS.includes(name) && value !== ""));
  filter.set("format", "csv");
  return `/api/audit?${filter}`;
}

const FILTERS = ["actor", "action", "target", "from", "to"];

const table = (items: AuditItem[], now: number): Html => html`<table class="folds">
  <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">To what</th><th scope="col">Detail</th></tr></thead>
  <tbody>${items.map((item) => row(item, now))}</tbody>
</table>`;

function row(item: AuditItem, now: number): Html {
  const { id, at, actor, via, action, target, detail } = item;
  const href = targetHref(item);
  const name = target === null ? html`<span class="soft">the relay</span>` : html`${line(target, 120)}`;
  return html`<tr id="audit-${id}">
    <td class="tight" data-label="When"><span>${when(at, now)}<span class="soft small under">${utcTime(at)}</span></span></td>
    <td class="tight" data-label="Who"><span>${line(actor, 120)}<span class="soft small under">${VIA_WORDS[via] ?? line(via, 40)}</span></span></td>
    <td class="tight" data-label="What"><span>${line(actionWords(action), 80)}<span class="soft small under">${line(action, 80)}</span></span></td>
    <td data-label="To what"><span>${href === undefined ? name : html`<a href="${href}">${name}</a>`}</span></td>
    <td data-label="Detail">${details(detail)}</td>
  </tr>`;
}

/** A long list is folded. */
const MOST_INLINE = 5;

function details(detail: Record<string, unknown>): Html {
  const known = Object.entries(detail).filter(([, value]) => value !== null && value !== undefined);
  if (known.length === 0) return html``;
  return html`<ul class="meta small">${known.map(([name, value]) => html`<li><span class="soft">${words(line(name, 60))}</span> ${shownValue(value)}</li>`)}</ul>`;
}

function shownValue(value: unknown): Html {
  if (Array.isArray(value) && value.length > MOST_INLINE)
    return html`<details><summary>${value.length}</summary><ul>${value.map((one) => html`<li>${text(one)}</li>`)}</ul></details>`;
  return html`${Array.isArray(value) ? value.map(text).join(", ") : text(value)}`;
}

function text(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return (ISO.test(value) ? utcTime(value) : undefined) ?? line(value, 200);
  return line(JSON.stringify(value) ?? "", 200);
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
