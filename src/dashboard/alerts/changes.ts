// What a version changed, in lines: before and after.
import { html } from "hono/html";
import { type Change, commentIn, type Json } from "../../alert.ts";
import { commentLine } from "../../destinations/delta.ts";
import { partsChange } from "../../destinations/parts.ts";
import { firstFew } from "../../lib/text.ts";
import { type Html, line, words } from "../frame/parts.ts";

/** The changes of one event; nothing when a reader would see none. */
export function changesList(change: Change | null): Html {
  if (!change) return html`<p class="soft small">It changed nothing that is shown.</p>`;
  const items = [
    ...Object.entries(change.fields)
      .filter(([name, { after }]) => name !== "status_label" || after !== change.fields.status?.after)
      // Every event is seen later than the one before it.
      .filter(([name]) => name !== "last_seen" || Object.keys(change.fields).length === 1)
      .map(([name, { before, after }]) => {
        const parts = partsChange(name, before, after);
        if (parts) return partsItem(name, parts);
        const comment = name === "data.comment" ? commentLine(commentIn(after)) : undefined;
        return comment ? html`<li>${comment}</li>` : html`<li>${label(name)}: <del>${text(before)}</del> → <ins>${text(after)}</ins></li>`;
      }),
    ...Object.entries(change.added).map(([name, values]) => html`<li>${label(name)}: added <ins>${some(values)}</ins></li>`),
    ...Object.entries(change.removed).map(([name, values]) => html`<li>${label(name)}: removed <del>${some(values)}</del></li>`),
  ];
  if (items.length === 0)
    return html`<p class="soft small">${change.kind === "opened" ? "It opened the alert." : "It changed nothing that is told."}</p>`;
  return html`<ul class="changes small">${items}</ul>`;
}

const MOST_VALUES = 12;

function some(values: readonly string[]): string {
  const { shown, more } = firstFew(values, MOST_VALUES);
  return `${shown.map((value) => line(value, 120)).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function partsItem(name: string, { added, removed }: { added: string[]; removed: string[] }): Html {
  const listed = (lines: string[]): string => lines.map((one) => line(one, 120)).join(", ");
  const came = added.length > 0 ? html` added <ins>${listed(added)}</ins>` : "";
  const went = removed.length > 0 ? html` removed <del>${listed(removed)}</del>` : "";
  return html`<li>${label(name)}:${came}${went}</li>`;
}

const label = (name: string): string => words(line(name.replace(/^data\./, ""), 60));

function text(value: Json): string {
  if (value === null || value === "") return "nothing";
  return line(typeof value === "string" ? value : JSON.stringify(value), 200);
}
