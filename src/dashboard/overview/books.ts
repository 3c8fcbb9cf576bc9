// The books as a flow that adds up: each number is the sum of those that it leads to. A picture where there is room; the sums on a phone;
// and by name, in a table.
import { html } from "hono/html";
import type { Books } from "../../admin/balance.ts";
import { noRouteCounts, ROUTE_COUNTS, type RouteCounts } from "../../ledger/interface.ts";
import { DESTINATION_COUNTS, type DestinationCounts, noDestinationCounts } from "../../outbox/interface.ts";
import { type Html, type Tone, tag } from "../frame/parts.ts";
import { offBy } from "./attention.ts";
import { flowOf } from "./flow.ts";
import { flowPicture } from "./flow-picture.ts";
import { thousands } from "./numbers.ts";

interface Part {
  name: string;
  count: number;
  /** Its colour in the bar. */
  tone: Tone;
  href?: string;
}

/** The card of the overview. */
export function booksCard(books: Books): Html {
  const routes = total(books.routes, noRouteCounts());
  const destinations = total(books.destinations, noDestinationCounts());
  return html`<section class="card" aria-labelledby="books">
    <div class="head"><h2 id="books">Where every event went</h2>${mark(books)}</div>
    ${flowPicture(flowOf(routes, destinations))}
    <div class="sums">
      ${sum("received", routes.received, intakeParts(routes))}
      ${sum("accepted", routes.accepted, endParts(routes))}
      ${sum("messages", destinations.planned, [
        { name: "from routes", count: destinations.planned - destinations.own, tone: "calm" },
        { name: "tests and own", count: destinations.own, tone: "busy" },
      ])}
      ${sum("messages", destinations.planned, deliveryParts(destinations))}
    </div>
    ${routes.refused > 0 ? html`<p class="small sums"><a href="/log?outcome=refused">${thousands(routes.refused)} refused</a> beside these, before they were events.</p>` : ""}
    <details id="books-by-name"><summary>By route and destination</summary>${identities()}${tables(books)}</details>
  </section>`;
}

/** Whether the books balance, in a word. */
export function mark(books: Books): Html {
  if (books.balanced) return tag("good", "✓ balanced");
  const by = offBy(books);
  return tag("bad", by > 0 ? `✗ off by ${by}` : "✗ cannot be told");
}

const intakeParts = ({ accepted, duplicate, test, ignored }: RouteCounts): Part[] => [
  { name: "accepted", count: accepted, tone: "good", href: "/log?outcome=accepted" },
  { name: "duplicate", count: duplicate, tone: "calm", href: "/log?outcome=duplicate" },
  { name: "test", count: test, tone: "busy", href: "/log?outcome=test" },
  { name: "ignored", count: ignored, tone: "calm", href: "/log?outcome=ignored" },
];

const endParts = ({ routed, unmatched, silenced, grouped, processing, failed }: RouteCounts): Part[] => [
  { name: "routed", count: routed, tone: "good" },
  { name: "unmatched", count: unmatched, tone: "warn" },
  { name: "silenced", count: silenced, tone: "calm" },
  { name: "grouped", count: grouped, tone: "calm" },
  { name: "processing", count: processing, tone: "busy" },
  { name: "failed", count: failed, tone: "bad" },
];

const deliveryParts = ({ delivered, merged, pending, dead }: DestinationCounts): Part[] => [
  { name: "delivered", count: delivered, tone: "good", href: "/deliveries?state=delivered" },
  { name: "merged", count: merged, tone: "calm", href: "/deliveries?state=merged" },
  { name: "pending", count: pending, tone: "busy", href: "/deliveries?state=pending" },
  { name: "dead", count: dead, tone: "bad", href: "/deliveries?state=dead" },
];

function sum(name: string, whole: number, parts: Part[]): Html {
  const pieces = parts.map((part, index) => html`<i${index === 0 ? html` class="first"` : ""}>${index === 0 ? "=" : "+"}</i>${box(part)}`);
  return html`<div class="sum"><div class="whole">${thousands(whole)}<span>${name}</span></div><div class="parts">${pieces}</div>${bar(parts)}</div>`;
}

function box({ name, count, tone, href }: Part): Html {
  const look = count === 0 ? "none" : tone === "bad" || tone === "warn" ? tone : "";
  const inside = html`${thousands(count)}<span>${name}</span>`;
  return href && count > 0 ? html`<a class="part ${look}" href="${href}">${inside}</a>` : html`<div class="part ${look}">${inside}</div>`;
}

/** The parts as shares of a line; the numbers above say the same. */
function bar(parts: Part[]): Html {
  const whole = parts.reduce((all, { count }) => all + count, 0);
  let at = 0;
  const pieces = parts.map(({ count, tone }) => {
    const width = whole === 0 ? 0 : (count / whole) * 1_000;
    const piece = html`<rect class="${tone}" x="${at.toFixed(2)}" width="${width.toFixed(2)}" height="1"/>`;
    at += width;
    return piece;
  });
  return html`<svg class="share" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">${pieces}</svg>`;
}

/** What has to hold for each row. */
const identities =
  (): Html => html`<p class="soft small">Of a route, received = accepted + duplicate + test + ignored, and accepted = processing + unmatched +
    silenced + grouped + routed + failed; refused ones were no events yet. Of a destination, planned = delivered + merged + pending + dead. Over all of them,
    handed + own = planned.</p>`;

const tables = ({ routes, destinations }: Books): Html =>
  html`${table("Routes", ROUTE_COUNTS, routes, (name) => `/alerts?route=${name}`)}${table("Destinations", DESTINATION_COUNTS, destinations, (name) => `/deliveries?destination=${name}`)}`;

function table<Column extends string>(
  caption: string,
  columns: readonly Column[],
  rows: ({ name: string } & Record<Column, number>)[],
  listOf: (name: string) => string,
): Html {
  if (rows.length === 0) return html`<p class="empty">${caption}: none.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
    <thead><tr><th scope="col">${caption}</th>${columns.map((column) => html`<th scope="col" class="number">${column}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row"><a href="${listOf(row.name)}">${row.name}</a></th>${columns.map((column) => html`<td class="number">${thousands(row[column])}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

function total<Counts extends RouteCounts | DestinationCounts>(rows: Counts[], sums: Counts): Counts {
  for (const key of Object.keys(sums) as (keyof Counts)[]) {
    sums[key] = rows.reduce((all, row) => all + Number(row[key]), 0) as Counts[keyof Counts];
  }
  return sums;
}
