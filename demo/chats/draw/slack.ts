// A Slack message as HTML: text, blocks, and attachments with their coloured bar.
import type { Json } from "../../../src/alert.ts";
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { escapeHtml, linkTo, mention } from "./markup.ts";
import { mrkdwn } from "./mrkdwn.ts";

/** Beside blocks the top-level text is only for notifications; beside attachments alone, Slack shows it. */
export function drawSlack(body: JsonObject): string {
  const blocks = listOf(body.blocks);
  const text = textOf(body.text) && blocks.length === 0 ? `<div class="sl-text">${mrkdwn(textOf(body.text))}</div>` : "";
  return text + drawBlocks(blocks) + listOf(body.attachments).map(drawAttachment).join("");
}

function drawAttachment(value: Json): string {
  const attachment = objectOf(value);
  const color = /^#[0-9a-f]{6}$/i.test(textOf(attachment.color)) ? textOf(attachment.color) : "#dddddd";
  const blocks = listOf(attachment.blocks);
  return `<div class="sl-att" style="border-color:${color}">${blocks.length > 0 ? drawBlocks(blocks) : drawLegacy(attachment)}</div>`;
}

/** The older form without blocks. */
function drawLegacy(attachment: JsonObject): string {
  const title =
    textOf(attachment.title) && `<div class="sl-title">${linkTo(attachment.title_link, escapeHtml(textOf(attachment.title)))}</div>`;
  const text = textOf(attachment.text) || (title ? "" : textOf(attachment.fallback));
  const fields = listOf(attachment.fields).map(objectOf);
  const cells = fields.map((field) => `<div><b>${escapeHtml(textOf(field.title))}</b><br>${mrkdwn(textOf(field.value))}</div>`);
  return (
    title +
    (text && `<div class="sl-section">${mrkdwn(text)}</div>`) +
    (cells.length > 0 ? `<div class="sl-fields">${cells.join("")}</div>` : "") +
    (textOf(attachment.footer) && `<div class="sl-context">${escapeHtml(textOf(attachment.footer))}</div>`)
  );
}

const drawBlocks = (blocks: Json[]): string => blocks.map((block) => drawBlock(objectOf(block))).join("");

function drawBlock(block: JsonObject): string {
  const elements = listOf(block.elements);
  switch (block.type) {
    case "header":
      return `<div class="sl-header">${drawText(block.text)}</div>`;
    case "section": {
      const fields = listOf(block.fields).map((field) => `<div>${drawText(field)}</div>`);
      const text = block.text === undefined ? "" : `<div class="sl-section">${drawText(block.text)}</div>`;
      const accessory = block.accessory === undefined ? "" : `<div class="sl-actions">${drawButton(objectOf(block.accessory))}</div>`;
      return text + (fields.length > 0 ? `<div class="sl-fields">${fields.join("")}</div>` : "") + accessory;
    }
    case "context":
      return `<div class="sl-context">${elements.map((element) => `<span>${drawText(element)}</span>`).join("")}</div>`;
    case "actions":
      return `<div class="sl-actions">${elements.map((element) => drawButton(objectOf(element))).join("")}</div>`;
    case "rich_text":
      return elements.map((element) => drawRich(objectOf(element))).join("");
    case "markdown":
      return `<div class="sl-section">${escapeHtml(textOf(block.text)).replaceAll("\n", "<br>")}</div>`;
    case "divider":
      return "<hr>";
    case "image":
      return `<div class="sl-context">[image: ${escapeHtml(textOf(block.alt_text))}]</div>`;
    default:
      return "";
  }
}

function drawText(value: Json | undefined): string {
  const { type, text } = objectOf(value);
  return type === "mrkdwn" ? mrkdwn(textOf(text)) : escapeHtml(textOf(text)).replaceAll("\n", "<br>");
}

function drawButton(button: JsonObject): string {
  const style = button.style === "primary" || button.style === "danger" ? ` ${button.style}` : "";
  return linkTo(button.url, escapeHtml(textOf(objectOf(button.text).text)), `sl-button${style}`);
}

function drawRich(element: JsonObject): string {
  const inner = listOf(element.elements).map((leaf) => drawLeaf(objectOf(leaf)));
  switch (element.type) {
    case "rich_text_preformatted":
      return `<pre>${inner.join("")}</pre>`;
    case "rich_text_quote":
      return `<div class="quote">${inner.join("")}</div>`;
    case "rich_text_list": {
      const tag = element.style === "ordered" ? "ol" : "ul";
      const items = listOf(element.elements).map((item) => `<li>${drawRich(objectOf(item))}</li>`);
      return `<${tag}>${items.join("")}</${tag}>`;
    }
    default:
      return `<div class="sl-rich">${inner.join("").replaceAll("\n", "<br>")}</div>`;
  }
}

function drawLeaf(leaf: JsonObject): string {
  const style = objectOf(leaf.style);
  const text = escapeHtml(textOf(leaf.text));
  let html = text;
  if (leaf.type === "link") html = linkTo(leaf.url, text || escapeHtml(textOf(leaf.url)));
  if (leaf.type === "broadcast") html = mention(`@${textOf(leaf.range)}`);
  if (leaf.type === "user") html = mention(`@${textOf(leaf.user_id)}`);
  if (leaf.type === "usergroup") html = mention(`@${textOf(leaf.usergroup_id)}`);
  if (leaf.type === "emoji") html = `:${escapeHtml(textOf(leaf.name))}:`;
  if (leaf.type === "date") html = escapeHtml(textOf(leaf.fallback));
  for (const [name, tag] of [
    ["code", "code"],
    ["bold", "b"],
    ["italic", "i"],
    ["strike", "s"],
  ] as const)
    if (style[name] === true) html = `<${tag}>${html}</${tag}>`;
  return html;
}
