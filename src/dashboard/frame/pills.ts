// Words to choose any of, side by side: filters of lists.
import { html } from "hono/html";
import { type Html, words } from "./parts.ts";

/** A box for each word; what is chosen and no option any more stays to be seen. */
export function pills(name: string, legend: string, options: readonly string[], chosen: readonly string[]): Html {
  const all = [...options, ...chosen.filter((value) => !options.includes(value))];
  if (all.length === 0) return html``;
  return html`<fieldset class="pills"><legend>${legend}</legend>${all.map(
    (option) =>
      html`<label><input type="checkbox" name="${name}" value="${option}"${chosen.includes(option) ? html` checked` : ""}><span>${words(option)}</span></label>`,
  )}</fieldset>`;
}

/** The values of a parameter that may be there several times, or as a comma list. */
export function listed({ searchParams }: URL, name: string): string[] {
  const given = searchParams.getAll(name).flatMap((text) => text.split(","));
  return [...new Set(given.map((text) => text.trim()).filter((text) => text !== ""))];
}
