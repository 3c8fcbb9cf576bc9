// The picture of the books, drawn by the server: every number is a link, and the same numbers stand in the table below it.
import { html } from "hono/html";
import type { Html } from "../frame/parts.ts";
import { type Band, BOX_WIDTH, type Box, type Flow } from "./flow.ts";
import { thousands } from "./numbers.ts";

/** Where a number's words begin, right of its box. */
const WORDS_AT = BOX_WIDTH + 8;
const MARGIN = 6;

/** The picture, for screens that are wide enough; elsewhere the sums stand in its place. */
export const flowPicture = ({ width, height, boxes, bands }: Flow): Html =>
  html`<svg class="flow" viewBox="0 ${-MARGIN} ${width} ${height + 2 * MARGIN}" role="group" aria-label="From received to delivered">
    <g aria-hidden="true">${bands.map(bandShape)}</g>
    ${boxes.map(boxShape)}
  </svg>`;

function bandShape({ tone, x1, x2, from, to }: Band): Html {
  const middle = (x1 + x2) / 2;
  const [a, b, c, d] = [from[0], from[1], to[0], to[1]].map(tidy);
  const d1 = `M${x1} ${a}C${middle} ${a} ${middle} ${c} ${x2} ${c}L${x2} ${d}C${middle} ${d} ${middle} ${b} ${x1} ${b}Z`;
  return html`<path class="band ${tone}" d="${d1}"/>`;
}

function boxShape({ name, count, tone, href, x, y, height }: Box): Html {
  const line = tidy(y + Math.min(Math.max(height, 22) / 2, 40) + 5);
  const words = html`<text x="${x + WORDS_AT}" y="${line}"><tspan class="count">${thousands(count)}</tspan> ${name}</text>`;
  if (count === 0) return html`<g class="none">${words}</g>`;
  return html`<a href="${href}" class="${tone}"><rect class="box ${tone}" x="${x}" y="${tidy(y)}" width="${BOX_WIDTH}" height="${tidy(height)}" rx="2"/>${words}</a>`;
}

const tidy = (length: number): number => Math.round(length * 10) / 10;
