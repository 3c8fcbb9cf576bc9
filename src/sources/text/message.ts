// A chat message, whatever chat it was written for, as parts: a title, paragraphs, named fields, links.
// Slack (text, attachments, blocks), Discord (content, embeds), Mattermost and Google Chat (text, attachments, cardsV2), Teams
// (MessageCard, and Adaptive Cards in an envelope of attachments).
import type { Json } from "../../alert.ts";
import { asLine, asList, asObject, asText, isObject, type JsonObject } from "../read.ts";

/** What a message says. All texts are still in the markup of their chat. */
export interface Message {
  /** Headings, best first. */
  titles: string[];
  paragraphs: string[];
  fields: { name: string; value: string }[];
  /** Addresses that the sender gave as the message's own link: behind its title, or a button. */
  links: string[];
  /** Slack's words `good`, `warning`, `danger`, or a colour as `#rrggbb`. */
  color?: string;
  sender?: string;
}

/** The members of which a chat message has at least one. */
export const MESSAGE_MEMBERS = ["text", "content", "attachments", "embeds", "blocks", "cardsV2", "sections", "body"] as const;

const MOST_DEPTH = 12;
const MOST_PARTS = 200;
/** Nobody reads more of a chat message, and markup takes time to take apart; the payload keeps it whole. */
const MOST_CHARS = 40_000;

/** Reads a message; undefined when the body is none, or says nothing. */
export function readMessage(body: Json): Message | undefined {
  if (!isObject(body)) return undefined;
  const parts = new Parts();
  if (isMessageCard(body)) messageCard(body, parts);
  else if (isAdaptiveCard(body)) adaptive(body, parts, 0);
  else {
    for (const block of asList(body.blocks)) slackBlock(asObject(block), parts);
    // Beside blocks, the text is what a phone shows in their place.
    if (parts.message() === undefined) parts.paragraph(body.text);
    parts.paragraph(body.content);
    for (const attachment of asList(body.attachments)) anyAttachment(asObject(attachment), parts);
    for (const embed of asList(body.embeds)) discordEmbed(asObject(embed), parts);
    for (const card of asList(body.cardsV2)) googleCard(asObject(asObject(card).card), parts);
    parts.sender(body.username);
  }
  return parts.message();
}

const isMessageCard = (body: JsonObject): boolean => body["@type"] === "MessageCard" || Array.isArray(body.sections);
const isAdaptiveCard = (body: JsonObject): boolean => body.type === "AdaptiveCard" && Array.isArray(body.body);

/** Collects parts, bounded; empty ones and other types are left out. */
class Parts {
  readonly #message: Message = { titles: [], paragraphs: [], fields: [], links: [] };
  #chars = 0;

  title(value: unknown): void {
    this.#add(this.#message.titles, asText(value));
  }

  paragraph(value: unknown): void {
    this.#add(this.#message.paragraphs, asText(value));
  }

  field(name: unknown, value: unknown): void {
    const label = asLine(name, 200)?.replace(/\s*:\s*$/, "");
    const text = asText(value);
    if (text === undefined) return;
    if (label === undefined || label === "") this.paragraph(text);
    else if (this.#hasRoom(this.#message.fields, text)) this.#message.fields.push({ name: label, value: text });
  }

  link(value: unknown): void {
    this.#add(this.#message.links, asLine(value, 2_000));
  }

  color(value: unknown): void {
    const color = typeof value === "number" ? `#${(value & 0xffffff).toString(16).padStart(6, "0")}` : asLine(value, 40);
    if (this.#message.color === undefined && color !== undefined) this.#message.color = color;
  }

  sender(value: unknown): void {
    const sender = asLine(value, 100);
    if (this.#message.sender === undefined && sender !== undefined) this.#message.sender = sender;
  }

  message(): Message | undefined {
    const { titles, paragraphs, fields } = this.#message;
    return titles.length + paragraphs.length + fields.length > 0 ? this.#message : undefined;
  }

  #add(list: string[], value: string | undefined): void {
    if (value !== undefined && !list.includes(value) && this.#hasRoom(list, value)) list.push(value);
  }

  #hasRoom(list: readonly unknown[], text: string): boolean {
    this.#chars += text.length;
    return list.length < MOST_PARTS && this.#chars <= MOST_CHARS;
  }
}

function anyAttachment(attachment: JsonObject, parts: Parts): void {
  const card = asObject(attachment.content);
  if (isAdaptiveCard(card)) adaptive(card, parts, 0);
  else if (isMessageCard(card)) messageCard(card, parts);
  else slackAttachment(attachment, parts);
}

/** https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments; Mattermost's are the same. */
function slackAttachment(attachment: JsonObject, parts: Parts): void {
  parts.color(attachment.color);
  parts.title(attachment.title);
  parts.link(attachment.title_link);
  parts.paragraph(attachment.pretext);
  parts.paragraph(attachment.text);
  for (const field of asList(attachment.fields)) parts.field(asObject(field).title, asObject(field).value);
  for (const block of asList(attachment.blocks)) slackBlock(asObject(block), parts);
  for (const action of asList(attachment.actions)) parts.link(asObject(action).url);
  // What is shown where nothing else can be: it repeats the rest.
  if (attachment.text === undefined && attachment.title === undefined && attachment.blocks === undefined)
    parts.paragraph(attachment.fallback);
}

/** https://docs.slack.dev/reference/block-kit/blocks */
function slackBlock(block: JsonObject, parts: Parts): void {
  switch (block.type) {
    case "header":
      parts.title(textOf(block.text));
      break;
    case "section":
      parts.paragraph(textOf(block.text));
      for (const field of asList(block.fields)) slackField(textOf(field), parts);
      parts.link(asObject(block.accessory).url);
      break;
    case "context":
      for (const element of asList(block.elements)) parts.paragraph(textOf(element));
      break;
    case "actions":
      for (const element of asList(block.elements)) parts.link(asObject(element).url);
      break;
    case "rich_text":
      parts.paragraph(richText(block, 0));
      break;
    case "markdown":
      parts.paragraph(block.text);
      break;
  }
}

/** A field of a section is one text; by habit its first line is the name, in bold. */
function slackField(text: string | undefined, parts: Parts): void {
  const [, name, value] = /^\*([^*\n]{1,100})\*\s*:?[ \t]*\n?([\s\S]+)$/.exec(text ?? "") ?? [];
  if (name !== undefined && value !== undefined) parts.field(name, value);
  else parts.paragraph(text);
}

const textOf = (value: unknown): string | undefined => (isObject(value) ? asText(value.text) : asText(value));

/** The words of a rich text, without mentions; a link as Slack's markup writes it. */
function richText(value: Json, depth: number): string {
  if (depth > MOST_DEPTH) return "";
  const element = asObject(value);
  if (element.type === "link") {
    const url = asLine(element.url, 2_000) ?? "";
    const label = asLine(element.text);
    return label === undefined ? `<${url}>` : `<${url}|${label}>`;
  }
  if (element.type === "text") return typeof element.text === "string" ? element.text : "";
  const inner = asList(element.elements).map((member) => richText(member, depth + 1));
  return element.type === "rich_text_list"
    ? `${inner.join("\n")}\n`
    : `${inner.join("")}${/^rich_text_/.test(String(element.type)) ? "\n" : ""}`;
}

/** https://docs.discord.com/developers/resources/message#embed-object */
function discordEmbed(embed: JsonObject, parts: Parts): void {
  parts.color(embed.color);
  parts.title(embed.title);
  parts.link(embed.url);
  parts.paragraph(embed.description);
  for (const field of asList(embed.fields)) parts.field(asObject(field).name, asObject(field).value);
  parts.sender(asObject(embed.author).name);
}

/** https://learn.microsoft.com/en-us/outlook/actionable-messages/message-card-reference */
function messageCard(card: JsonObject, parts: Parts): void {
  parts.color(colorOf(card.themeColor));
  parts.title(card.title);
  parts.paragraph(card.text);
  for (const entry of asList(card.sections)) {
    const section = asObject(entry);
    parts.title(section.activityTitle);
    parts.title(section.title);
    parts.paragraph(section.activitySubtitle);
    parts.paragraph(section.activityText);
    parts.paragraph(section.text);
    for (const fact of asList(section.facts)) parts.field(asObject(fact).name, asObject(fact).value);
    for (const action of asList(section.potentialAction)) openUri(asObject(action), parts);
  }
  for (const action of asList(card.potentialAction)) openUri(asObject(action), parts);
  // What a notification shows, where the card itself has no heading.
  if (!parts.message()?.titles.length) parts.title(card.summary);
}

function openUri(action: JsonObject, parts: Parts): void {
  for (const target of asList(action.targets)) parts.link(asObject(target).uri);
  for (const target of asList(action.target)) parts.link(target);
}

const colorOf = (value: unknown): string | undefined => {
  const text = asLine(value, 40);
  return text !== undefined && /^[0-9a-f]{6}$/i.test(text) ? `#${text}` : text;
};

/** https://adaptivecards.io/explorer: the first text that is large or bold is the heading. */
function adaptive(element: JsonObject, parts: Parts, depth: number): void {
  if (depth > MOST_DEPTH) return;
  const heading = /^(?:medium|large|extralarge)$/i.test(String(element.size)) || /^bolder$/i.test(String(element.weight));
  if (element.type === "TextBlock") {
    if (heading) parts.title(element.text);
    else parts.paragraph(element.text);
  }
  if (element.type === "RichTextBlock")
    parts.paragraph(
      asList(element.inlines)
        .map((inline) => textOf(inline) ?? "")
        .join(""),
    );
  for (const fact of asList(element.facts)) parts.field(asObject(fact).title, asObject(fact).value);
  for (const name of ["body", "items", "columns"]) for (const member of asList(element[name])) adaptive(asObject(member), parts, depth + 1);
  for (const action of asList(element.actions)) parts.link(asObject(action).url);
}

/** https://developers.google.com/workspace/chat/api/reference/rest/v1/cards */
function googleCard(card: JsonObject, parts: Parts): void {
  const header = asObject(card.header);
  parts.title(header.title);
  parts.paragraph(header.subtitle);
  for (const entry of asList(card.sections)) {
    const section = asObject(entry);
    parts.paragraph(section.header);
    for (const member of asList(section.widgets)) {
      const widget = asObject(member);
      const decorated = asObject(widget.decoratedText);
      parts.paragraph(asObject(widget.textParagraph).text);
      parts.field(decorated.topLabel, decorated.text);
      for (const button of asList(asObject(widget.buttonList).buttons))
        parts.link(asObject(asObject(asObject(button).onClick).openLink).url);
    }
  }
}
