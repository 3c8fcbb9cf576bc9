// A Telegram message as HTML: a bubble with its entities, those that Telegram found by itself included, and the buttons below it.
// Facts: core.telegram.org/bots/api MessageEntity and InlineKeyboardMarkup.
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import type { Entity } from "../telegram-entities.ts";
import { entitiesOf } from "../telegram-form.ts";
import { escapeHtml, linkTo, mention } from "./markup.ts";

/** The inside of one message. */
export function drawTelegram(body: JsonObject): string {
  const rows = listOf(objectOf(body.reply_markup).inline_keyboard).map((row) => {
    const buttons = listOf(row).map(objectOf);
    return `<div class="tg-row">${buttons.map(({ url, text }) => linkTo(url, `${escapeHtml(textOf(text))} ↗`, "tg-button")).join("")}</div>`;
  });
  return `<div class="tg-bubble">${styledText(textOf(body.text), entitiesOf(body.entities))}</div>${rows.join("")}`;
}

/** The text with its entities. Offsets count UTF-16 units, as JavaScript's strings do; what overlaps wrongly is left plain. */
export function styledText(text: string, entities: readonly Entity[]): string {
  const inOrder = entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  // A block of code ends its own line.
  return drawRange(text, inOrder, 0, text.length).replaceAll("</pre><br>", "</pre>");
}

function drawRange(text: string, entities: readonly Entity[], from: number, to: number): string {
  let html = "";
  let at = from;
  for (const entity of entities) {
    const end = entity.offset + entity.length;
    if (entity.offset < at || end > to || entity.length === 0) continue;
    const inner = entities.filter((other) => other !== entity && other.offset >= entity.offset && other.offset + other.length <= end);
    html += plain(text.slice(at, entity.offset)) + drawEntity(entity, text, inner);
    at = end;
  }
  return html + plain(text.slice(at, to));
}

function drawEntity(entity: Entity, text: string, inner: readonly Entity[]): string {
  const { type, offset, length, url } = entity;
  const said = text.slice(offset, offset + length);
  const html = drawRange(text, inner, offset, offset + length);
  switch (type) {
    case "bold":
      return `<b>${html}</b>`;
    case "italic":
      return `<i>${html}</i>`;
    case "underline":
      return `<u>${html}</u>`;
    case "strikethrough":
      return `<s>${html}</s>`;
    case "spoiler":
      return `<span class="spoiler">${html}</span>`;
    case "blockquote":
    case "expandable_blockquote":
      return `<span class="quote">${html}</span>`;
    case "code":
      return `<code>${escapeHtml(said)}</code>`;
    case "pre":
      return `<pre>${escapeHtml(said)}</pre>`;
    case "text_link":
      return linkTo(url, html);
    case "url":
      return linkTo(/^[a-z]+:\/\//i.test(said) ? said : `http://${said}`, plain(said));
    case "mention":
    case "text_mention":
      return mention(said);
    default:
      return `<span class="tg-found">${html}</span>`;
  }
}

const plain = (text: string): string => escapeHtml(text).replaceAll("\n", "<br>");
