// A Google Chat message as HTML: its text, and cards with their sections.
// Facts: developers.google.com workspace/chat format-messages (the Markdown of texts, the HTML of cards).
import type { Json } from "../../../src/alert.ts";
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { escapeHtml, linkTo, mention, Stash } from "./markup.ts";

/** The inside of one message. */
export function drawGoogleChat(body: JsonObject): string {
  const text = textOf(body.text);
  const cards = listOf(body.cardsV2).map((one) => drawCard(objectOf(objectOf(one).card)));
  return (text ? `<div class="gc-text">${googlechatText(text)}</div>` : "") + cards.join("");
}

function drawCard(card: JsonObject): string {
  const header = objectOf(card.header);
  const title = textOf(header.title);
  const subtitle = textOf(header.subtitle);
  const head = `<div class="gc-head"><b>${escapeHtml(title)}</b>${subtitle && `<span>${escapeHtml(subtitle)}</span>`}</div>`;
  const sections = listOf(card.sections).map((section) => drawSection(objectOf(section)));
  return `<div class="gc-card">${title && head}${sections.join("")}</div>`;
}

function drawSection(section: JsonObject): string {
  const header = textOf(section.header);
  const widgets = listOf(section.widgets).map((widget) => drawWidget(objectOf(widget)));
  return `<div class="gc-section">${header && `<div class="gc-label">${cardHtml(header)}</div>`}${widgets.join("")}</div>`;
}

function drawWidget(widget: JsonObject): string {
  if (widget.textParagraph !== undefined) return `<div class="gc-paragraph">${cardHtml(textOf(objectOf(widget.textParagraph).text))}</div>`;
  if (widget.decoratedText !== undefined) return drawDecorated(objectOf(widget.decoratedText));
  if (widget.buttonList !== undefined)
    return `<div class="gc-buttons">${listOf(objectOf(widget.buttonList).buttons).map(drawButton).join("")}</div>`;
  return widget.divider === undefined ? "" : "<hr>";
}

function drawDecorated(decorated: JsonObject): string {
  const [top, bottom] = [textOf(decorated.topLabel), textOf(decorated.bottomLabel)];
  const inside =
    (top && `<span class="gc-small">${cardHtml(top)}</span>`) +
    `<span>${cardHtml(textOf(decorated.text))}</span>` +
    (bottom && `<span class="gc-small">${cardHtml(bottom)}</span>`);
  const url = objectOf(objectOf(decorated.onClick).openLink).url;
  return url === undefined ? `<div class="gc-row">${inside}</div>` : linkTo(url, inside, "gc-row");
}

const drawButton = (value: Json): string => {
  const button = objectOf(value);
  return linkTo(objectOf(objectOf(button.onClick).openLink).url, escapeHtml(textOf(button.text)), "gc-button");
};

const TOKEN = /```\n?([\s\S]+?)```|`([^`\n]+)`|<(https?:[^<>|\n]+)\|([^<>\n]+)>|<users\/([\w.@-]+)>|(https?:\/\/[^\s<>|`*]+)/g;

/** The text of a message. */
export function googlechatText(text: string): string {
  const stash = new Stash();
  const tokens = Stash.clean(text).replace(TOKEN, (...found: (string | undefined)[]) => {
    const [whole = "", fence, code, url, label, user, bare] = found;
    if (fence !== undefined) return stash.put(`<pre>${escapeHtml(fence)}</pre>`);
    if (code !== undefined) return stash.put(`<code>${escapeHtml(code)}</code>`);
    if (url !== undefined) return stash.put(linkTo(url, escapeHtml(label ?? "")));
    if (user !== undefined) return stash.put(mention(user === "all" ? "@all" : `@${user}`));
    return stash.put(linkTo(bare ?? "", escapeHtml(bare ?? whole)));
  });
  const html = escapeHtml(tokens)
    .replace(/(?<!\w)\*(?=\S)([^*\n]+?)\*(?!\w)/g, "<b>$1</b>")
    .replace(/(?<!\w)_(?=\S)([^_\n]+?)_(?!\w)/g, "<i>$1</i>")
    .replace(/(?<!\w)~(?=\S)([^~\n]+?)~(?!\w)/g, "<s>$1</s>")
    .replaceAll("\n", "<br>");
  return stash.restore(html);
}

const TAG = /<(\/?)(b|i|u|s|strike|br|font|a)((?:\s[^<>]*)?)>|&(amp|lt|gt|quot);/gi;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** The text of a card's part: a few tags are known, all else is text. */
function cardHtml(text: string): string {
  const stash = new Stash();
  const tokens = Stash.clean(text).replace(TAG, (_whole: string, ...parts: (string | undefined)[]) => {
    const [closing = "", name = "", attributes = "", entity] = parts;
    if (entity !== undefined) return stash.put(escapeHtml(ENTITIES[entity.toLowerCase()] ?? ""));
    return stash.put(drawTag(name.toLowerCase(), attributes, closing !== ""));
  });
  return stash.restore(escapeHtml(tokens).replaceAll("\n", "<br>"));
}

function drawTag(name: string, attributes: string, closing: boolean): string {
  if (name === "br") return "<br>";
  if (name === "font") {
    const color = /color="(#[0-9a-f]{6})"/i.exec(attributes)?.[1];
    return closing ? "</span>" : `<span${color ? ` style="color:${color}"` : ""}>`;
  }
  // Links are drawn without their address: the wall links only from what it has parsed whole.
  if (name === "a") return closing ? "</u>" : "<u>";
  const tag = name === "strike" ? "s" : name;
  return closing ? `</${tag}>` : `<${tag}>`;
}
