// What Discord accepts in a webhook message: limits, and the tree of errors it answers with (code 50035).
// Facts: discord/discord-api-docs resources/webhook (flags of a post and of an edit, thread_name), resources/message (embed limits, allowed
// mentions), components/reference, reference (error shape); the words for the embed sum from NelsonDane/auto-rsa PR 451. Lengths are counted
// in UTF-16 units, the stricter reading.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf } from "./json.ts";

/** Discord's limits in characters and members. */
export const DISCORD_LIMITS = {
  content: 2000,
  embeds: 10,
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  author: 256,
  embedSum: 6000,
  username: 80,
  threadName: 100,
  rows: 5,
  buttons: 5,
  buttonLabel: 80,
  buttonUrl: 512,
  allowedIds: 100,
  color: 0xffffff,
  /** SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS and IS_COMPONENTS_V2 are all that a webhook may set; of an edit, not the second. */
  flags: { post: 4 | 4096 | 32768, edit: 4 | 32768 },
} as const;

type Path = (string | number)[];
type Report = (path: Path, code: string, message: string) => void;

/**
 * The tree of errors of this body, or undefined when it is fine. An edit may name no thread and no flag that belongs to posting: the real
 * one only ignores them, which hides a mistake.
 */
export function discordErrors(body: JsonObject, request: "post" | "edit" = "post"): JsonObject | undefined {
  const tree: JsonObject = {};
  let wrong = false;
  const report: Report = (path, code, message) => {
    wrong = true;
    let node = tree;
    for (const step of path) {
      const child = objectOf(node[step]);
      node[step] = child;
      node = child;
    }
    node._errors = [...listOf(node._errors), { code, message }];
  };
  longest(body.content, DISCORD_LIMITS.content, ["content"], report);
  checkName(body.username, report);
  checkThreadName(body.thread_name, request, report);
  checkFlags(body.flags, request, report);
  checkEmbeds(body.embeds, report);
  checkMentions(body.allowed_mentions, report);
  return wrong ? tree : undefined;
}

/** The same for the components, which Discord reads only when the request says `with_components=true`. */
export function discordComponentErrors(components: Json | undefined): JsonObject | undefined {
  const rows = listOf(components).map(objectOf);
  const wrong =
    rows.length > DISCORD_LIMITS.rows ||
    rows.some((row) => {
      const buttons = listOf(row.components).map(objectOf);
      return row.type !== 1 || buttons.length === 0 || buttons.length > DISCORD_LIMITS.buttons || !buttons.every(isLinkButton);
    });
  if (!wrong) return undefined;
  return {
    components: { _errors: [{ code: "COMPONENT_INVALID", message: "Only action rows of link buttons are taken from this webhook" }] },
  };
}

/** Only link buttons: they send no interaction, which a plain webhook has nobody to answer. */
const isLinkButton = (button: JsonObject): boolean =>
  button.type === 2 &&
  button.style === 5 &&
  isAddress(button.url) &&
  textOf(button.url).length <= DISCORD_LIMITS.buttonUrl &&
  textOf(button.label) !== "" &&
  textOf(button.label).length <= DISCORD_LIMITS.buttonLabel;

const isAddress = (value: Json | undefined): boolean =>
  typeof value === "string" && /^https?:\/\/[^\s]+$/.test(value) && URL.canParse(value);

/** White space around a text is removed before it is counted. */
function longest(value: Json | undefined, most: number, path: Path, report: Report): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== "string") report(path, "STRING_TYPE_CONVERT", `Could not interpret "${typeof value}" as string.`);
  const length = textOf(value).trim().length;
  if (length > most) report(path, "BASE_TYPE_MAX_LENGTH", `Must be ${most} or fewer in length.`);
  return length;
}

function required(value: Json | undefined, most: number, path: Path, report: Report): number {
  const length = longest(value, most, path, report);
  if (length === 0) report(path, "BASE_TYPE_REQUIRED", "This field is required");
  return length;
}

function checkName(value: Json | undefined, report: Report): void {
  if (value === undefined || value === null) return;
  const name = textOf(value).trim();
  if (name.length < 1 || name.length > DISCORD_LIMITS.username)
    report(["username"], "BASE_TYPE_BAD_LENGTH", `Must be between 1 and ${DISCORD_LIMITS.username} in length.`);
  for (const word of ["clyde", "discord"])
    if (name.toLowerCase().includes(word)) report(["username"], "USERNAME_INVALID_CONTAINS", `Username cannot contain "${word}"`);
}

function checkThreadName(value: Json | undefined, request: "post" | "edit", report: Report): void {
  if (value === undefined || value === null) return;
  const { length } = textOf(value).trim();
  if (request === "edit") report(["thread_name"], "UNKNOWN_FIELD", "A message that exists opens no thread.");
  if (length < 1 || length > DISCORD_LIMITS.threadName)
    report(["thread_name"], "BASE_TYPE_BAD_LENGTH", `Must be between 1 and ${DISCORD_LIMITS.threadName} in length.`);
}

function checkFlags(value: Json | undefined, request: "post" | "edit", report: Report): void {
  if (value === undefined || value === null) return;
  const flags = typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
  if (flags === undefined) report(["flags"], "NUMBER_TYPE_COERCE", `Value "${textOf(value)}" is not int.`);
  else if ((flags & ~DISCORD_LIMITS.flags[request]) !== 0) report(["flags"], "MESSAGE_FLAGS_INVALID", "These flags cannot be set.");
}

function checkEmbeds(value: Json | undefined, report: Report): void {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) {
    report(["embeds"], "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
    return;
  }
  if (value.length > DISCORD_LIMITS.embeds)
    report(["embeds"], "BASE_TYPE_BAD_LENGTH", `Must be ${DISCORD_LIMITS.embeds} or fewer in length.`);
  let sum = 0;
  for (const [index, embed] of value.entries()) {
    if (isObject(embed)) sum += checkEmbed(embed, ["embeds", index], report);
    else report(["embeds", index], "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
  }
  if (sum > DISCORD_LIMITS.embedSum)
    report(["embeds"], "MAX_EMBED_SIZE_EXCEEDED", `Embed size exceeds maximum size of ${DISCORD_LIMITS.embedSum}`);
}

/** Reports what is wrong with one embed and returns the characters that count towards the sum. */
function checkEmbed(embed: JsonObject, path: Path, report: Report): number {
  let sum = longest(embed.title, DISCORD_LIMITS.title, [...path, "title"], report);
  sum += longest(embed.description, DISCORD_LIMITS.description, [...path, "description"], report);
  if (isObject(embed.footer)) sum += required(embed.footer.text, DISCORD_LIMITS.footer, [...path, "footer", "text"], report);
  if (isObject(embed.author)) sum += required(embed.author.name, DISCORD_LIMITS.author, [...path, "author", "name"], report);
  const fields = listOf(embed.fields).map(objectOf);
  if (fields.length > DISCORD_LIMITS.fields)
    report([...path, "fields"], "BASE_TYPE_BAD_LENGTH", `Must be ${DISCORD_LIMITS.fields} or fewer in length.`);
  for (const [index, field] of fields.entries()) {
    sum += required(field.name, DISCORD_LIMITS.fieldName, [...path, "fields", index, "name"], report);
    sum += required(field.value, DISCORD_LIMITS.fieldValue, [...path, "fields", index, "value"], report);
  }
  if (embed.url !== undefined && embed.url !== null && !isAddress(embed.url))
    report([...path, "url"], "URL_TYPE_INVALID_URL", "Not a well formed URL.");
  const { color, timestamp } = embed;
  const whole = typeof color === "number" && Number.isInteger(color) && color >= 0;
  if (color !== undefined && color !== null && !(whole && color <= DISCORD_LIMITS.color))
    report([...path, "color"], "NUMBER_TYPE_MAX", `int value should be between 0 and ${DISCORD_LIMITS.color}.`);
  if (timestamp !== undefined && timestamp !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(textOf(timestamp)))
    report([...path, "timestamp"], "DATE_TIME_TYPE_PARSE", "Could not parse the value. Should be ISO8601.");
  return sum;
}

function checkMentions(value: Json | undefined, report: Report): void {
  const allowed = objectOf(value);
  for (const word of listOf(allowed.parse))
    if (!["users", "roles", "everyone"].includes(textOf(word)))
      report(["allowed_mentions", "parse"], "BASE_TYPE_CHOICES", "Value must be one of ('users', 'roles', 'everyone').");
  for (const name of ["users", "roles"]) {
    const ids = listOf(allowed[name]);
    if (ids.length > 0 && listOf(allowed.parse).includes(name))
      report(
        ["allowed_mentions"],
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        `parse:["${name}"] and ${name}: [ids...] are mutually exclusive.`,
      );
    if (ids.length > DISCORD_LIMITS.allowedIds)
      report(["allowed_mentions", name], "BASE_TYPE_MAX_LENGTH", `Must be ${DISCORD_LIMITS.allowedIds} or fewer in length.`);
  }
}
