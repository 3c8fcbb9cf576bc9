// The page /inbox: the living messages of inbox destinations, laid out as the cards that they are.
import { html } from "hono/html";
import * as z from "zod";
import type { InboxItem } from "../../admin/queries/inbox.ts";
import { webLink } from "../../lib/text.ts";
import { alertLink, type Html, line, outLink, pager, when } from "../parts.ts";

// Written by us, but perhaps by an older version of us: what does not fit is shown by its title alone.
const lines = z.array(z.object({ word: z.string(), title: z.string(), place: z.string().optional(), link: z.string().optional() }));
const message = z.object({
  card: z.object({
    word: z.string(),
    prefix: z.string(),
    summary: z.string(),
    changes: z.array(z.string()),
    notes: z.array(z.string()),
    facts: z.array(z.object({ label: z.string(), kind: z.enum(["text", "code"]), values: z.array(z.string()), more: z.number() })),
    evidence: z.object({ label: z.string(), text: z.string() }).optional(),
    lines,
    newest: lines.optional(),
    more: z.number(),
    links: z.array(z.object({ label: z.string(), url: z.string() })),
    tone: z.string(),
  }),
});
type Card = z.output<typeof message>["card"];

/** The page /inbox. */
export function inboxPage(found: { items: InboxItem[]; next: string | null }, url: URL, now: number): Html {
  return html`<h1>Inbox</h1>
  ${found.items.length === 0 ? html`<p class="note">No messages. A destination of the type <code>inbox</code> shows its messages here.</p>` : ""}
  <div class="cards">${found.items.map((item) => itemCard(item, now))}</div>
  ${pager(url, found.next)}`;
}

function itemCard(item: InboxItem, now: number): Html {
  const parsed = message.safeParse(item.message);
  const card = parsed.success ? parsed.data.card : undefined;
  const [, kind] = /^(digest|notice|test):/.exec(item.alert) ?? [];
  const isAlert = kind === undefined;
  const tone = card?.tone === "resolved" ? "info" : item.severity;
  const title = line(item.title) || "Untitled alert";
  return html`<article class="card">
    <div class="meta"><span class="severity ${tone}">${wordOf(item, card, kind)}</span><span class="soft small">${item.destination}</span>
      <span class="soft small">${when(item.created_at, now)}${item.updated_at > item.created_at ? html`, changed ${when(item.updated_at, now)}` : ""}</span></div>
    <h2>${isAlert ? alertLink(item.alert, title) : title}</h2>
    ${card ? cardBody(card, isAlert) : ""}
  </article>`;
}

// The word of a notice says who speaks, which goes without saying here; a digest has none.
function wordOf({ severity }: InboxItem, card: Card | undefined, kind: string | undefined): string {
  if (kind === "digest") return `Digest, worst ${severity}`;
  if (kind === "notice") return card?.tone === "resolved" ? "Notice, over" : `Notice, ${severity}`;
  return card?.word || severity;
}

function cardBody(card: Card, isAlert: boolean): Html {
  const { notes, changes, summary, facts, evidence, more, links } = card;
  // The title leads to our own page already.
  const outside = isAlert ? links.filter(({ label }) => !label.endsWith("Tocsin")) : links;
  return html`${notes.length > 0 ? html`<p class="note warn small">${notes.join(" ")}</p>` : ""}
    ${changes.map((change) => html`<p><strong>${change}</strong></p>`)}
    ${summary ? html`<p>${summary}</p>` : ""}
    ${lineList("Worst", card.lines)}
    ${lineList("Latest", card.newest ?? [])}
    ${more > 0 ? html`<p class="soft">and ${more} more</p>` : ""}
    ${facts.length > 0 ? html`<dl class="facts">${facts.map(({ label, kind, values, more: others }) => html`<dt>${label}</dt><dd>${kind === "code" ? values.map((value) => html`<code>${value}</code> `) : values.join(", ")}${others > 0 ? ` and ${others} more` : ""}</dd>`)}</dl>` : ""}
    ${evidence ? html`<details><summary>${evidence.label}</summary><pre tabindex="0">${evidence.text}</pre></details>` : ""}
    ${outside.length > 0 ? html`<div class="buttons">${outside.map(({ label, url }) => outLink(url, label))}</div>` : ""}`;
}

function lineList(label: string, lines: Card["lines"]): Html | string {
  if (lines.length === 0) return "";
  const entries = lines.map(({ word, title, place, link }) => {
    const href = webLink(link, 2_000);
    const name = href === undefined ? html`<strong>${title}</strong>` : html`<a href="${href}" rel="noopener noreferrer">${title}</a>`;
    return html`<li>${word} ${name}${place ? `, ${place}` : ""}</li>`;
  });
  return html`<p class="soft small">${label}</p><ul>${entries}</ul>`;
}
