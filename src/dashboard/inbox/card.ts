// A message as a chat draws it: the card that every layout is made from, with its colour, its title, its fields and its links.
import { html } from "hono/html";
import * as z from "zod";
import { webLink } from "../../lib/text.ts";
import { type Html, line } from "../frame/parts.ts";

const lines = z.array(z.object({ word: z.string(), title: z.string(), place: z.string().optional(), link: z.string().optional() }));

/** What of a card is drawn. An older version of us may have written it: what does not fit is shown by its title alone. */
export const cardSchema = z.object({
  word: z.string(),
  prefix: z.string(),
  title: z.string(),
  mark: z.string(),
  tail: z.string(),
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
  ping: z.string().optional(),
});
/** A card to draw. */
export type DrawnCard = z.output<typeof cardSchema>;

const TONES = new Set(["critical", "high", "medium", "low", "info", "resolved"]);

/** The class that gives a message its colour. */
export const toneClass = (tone: string): string => (TONES.has(tone) ? `tone-${tone}` : "tone-info");

/** A message. `title`: what stands there as its title, a link perhaps; `word` in place of the card's own. */
export function messageCard(
  card: DrawnCard,
  { title, word, withLinks = true }: { title?: Html; word?: string; withLinks?: boolean } = {},
): Html {
  const { notes, changes, summary, facts, evidence, more, links, tail, ping } = card;
  return html`<div class="message ${toneClass(card.tone)}">
    ${ping ? html`<p class="soft small">Mentions ${line(ping, 100)}</p>` : ""}
    <div class="message-title"><span aria-hidden="true">${card.mark}</span> <span class="message-word">${word ?? card.word}</span> ${card.prefix ? html`<span class="soft">${card.prefix}:</span> ` : ""}${title ?? html`<bdi>${card.title}</bdi>`}${tail ? html` <span class="soft message-tail"><bdi>${tail}</bdi></span>` : ""}</div>
    ${changes.map((change) => html`<p><strong dir="auto">${change}</strong></p>`)}
    ${notes.map((note) => html`<p class="message-note small" dir="auto">${note}</p>`)}
    ${summary ? html`<p dir="auto">${summary}</p>` : ""}
    ${lineList("Worst", card.lines)}
    ${lineList("Latest", card.newest ?? [])}
    ${more > 0 ? html`<p class="soft">and ${more} more</p>` : ""}
    ${facts.length > 0 ? html`<dl class="fields">${facts.map(field)}</dl>` : ""}
    ${evidence ? html`<p class="soft small">${evidence.label}</p><pre tabindex="0">${evidence.text}</pre>` : ""}
    ${withLinks ? linkList(links) : ""}
  </div>`;
}

const field = ({ label, kind, values, more }: DrawnCard["facts"][number]): Html =>
  html`<div><dt>${label}</dt><dd>${kind === "code" ? values.map((value) => html`<code>${value}</code> `) : values.join(", ")}${more > 0 ? ` and ${more} more` : ""}</dd></div>`;

/** Links out of a message. */
export function linkList(links: DrawnCard["links"]): Html | string {
  const known = links.flatMap(({ label, url }) => {
    const href = webLink(url, 2_000);
    return href === undefined ? [] : [html`<a class="button slim" href="${href}" rel="noopener noreferrer">${label}</a>`];
  });
  return known.length === 0 ? "" : html`<p class="message-links">${known}</p>`;
}

function lineList(label: string, all: DrawnCard["lines"]): Html | string {
  if (all.length === 0) return "";
  const entries = all.map(({ word, title, place, link }) => {
    const href = webLink(link, 2_000);
    const name = href === undefined ? html`<strong>${title}</strong>` : html`<a href="${href}" rel="noopener noreferrer">${title}</a>`;
    return html`<li>${word} ${name}${place ? `, ${place}` : ""}</li>`;
  });
  return html`<p class="soft small">${label}</p><ul class="message-lines">${entries}</ul>`;
}
