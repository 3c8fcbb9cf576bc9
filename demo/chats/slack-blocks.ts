// What Slack accepts in a message body, and whom it would notify.
// Limits: slackapi/node-slack-sdk packages/types/src/block-kit, docs.slack.dev reference/block-kit/blocks; the sum of all block text is
// not documented (measured in slackapi/bolt-js issue 2509). Lengths are counted in UTF-16 units, the stricter reading.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf, webAddress } from "./json.ts";
import type { Ping } from "./types.ts";

/** Slack's limits in characters and members. */
export const SLACK_LIMITS = {
  blocks: 50,
  blockTextSum: 13_200,
  header: 150,
  section: 3000,
  fields: 10,
  field: 2000,
  contextElements: 10,
  actions: 25,
  buttonText: 75,
  buttonUrl: 3000,
  buttonValue: 2000,
  markdown: 12_000,
  id: 255,
  text: 40_000,
  attachments: 100,
} as const;

/** The word that Slack refuses this body with, or undefined when it takes it. */
export function slackProblem(body: JsonObject): string | undefined {
  const blocks = listOf(body.blocks);
  const attachments = listOf(body.attachments).map(objectOf);
  if (textOf(body.text) === "" && blocks.length === 0 && attachments.length === 0) return "no_text";
  if (attachments.length > SLACK_LIMITS.attachments) return "too_many_attachments";
  if (!validBlocks(blocks)) return "invalid_blocks";
  if (!attachments.every(validAttachment)) return "invalid_attachments";
  const all = [...blocks, ...attachments.flatMap((attachment) => listOf(attachment.blocks))];
  return textSum(all) > SLACK_LIMITS.blockTextSum ? "msg_blocks_too_long" : undefined;
}

const ATTACHMENT_TEXTS = ["fallback", "text", "pretext", "title", "author_name", "image_url"];

function validAttachment(attachment: JsonObject): boolean {
  const says = ATTACHMENT_TEXTS.some((name) => textOf(attachment[name]) !== "") || listOf(attachment.fields).length > 0;
  return validBlocks(listOf(attachment.blocks)) && (says || listOf(attachment.blocks).length > 0);
}

function validBlocks(blocks: Json[]): boolean {
  const ids = blocks.map((block) => textOf(objectOf(block).block_id)).filter((id) => id !== "");
  const idsFit = new Set(ids).size === ids.length && ids.every((id) => id.length <= SLACK_LIMITS.id);
  return idsFit && blocks.length <= SLACK_LIMITS.blocks && blocks.every((block) => isObject(block) && validBlock(block));
}

function validBlock(block: JsonObject): boolean {
  const elements = listOf(block.elements);
  switch (block.type) {
    case "header":
      return validText(block.text, SLACK_LIMITS.header, ["plain_text"]);
    case "section": {
      const fields = listOf(block.fields);
      const textFits = block.text === undefined ? fields.length > 0 : validText(block.text, SLACK_LIMITS.section);
      const accessory = block.accessory === undefined || validElement(block.accessory);
      return textFits && accessory && fields.length <= SLACK_LIMITS.fields && fields.every((field) => validText(field, SLACK_LIMITS.field));
    }
    case "context":
      return (
        elements.length > 0 &&
        elements.length <= SLACK_LIMITS.contextElements &&
        elements.every((element) => validText(element, SLACK_LIMITS.section) || validImage(objectOf(element)))
      );
    case "actions": {
      const ids = elements.map((element) => textOf(objectOf(element).action_id)).filter((id) => id !== "");
      const counted = elements.length > 0 && elements.length <= SLACK_LIMITS.actions && new Set(ids).size === ids.length;
      return counted && elements.every(validElement);
    }
    case "rich_text":
      return elements.length > 0 && elements.every(validRich);
    case "image":
      return validImage(block);
    case "markdown":
      return textOf(block.text) !== "" && textOf(block.text).length <= SLACK_LIMITS.markdown;
    case "divider":
      return true;
    default:
      return false;
  }
}

function validText(value: Json | undefined, most: number, types = ["plain_text", "mrkdwn"]): boolean {
  const { type, text } = objectOf(value);
  return types.includes(textOf(type)) && textOf(text).length >= 1 && textOf(text).length <= most;
}

const validImage = (image: JsonObject): boolean =>
  image.type === "image" && webAddress(image.image_url) !== undefined && textOf(image.alt_text) !== "";

/** A button's address must be absolute: "example.com/x" was refused as invalid_blocks (louislam/uptime-kuma issue 941). */
function validElement(value: Json): boolean {
  const element = objectOf(value);
  if (element.type === "image") return validImage(element);
  if (element.type !== "button" || !validText(element.text, SLACK_LIMITS.buttonText, ["plain_text"])) return false;
  if (element.style !== undefined && element.style !== "primary" && element.style !== "danger") return false;
  if (element.url !== undefined && (webAddress(element.url) === undefined || textOf(element.url).length > SLACK_LIMITS.buttonUrl))
    return false;
  return textOf(element.value).length <= SLACK_LIMITS.buttonValue && textOf(element.action_id).length <= SLACK_LIMITS.id;
}

const RICH = ["rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list"];
const RICH_LEAVES = ["text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color"];

function validRich(value: Json): boolean {
  const { type, elements } = objectOf(value);
  if (!RICH.includes(textOf(type)) || !Array.isArray(elements)) return false;
  if (type === "rich_text_list") return elements.every((item) => objectOf(item).type === "rich_text_section" && validRich(item));
  return elements.every((leaf) => {
    const { type: kind, text, url } = objectOf(leaf);
    if (!RICH_LEAVES.includes(textOf(kind))) return false;
    return kind === "text" ? textOf(text) !== "" : kind !== "link" || webAddress(url) !== undefined;
  });
}

/** The length of every text in the blocks, however deep. */
function textSum(value: Json): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, member) => sum + textSum(member), 0);
  if (!isObject(value)) return 0;
  let sum = 0;
  for (const [name, member] of Object.entries(value))
    sum += name === "text" && typeof member === "string" ? member.length : textSum(member);
  return sum;
}

const CONTROL = /<(?:!(channel|here|everyone)(?:\|[^>]*)?|@([UW]\w+)(?:\|[^>]*)?|!subteam\^(\w+)(?:\|[^>]*)?)>/g;
const LINKED_NAME = /@(channel|here|everyone)\b/g;

/**
 * Whom the message would notify. Every mrkdwn text counts, also inside code spans and also the top-level text beside blocks: where Slack's
 * own behaviour is not documented, the test must fail rather than a person be woken.
 */
export function slackPings(body: JsonObject): Ping[] {
  const pings: Ping[] = [];
  const names = body.link_names === true || body.link_names === 1 || body.parse === "full";
  const scan = (text: string, where: string): void => {
    for (const [, wide, user, group] of text.matchAll(CONTROL)) {
      if (wide) pings.push({ kind: wide as "channel" | "here" | "everyone", where });
      if (user) pings.push({ kind: "user", target: user, where });
      if (group) pings.push({ kind: "group", target: group, where });
    }
    if (names) for (const [, wide] of text.matchAll(LINKED_NAME)) pings.push({ kind: wide as "channel" | "here" | "everyone", where });
  };
  walk(body, "", scan, pings);
  return pings;
}

/** Strings under these names are drawn literally or not drawn; everything else is read as mrkdwn. */
const LITERAL = new Set(["type", "color", "block_id", "action_id", "value", "url", "image_url", "alt_text", "style", "ts"]);

function walk(value: Json, where: string, scan: (text: string, where: string) => void, pings: Ping[]): void {
  if (typeof value === "string") scan(value, where);
  if (Array.isArray(value)) for (const [index, member] of value.entries()) walk(member, `${where}[${index}]`, scan, pings);
  if (!isObject(value)) return;
  if (value.type === "plain_text" || (value.type === "text" && where.includes("elements"))) return;
  if (value.type === "broadcast") pings.push({ kind: textOf(value.range) as "channel" | "here" | "everyone", where });
  if (value.type === "user") pings.push({ kind: "user", target: textOf(value.user_id), where });
  if (value.type === "usergroup") pings.push({ kind: "group", target: textOf(value.usergroup_id), where });
  for (const [name, member] of Object.entries(value)) if (!LITERAL.has(name)) walk(member, where ? `${where}.${name}` : name, scan, pings);
}
