// What a Mattermost server makes of a webhook's body: what it refuses, what it rewrites, whom it notifies; and, stricter than the
// server, what it would take and show otherwise than meant.
// Facts: mattermost/mattermost server/channels/web/webhook.go, server/channels/app/webhook.go (HandleIncomingWebhook, SplitWebhookPost),
// server/public/model/incoming_webhook.go, slack_attachment.go, server/channels/app/mention_parser_standard.go; the pages
// integrate/webhooks/incoming and integrate/reference/message-attachments of docs.mattermost.com/developers.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf, webAddress } from "./json.ts";
import type { Ping } from "./types.ts";

/** Lengths in code points. `oldProps`: what older servers took for all attachments together, as JSON. */
export const MATTERMOST_LIMITS = { text: 16_383, props: 760_000, oldProps: 7_600, footer: 300 } as const;

/** An error as the server names it. */
export interface MattermostError {
  status: number;
  id: string;
  message: string;
}

const error = (status: number, id: string, message: string): MattermostError => ({ status, id, message });

const TEXTS = ["text", "username", "icon_url", "channel", "type", "icon_emoji", "root_id"];
const ATTACHMENT_TEXTS = [
  "fallback",
  "color",
  "pretext",
  "author_name",
  "author_link",
  "author_icon",
  "title",
  "title_link",
  "text",
  "image_url",
  "thumb_url",
  "footer",
  "footer_icon",
];
const runes = (text: string): number => Array.from(text).length;
/** JSON as Go writes it: three characters become six. */
const written = (value: Json): string => JSON.stringify(value).replace(/[<>&]/g, "\\u0000");

/** Why the server refuses a body; undefined when it takes it. Members that it does not know it passes over. */
export function mattermostRefusal(body: Json | undefined): MattermostError | undefined {
  if (!isObject(body) || !decodes(body)) return error(400, "model.incoming_hook.parse_data.app_error", "Unable to parse incoming data.");
  if (textOf(body.text) === "" && !Array.isArray(body.attachments))
    return error(400, "web.incoming_webhook.text.app_error", "No text specified.");
  if (isObject(body.priority) && typeof body.priority.priority !== "string")
    return error(400, "api.context.invalid_param.app_error", "Invalid or missing webhook.priority.priority parameter in request body.");
  if (textOf(body.type).startsWith("system_"))
    return error(400, "api.context.invalid_param.app_error", "Invalid or missing post.type parameter in request body.");
  if (runes(written(listOf(body.attachments))) > MATTERMOST_LIMITS.props)
    return error(400, "web.incoming_webhook.split_props_length.app_error", "Unable to split webhook props into more parts.");
  return undefined;
}

/** Go's decoder: a member of another type makes the whole body unreadable; null stands for nothing. */
function decodes(body: JsonObject): boolean {
  const nothing = (value: Json | undefined): boolean => value === undefined || value === null;
  const texts = (object: JsonObject, names: string[]): boolean =>
    names.every((name) => nothing(object[name]) || typeof object[name] === "string");
  const attachments = body.attachments;
  return (
    texts(body, TEXTS) &&
    (nothing(body.props) || isObject(body.props)) &&
    (nothing(body.priority) || isObject(body.priority)) &&
    (nothing(body.silent) || typeof body.silent === "boolean") &&
    (nothing(attachments) || (Array.isArray(attachments) && attachments.every((one) => one === null || isObject(one)))) &&
    listOf(attachments).every((one) => {
      const attachment = objectOf(one);
      const fields = attachment.fields;
      return (
        texts(attachment, ATTACHMENT_TEXTS) &&
        (nothing(fields) || (Array.isArray(fields) && fields.every((field) => field === null || isObject(field)))) &&
        listOf(fields).every((field) => texts(objectOf(field), ["title"]))
      );
    })
  );
}

/** The first thing in a body that no server shows as it was meant; undefined when all of them do. */
export function mattermostProblem(body: Json | undefined): string | undefined {
  const refused = mattermostRefusal(body);
  if (refused) return `${refused.id}: ${refused.message}`;
  const { text, attachments, priority, silent, props, ...rest } = objectOf(body);
  const stranger = Object.keys(rest).find((name) => !TEXTS.includes(name));
  if (stranger !== undefined) return `${stranger} is not a parameter`;
  if (runes(textOf(text)) > MATTERMOST_LIMITS.text) return `text is over ${MATTERMOST_LIMITS.text} characters and would be split`;
  if (props !== undefined && Object.keys(objectOf(props)).some((name) => name !== "card")) return "props has reserved members";
  if (runes(written(listOf(attachments))) > MATTERMOST_LIMITS.oldProps)
    return `the attachments are over ${MATTERMOST_LIMITS.oldProps} characters and would be cut by older servers`;
  return (
    priorityProblem(priority, silent) ??
    listOf(attachments)
      .map((one, index) => attachmentProblem(objectOf(one), `attachments[${index}]`))
      .find((problem) => problem !== undefined)
  );
}

function priorityProblem(value: Json | undefined, silent: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  const { priority, requested_ack, persistent_notifications, ...rest } = objectOf(value);
  if (!["", "important", "urgent"].includes(textOf(priority))) return `priority is none: ${textOf(priority)}`;
  if (persistent_notifications === true && silent === true) return "a post cannot be both persistent and silent";
  return Object.keys(rest).length > 0 || (requested_ack !== undefined && typeof requested_ack !== "boolean")
    ? "priority has a stranger"
    : undefined;
}

function attachmentProblem(attachment: JsonObject, where: string): string | undefined {
  const { fields, ...own } = attachment;
  const stranger = Object.keys(own).find((name) => !ATTACHMENT_TEXTS.includes(name));
  if (stranger !== undefined) return `${where}.${stranger} is not shown`;
  if (textOf(own.fallback) === "") return `${where}.fallback is required`;
  if (own.color !== undefined && !/^(#[0-9a-f]{6}|good|warning|danger)$/i.test(textOf(own.color))) return `${where}.color is none`;
  if (own.title_link !== undefined && (textOf(own.title) === "" || webAddress(own.title_link) === undefined))
    return `${where}.title_link needs a title and has to be an address`;
  if (runes(textOf(own.footer)) > MATTERMOST_LIMITS.footer) return `${where}.footer is over ${MATTERMOST_LIMITS.footer} characters`;
  for (const [index, value] of listOf(fields).entries()) {
    const { title, value: shown, short, ...rest } = objectOf(value);
    const complete = textOf(title) !== "" && textOf(shown) !== "" && (short === undefined || typeof short === "boolean");
    if (!complete || Object.keys(rest).length > 0) return `${where}.fields[${index}] needs a title and a value`;
  }
  return undefined;
}

/** The body as the server keeps it: Slack's forms are rewritten wherever they stand, code included. */
export function mattermostRewritten(body: JsonObject): JsonObject {
  const links = (text: string): string => text.replace(/<([^\n<|>]+)\|([^|\n>]+)>/g, "[$2]($1)");
  const looseLinks = (text: string): string => text.replace(/<([^<|]+)\|([^>]+)>/g, "[$2]($1)");
  const attachments = listOf(body.attachments)
    .filter((one) => one !== null)
    .map((one) => {
      const attachment = objectOf(one);
      const changed = Object.fromEntries(
        ["pretext", "text", "title"].flatMap((name) => {
          const text = attachment[name];
          if (typeof text !== "string") return [];
          return [[name, name === "title" ? announced(text) : looseLinks(announced(text))]];
        }),
      );
      const fields = listOf(attachment.fields)
        .filter((field) => field !== null)
        .map((field) => ({ ...objectOf(field), value: looseLinks(announced(String(objectOf(field).value ?? ""))) }));
      return { ...attachment, ...changed, ...(fields.length > 0 ? { fields } : {}) };
    });
  return { ...body, text: links(announced(textOf(body.text))), ...(attachments.length > 0 ? { attachments } : {}) };
}

const announced = (text: string): string => text.replace(/<!(channel|here|all)>/g, "@$1").replace(/<@([a-zA-Z0-9]+)>/g, "@user-$1");

/** Splits a long text as the server does: over several posts, the attachments at the last one. */
export function mattermostPosts(body: JsonObject): JsonObject[] {
  const characters = Array.from(textOf(body.text));
  if (characters.length <= MATTERMOST_LIMITS.text) return [body];
  const { attachments, ...base } = body;
  const count = Math.ceil(characters.length / MATTERMOST_LIMITS.text);
  return Array.from({ length: count }, (_, index) => {
    const text = characters.slice(index * MATTERMOST_LIMITS.text, (index + 1) * MATTERMOST_LIMITS.text).join("");
    return { ...base, text, ...(index === count - 1 && attachments !== undefined ? { attachments } : {}) };
  });
}

/** Whom a kept post notifies: mentions in its text and in the attachments' pretext, text and field values, but not in code. */
export function mattermostPings(post: JsonObject): Ping[] {
  const places: [string, string][] = [["text", textOf(post.text)]];
  for (const [index, value] of listOf(post.attachments).entries()) {
    const { pretext, text, fields } = objectOf(value);
    places.push([`attachments[${index}].pretext`, textOf(pretext)], [`attachments[${index}].text`, textOf(text)]);
    for (const field of listOf(fields)) places.push([`attachments[${index}].fields`, textOf(objectOf(field).value)]);
  }
  return places.flatMap(([where, text]) => mentionsIn(text).map((ping) => ({ ...ping, where })));
}

function mentionsIn(text: string): Omit<Ping, "where">[] {
  const prose = text
    .replace(/^```[\s\S]*?^```$/gm, " ")
    // From left to right: an escaped backtick begins no code, and an escaped @ mentions all the same.
    .replace(/\\([!-/:-@[-`{-~])|(`+)[^`][\s\S]*?\2/g, (_code, escaped?: string) => escaped ?? " ");
  const words = prose.split(/[^\p{L}\p{N}:.\-_@]+/u).flatMap((word) => [word, ...word.split(/[.\-:]/)]);
  const names = words.flatMap((word) => /^[:.\-_]*@(\w[\w.\-:]*)$/.exec(word)?.[1]?.replace(/[.\-:_]+$/, "") ?? []);
  return [...new Set(names)].map((name): Omit<Ping, "where"> => {
    const wide = name.toLowerCase();
    if (wide === "channel" || wide === "here") return { kind: wide };
    return wide === "all" ? { kind: "everyone" } : { kind: "user", target: name };
  });
}
