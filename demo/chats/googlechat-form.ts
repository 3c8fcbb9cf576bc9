// What Google Chat accepts as a message: the members that webhooks may set, their types, and the documented sizes.
// Facts: googleapis/googleapis google/chat/v1/message.proto and google/apps/card/v1/card.proto; developers.google.com workspace/chat
// format-messages and api/reference/rest/v1/cards ("up to 100 widgets per card", "at least one widget" in a section).
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf, webAddress } from "./json.ts";
import type { Ping } from "./types.ts";

/** `bytes` of UTF-8 over text and cards; `threadKey` and `text` in characters. */
export const GOOGLECHAT_LIMITS = { bytes: 32_000, widgets: 100, threadKey: 4_000, text: 4_096 } as const;

type Check = (value: Json, where: string) => string | undefined;
interface Member {
  check: Check;
  required?: boolean;
}

const text: Check = (value, where) => (typeof value === "string" ? undefined : `${where} is no string`);
const flag: Check = (value, where) => (typeof value === "boolean" ? undefined : `${where} is no boolean`);
const address: Check = (value, where) => (webAddress(value) === undefined ? `${where} is no address` : undefined);
const needed = (check: Check): Member => ({ check, required: true });
const maybe = (check: Check): Member => ({ check });
const filled: Check = (value, where) => text(value, where) ?? (textOf(value).trim() === "" ? `${where} is empty` : undefined);
const oneOf =
  (...words: string[]): Check =>
  (value, where) =>
    words.includes(textOf(value)) ? undefined : `${where} is none of ${words.join(", ")}`;

function shape(members: Record<string, Member>): Check {
  return (value, where) => {
    if (!isObject(value)) return `${where} is no object`;
    for (const name of Object.keys(value))
      if (!Object.hasOwn(members, name)) return `Unknown name "${name}" at '${where}': Cannot find field.`;
    for (const [name, { check, required }] of Object.entries(members)) {
      const member = value[name];
      const problem = member === undefined ? (required ? `${where}.${name} is missing` : undefined) : check(member, `${where}.${name}`);
      if (problem) return problem;
    }
    return undefined;
  };
}

function list(check: Check, least = 1): Check {
  return (value, where) => {
    if (!Array.isArray(value)) return `${where} is no list`;
    if (value.length < least) return `${where} must have at least ${least}`;
    return firstProblem(value.map((member, index) => check(member, `${where}[${index}]`)));
  };
}

const firstProblem = (problems: (string | undefined)[]): string | undefined => problems.find((problem) => problem !== undefined);

// Only what a webhook can use: actions, inputs and dialogs need an app that is asked back.
const onClick = shape({ openLink: needed(shape({ url: needed(address) })) });
const icon = shape({ knownIcon: maybe(text), iconUrl: maybe(address), altText: maybe(text) });
const button = shape({ text: needed(filled), onClick: needed(onClick), icon: maybe(icon), disabled: maybe(flag), altText: maybe(text) });
const decoratedText = shape({
  topLabel: maybe(html),
  text: needed(html),
  bottomLabel: maybe(html),
  wrapText: maybe(flag),
  startIcon: maybe(icon),
  onClick: maybe(onClick),
  button: maybe(button),
});
const WIDGETS: Record<string, Check> = {
  textParagraph: shape({
    text: needed(html),
    maxLines: maybe((value, where) => (typeof value === "number" ? undefined : `${where} is no number`)),
  }),
  decoratedText,
  buttonList: shape({ buttons: needed(list(button)) }),
  divider: shape({}),
};

function widget(value: Json, where: string): string | undefined {
  const [name, ...others] = Object.keys(objectOf(value));
  if (name === undefined || others.length > 0) return `${where} must have exactly one kind of widget`;
  const check = Object.hasOwn(WIDGETS, name) ? WIDGETS[name] : undefined;
  return check ? check(objectOf(value)[name] ?? null, `${where}.${name}`) : `Unknown name "${name}" at '${where}': Cannot find field.`;
}

const card = shape({
  header: maybe(
    shape({ title: needed(filled), subtitle: maybe(text), imageUrl: maybe(address), imageType: maybe(oneOf("SQUARE", "CIRCLE")) }),
  ),
  sections: needed(
    list(
      shape({
        header: maybe(html),
        widgets: needed(list(widget)),
        collapsible: maybe(flag),
        uncollapsibleWidgetsCount: maybe(() => undefined),
      }),
    ),
  ),
  sectionDividerStyle: maybe(oneOf("SOLID_DIVIDER", "NO_DIVIDER")),
});

const message = shape({
  text: maybe(text),
  fallbackText: maybe(text),
  cardsV2: maybe(list(shape({ cardId: maybe(text), card: needed(card) }))),
  thread: maybe(shape({ threadKey: maybe(filled), name: maybe(filled) })),
});

// Tags that cards read; any other bracket or a lone ampersand is a text that was not escaped.
const TAG = /<(?:\/?(?:b|i|u|s|strike|br|ul|ol|li|code)\s*\/?|font color="#[0-9a-fA-F]{6}"|\/font|a href="https?:[^"<>]*"|\/a|time)>/g;
function html(value: Json, where: string): string | undefined {
  if (typeof value !== "string") return `${where} is no string`;
  const rest = value.replace(TAG, "");
  if (/[<>]/.test(rest)) return `${where} has markup that cards do not read`;
  return /&(?!(amp|lt|gt|quot|nbsp|#\d+);)/.test(rest) ? `${where} has an ampersand that is not escaped` : undefined;
}

/** Why Google Chat refuses a body; undefined when it takes it and shows all of it. */
export function googlechatProblem(body: Json | undefined): string | undefined {
  if (!isObject(body)) return "Invalid JSON payload received.";
  const problem = message(body, "message");
  if (problem) return problem;
  if (textOf(body.text).trim() === "" && listOf(body.cardsV2).length === 0)
    return "Message cannot be empty. Discarding empty create message request.";
  const bytes = Buffer.byteLength(JSON.stringify({ text: body.text ?? "", cardsV2: body.cardsV2 ?? [] }));
  if (bytes > GOOGLECHAT_LIMITS.bytes) return `Message is ${bytes} bytes, at most ${GOOGLECHAT_LIMITS.bytes}`;
  if (Array.from(textOf(body.text)).length > GOOGLECHAT_LIMITS.text) return `text is over ${GOOGLECHAT_LIMITS.text} characters`;
  if (textOf(objectOf(body.thread).threadKey).length > GOOGLECHAT_LIMITS.threadKey) return "thread.threadKey is too long";
  const most = Math.max(0, ...listOf(body.cardsV2).map((one) => widgetsOf(objectOf(objectOf(one).card))));
  return most > GOOGLECHAT_LIMITS.widgets
    ? `a card has ${most} widgets, those beyond ${GOOGLECHAT_LIMITS.widgets} are not shown`
    : undefined;
}

const widgetsOf = (one: JsonObject): number =>
  listOf(one.sections).reduce<number>((sum, section) => sum + listOf(objectOf(section).widgets).length, 0);

/** Whom a message notifies: only `text` mentions, cards do not. Mentions in code count too: a test should fail rather than rely on it. */
export function googlechatPings(body: JsonObject): Ping[] {
  const names = Array.from(textOf(body.text).matchAll(/<users\/([\w.@-]+)>/g), ([, name = ""]) => name);
  return [...new Set(names)].map((name) =>
    name === "all" ? { kind: "everyone", where: "text" } : { kind: "user", target: name, where: "text" },
  );
}
