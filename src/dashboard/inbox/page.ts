// The page /inbox: the living messages of inbox destinations, read like a channel of a chat.
import { html } from "hono/html";
import * as z from "zod";
import type { InboxItem } from "../../admin/queries/inbox.ts";
import { SEVERITIES } from "../../alert.ts";
import { addressWith, alertLink, type Html, line, when } from "../frame/parts.ts";
import { listed, pills } from "../frame/pills.ts";
import { cardSchema, linkList, messageCard, toneClass } from "./card.ts";

// Written by us, but perhaps by an older version of us: what does not fit is shown by its title alone.
const message = z.object({ card: cardSchema });
type Card = z.output<typeof cardSchema>;

/** What the page shows. */
export interface InboxView {
  found: { items: InboxItem[]; next: string | null };
  /** Names of inbox destinations, to choose from. */
  destinations: string[];
  url: URL;
  now: number;
}

/** The page /inbox. */
export function inboxPage({ found, destinations, url, now }: InboxView): Html {
  const { items, next } = found;
  const byDay = [...Map.groupBy(items, ({ created_at: at }) => at.slice(0, 10))];
  return html`<h1>Inbox</h1>
  ${destinations.length === 0 && items.length === 0 ? "" : filterForm(destinations, url)}
  ${items.length === 0 ? html`<p class="note">${empty(next, destinations, url)}</p>` : ""}
  <div class="channel">${byDay.map(([day, some]) => html`<section aria-label="${dayName(day, now)}"><h2 class="day"><span>${dayName(day, now)}</span></h2>${some.map((item) => itemCard(item, now))}</section>`)}</div>
  ${pages(next, items.length, url)}`;
}

function filterForm(destinations: string[], url: URL): Html {
  return html`<form class="card search" method="get">
    <div class="line picks-line">
      ${pills("severity", "Severity", SEVERITIES.toReversed(), listed(url, "severity"))}
      ${destinations.length > 1 ? pills("destination", "Inbox", destinations, listed(url, "destination")) : ""}
      <button class="main">Show</button>
      ${isFiltered(url) ? html`<a href="${url.pathname}">Clear all</a>` : ""}
    </div>
  </form>`;
}

const isFiltered = (url: URL): boolean => ["severity", "destination"].some((name) => listed(url, name).length > 0);

function empty(next: string | null, destinations: string[], url: URL): Html {
  if (next !== null) return html`None of the newest messages is like that.`;
  if (isFiltered(url)) return html`No message is like that. <a href="${url.pathname}">Show all</a>`;
  return destinations.length === 0
    ? html`No destination is an inbox. One of the type <code>inbox</code> needs no account anywhere: what it is sent stands here. <a href="/destinations">Destinations</a>`
    : html`No message has come yet. What ${destinations.join(", ")} ${destinations.length === 1 ? "is" : "are"} sent stands here.`;
}

function pages(next: string | null, count: number, url: URL): Html | undefined {
  const isFirst = !url.searchParams.has("cursor");
  if (isFirst && next === null) return undefined;
  return html`<div class="pager">
    ${isFirst ? "" : html`<a class="button" href="${addressWith(url, { cursor: undefined })}">Newest</a>`}
    ${next === null ? "" : html`<a class="button" href="${addressWith(url, { cursor: next })}">${count === 0 ? "Search further" : "Older"}</a>`}
  </div>`;
}

/** A day in UTC, as somebody speaks of it. */
function dayName(day: string, now: number): string {
  const of = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  if (day === of(now)) return "Today";
  return day === of(now - 86_400_000) ? "Yesterday" : day;
}

function itemCard(item: InboxItem, now: number): Html {
  const parsed = message.safeParse(item.message);
  const card = parsed.success ? parsed.data.card : undefined;
  const [, kind] = /^(digest|notice|test):/.exec(item.alert) ?? [];
  const isAlert = kind === undefined;
  const told = line(item.title, 300) || "Untitled alert";
  const title = isAlert ? alertLink(item.alert, told) : html`${told}`;
  return html`<article class="post" id="${item.id}">
    <p class="meta small soft"><strong>${item.destination}</strong><span>${when(item.created_at, now)}${item.updated_at > item.created_at ? html`, changed ${when(item.updated_at, now)}` : ""}</span></p>
    ${card ? messageCard(card, { title: html`<h3 dir="auto">${title}</h3>`, word: wordOf(item, card, kind), withLinks: false }) : html`<div class="message ${toneClass(item.severity)}"><div class="message-title"><span class="message-word">${wordOf(item, card, kind)}</span> <h3 dir="auto">${title}</h3></div></div>`}
    ${card ? linkList(card.links.filter(({ label }) => !isAlert || !label.endsWith("Tocsin"))) : ""}
  </article>`;
}

// The word of a notice says who speaks, which goes without saying here; a digest has none.
function wordOf({ severity }: InboxItem, card: Card | undefined, kind: string | undefined): string {
  if (kind === "digest") return `Digest, worst ${severity}`;
  if (kind === "notice") return card?.tone === "resolved" ? "Notice, over" : `Notice, ${severity}`;
  return card?.word || severity;
}
