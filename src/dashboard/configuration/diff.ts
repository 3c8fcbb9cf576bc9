// The difference between two texts, line by line, with what stands around it.
import { html } from "hono/html";
import { type DiffLine, lineDiff } from "../../lib/line-diff.ts";
import { counted } from "../../lib/text.ts";
import type { Html } from "../frame/parts.ts";

/** Lines around each change. */
const AROUND = 3;
/** A page that is longer helps nobody. */
const MOST_LINES = 2_000;

const WORDS: Record<DiffLine["sign"], string> = { " ": "", "-": "taken out", "+": "put in" };

/** The difference; a sentence where there is none. */
export function diffView(before: string, after: string): Html {
  const lines = lineDiff(before, after);
  const put = lines.filter(({ sign }) => sign === "+").length;
  const out = lines.filter(({ sign }) => sign === "-").length;
  if (put + out === 0) return html`<p class="soft">The two texts are the same.</p>`;
  const shown = near(lines);
  return html`<p class="soft small">${counted(out, "line")} taken out, ${counted(put, "line")} put in.</p>
    <div class="diff" tabindex="0" role="region" aria-label="Difference, line by line"><table>
      <thead class="unseen"><tr><th scope="col">Line before</th><th scope="col">Line after</th><th scope="col">What</th><th scope="col">Text</th></tr></thead>
      <tbody>${shown.slice(0, MOST_LINES).map((line) => (line === "gap" ? GAP : row(line)))}</tbody>
    </table></div>
    ${shown.length > MOST_LINES ? html`<p class="note warn">Cut after ${MOST_LINES} lines: ${shown.length - MOST_LINES} more.</p>` : ""}`;
}

const GAP = html`<tr class="gap"><td colspan="4">…</td></tr>`;

const row = ({ sign, text, before, after }: DiffLine): Html =>
  html`<tr class="${sign === "+" ? "in" : sign === "-" ? "out" : "same"}"><td class="number">${before ?? ""}</td><td class="number">${after ?? ""}</td><td><span aria-hidden="true">${sign}</span><span class="unseen">${WORDS[sign]}</span></td><td><code>${text}</code></td></tr>`;

/** Lines that changed and some around them; a gap where some were left out. */
function near(lines: readonly DiffLine[]): (DiffLine | "gap")[] {
  const keep = new Set<number>();
  for (const [index, { sign }] of lines.entries()) if (sign !== " ") for (let at = index - AROUND; at <= index + AROUND; at++) keep.add(at);
  const shown: (DiffLine | "gap")[] = [];
  for (const [index, line] of lines.entries()) {
    if (keep.has(index)) shown.push(line);
    else if (shown.at(-1) !== "gap") shown.push("gap");
  }
  return shown;
}
