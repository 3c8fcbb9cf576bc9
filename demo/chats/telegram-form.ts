// What Telegram's Bot API takes in sendMessage and editMessageText: what it refuses and in which words, and what it takes and silently
// leaves out. A test of ours wants neither.
// Facts: core.telegram.org/bots/api (sendMessage, editMessageText, MessageEntity, formatting options); the words and the limit of 100
// entities from github.com/tdlib/td td/telegram/MessageEntity.cpp (clean_input_string_with_entities, get_input_message_entities) and
// LinkManager.cpp (check_link), and github.com/tdlib/telegram-bot-api Client.cpp.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf } from "./json.ts";
import { type Entity, overlap } from "./telegram-entities.ts";

/** Limits of one message. `text` in UTF-16 units; `entities` are those that the sender gave, the others do not count. */
export const TELEGRAM_LIMITS = { text: 4096, entities: 100, buttons: 100, rowButtons: 8 } as const;

/** The methods that have a form. */
export type TelegramMethod = "sendMessage" | "editMessageText";

const ENTITY_TYPES = new Set(
  (
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote " +
    "expandable_blockquote code pre text_link text_mention custom_emoji date_time"
  ).split(" "),
);
const COMMON = ["chat_id", "text", "entities", "parse_mode", "link_preview_options", "reply_markup"];
const PARAMETERS: Record<TelegramMethod, Set<string>> = {
  sendMessage: new Set([...COMMON, "message_thread_id", "disable_notification", "protect_content", "reply_parameters"]),
  editMessageText: new Set([...COMMON, "message_id"]),
};

/** Why the request is refused with 400, in Telegram's words after `Bad Request: `; undefined when it is not. */
export function telegramRefusal(method: TelegramMethod, body: JsonObject): string | undefined {
  if (body.chat_id === undefined || body.chat_id === "") return "chat_id is empty";
  if (method === "editMessageText" && body.message_id === undefined) return "message identifier is not specified";
  const text = textOf(body.text);
  if (text.trim() === "") return "message text is empty";
  if (!text.isWellFormed()) return "strings must be encoded in UTF-8";
  return (
    entitiesRefusal(body.entities, text) ??
    (shownText(text).length > TELEGRAM_LIMITS.text ? "message is too long" : undefined) ??
    keyboardRefusal(body.reply_markup)
  );
}

/** What Telegram takes and does not show, or shows otherwise than it was sent; empty when nothing. */
export function telegramLosses(method: TelegramMethod, body: JsonObject): string[] {
  const text = textOf(body.text);
  const entities = entitiesOf(body.entities);
  const losses = Object.keys(body)
    .filter((name) => !PARAMETERS[method].has(name))
    .map((name) => `${method} has no parameter ${name}`);
  if (body.parse_mode !== undefined && entities.length > 0) losses.push("entities are not read beside parse_mode");
  if (text !== shownText(text)) losses.push("white space at the ends of the text is cut");
  if (entities.length > TELEGRAM_LIMITS.entities)
    losses.push(`${entities.length} entities: those beyond ${TELEGRAM_LIMITS.entities} are left out`);
  for (const [index, entity] of entities.entries()) {
    const said = text.slice(entity.offset, entity.offset + entity.length);
    if (said.trim() === "") losses.push(`the entity at ${entity.offset} has only white space`);
    if (entity.type === "text_link" && addressProblem(entity.url)) losses.push(`the link at ${entity.offset} has a wrong address`);
    const other = entities.slice(index + 1).find((one) => overlap(entity, one));
    if (other && !canNest(entity, other)) losses.push(`the entities at ${entity.offset} and ${other.offset} cannot overlap`);
  }
  return losses;
}

/** The entities of a body that have the right form. */
export const entitiesOf = (value: Json | undefined): Entity[] =>
  listOf(value).flatMap((one) => {
    const { type, offset, length, url, user } = objectOf(one);
    if (typeof type !== "string" || typeof offset !== "number" || typeof length !== "number") return [];
    const { id } = objectOf(user);
    return [{ type, offset, length, ...(typeof url === "string" ? { url } : {}), ...(typeof id === "number" ? { user: { id } } : {}) }];
  });

/** The text as the chat holds it: white space at its end is gone, and at its beginning. */
export const shownText = (text: string): string => text.replace(/^[ \n]+|[ \n]+$/g, "");

function entitiesRefusal(value: Json | undefined, text: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return "can't parse entities: expected an Array";
  for (const one of value) {
    const entity = objectOf(one);
    const { offset, length, type } = entity;
    if (!isObject(one) || typeof type !== "string" || !ENTITY_TYPES.has(type)) return "can't parse MessageEntity: type is wrong";
    if (!isCount(offset) || !isCount(length)) return "can't parse MessageEntity: offset or length is wrong";
    if (type === "text_mention" && typeof objectOf(entity.user).id !== "number")
      return "can't parse MessageEntity: can't find field \"user\"";
    if (offset >= text.length) return `entity begins after the end of the text at UTF-16 offset ${offset}`;
    const end = offset + length;
    if (end > text.length) return `entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${end}`;
    if (splitsPair(text, offset)) return `entity begins in a middle of a UTF-16 symbol at byte offset ${bytesTo(text, offset)}`;
    if (splitsPair(text, end)) return `entity ends in a middle of a UTF-16 symbol at byte offset ${bytesTo(text, end)}`;
  }
  return undefined;
}

const isCount = (value: Json | undefined): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 1_000_000;

/** Between the halves of a surrogate pair. */
const splitsPair = (text: string, at: number): boolean =>
  /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));

const bytesTo = (text: string, at: number): number => Buffer.byteLength(text.slice(0, at).toWellFormed());

/** `pre` and `code` stand alone; links and mentions hold no other; the rest may hold one another whole. */
function canNest(a: Entity, b: Entity): boolean {
  const alone = ["code", "pre"];
  if (alone.includes(a.type) || alone.includes(b.type) || a.type === b.type) return false;
  const [outer, inner] = a.length >= b.length ? [a, b] : [b, a];
  if (inner.offset < outer.offset || inner.offset + inner.length > outer.offset + outer.length) return false;
  const linking = ["text_link", "text_mention"];
  return !(linking.includes(a.type) && linking.includes(b.type));
}

function keyboardRefusal(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const rows = objectOf(value).inline_keyboard;
  if (!Array.isArray(rows)) return "object expected as reply markup";
  const buttons = rows.flatMap((row) => listOf(row).map(objectOf));
  if (buttons.length > TELEGRAM_LIMITS.buttons || rows.some((row) => listOf(row).length > TELEGRAM_LIMITS.rowButtons))
    return "reply markup is too long";
  for (const button of buttons) {
    if (textOf(button.text).trim() === "") return "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard";
    const problem = addressProblem(button.url);
    if (problem) return `inline keyboard button URL '${textOf(button.url)}' is invalid: ${problem}`;
  }
  return undefined;
}

/** A host needs a dot in it, or to be an IPv6 address. */
function addressProblem(value: Json | undefined): string | undefined {
  const url = URL.parse(textOf(value));
  if (!url) return "Wrong HTTP URL";
  if (url.protocol === "tg:") return undefined;
  if (url.protocol !== "http:" && url.protocol !== "https:") return "Unsupported URL protocol";
  return url.hostname.includes(".") || url.hostname.startsWith("[") ? undefined : "Wrong HTTP URL";
}
