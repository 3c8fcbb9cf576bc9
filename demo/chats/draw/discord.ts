// A Discord message as HTML: content, embeds with their coloured border, link buttons.
import type { Json } from "../../../src/alert.ts";
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { discordMarkdown } from "./discord-markdown.ts";
import { escapeHtml, linkTo } from "./markup.ts";

/** The inside of one message; `edited` adds the mark that Discord puts there. */
export function drawDiscord(body: JsonObject, edited: boolean): string {
  const content = textOf(body.content);
  const mark = edited ? ' <span class="dc-edited">(edited)</span>' : "";
  const rows = listOf(body.components).map((row) => drawRow(objectOf(row)));
  const embeds = listOf(body.embeds).map((embed) => drawEmbed(objectOf(embed)));
  return (
    (content ? `<div class="dc-content">${discordMarkdown(content)}${mark}</div>` : "") +
    embeds.join("") +
    rows.join("") +
    (content ? "" : mark)
  );
}

function drawEmbed(embed: JsonObject): string {
  const color =
    typeof embed.color === "number" && embed.color > 0 ? `#${(embed.color & 0xffffff).toString(16).padStart(6, "0")}` : "#4e5058";
  const author = textOf(objectOf(embed.author).name);
  const title = textOf(embed.title);
  const footer = [textOf(objectOf(embed.footer).text), dateOf(embed.timestamp)].filter((part) => part !== "").map(escapeHtml);
  const fields = listOf(embed.fields).map((field) => drawField(objectOf(field)));
  return (
    `<div class="dc-embed" style="border-color:${color}">` +
    (author && `<div class="dc-author">${escapeHtml(author)}</div>`) +
    (title && `<div class="dc-title">${linkTo(embed.url, discordMarkdown(title))}</div>`) +
    (textOf(embed.description) && `<div class="dc-description">${discordMarkdown(textOf(embed.description))}</div>`) +
    (fields.length > 0 ? `<div class="dc-fields">${fields.join("")}</div>` : "") +
    (footer.length > 0 ? `<div class="dc-footer">${footer.join(" • ")}</div>` : "") +
    "</div>"
  );
}

function drawField(field: JsonObject): string {
  const inline = field.inline === true ? ' class="inline"' : "";
  return `<div${inline}><b>${discordMarkdown(textOf(field.name))}</b><div>${discordMarkdown(textOf(field.value))}</div></div>`;
}

function dateOf(value: Json | undefined): string {
  const at = new Date(textOf(value));
  return textOf(value) === "" || Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, 16).replace("T", " ");
}

function drawRow(row: JsonObject): string {
  const buttons = listOf(row.components).map(objectOf);
  return `<div class="dc-row">${buttons.map((button) => linkTo(button.url, `${escapeHtml(textOf(button.label))} ↗`, "dc-button")).join("")}</div>`;
}
