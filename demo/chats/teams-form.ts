// What an Adaptive Card may hold, up to version 1.5, for the elements that alerts use, and what Teams asks for on top. Strict as the
// published schema is: a member that an element does not have is an error, and so is one newer than the version the card names.
// Facts: adaptivecards.io/explorer and the schema of 1.5 (microsoft/AdaptiveCards schemas/1.5.0, read, not copied);
// learn.microsoft.com/microsoftteams/platform task-modules-and-cards/cards/cards-format and cards-reference for Teams.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf, webAddress } from "./json.ts";

/** The newest version that Teams is documented to draw; 28 KB for a whole message. */
export const TEAMS_CARD_LIMITS = { version: 1.5, bytes: 28 * 1024 } as const;

type Check = (value: Json, where: string, version: number) => string | undefined;
interface Member {
  check: Check;
  required?: boolean;
  /** The version of the schema that brought it. */
  since?: number;
}
type Shape = Record<string, Member>;

const m = (check: Check, since?: number): Member => ({ check, since });
const need = (check: Check): Member => ({ check, required: true });

const text: Check = (value, where) => (typeof value === "string" ? undefined : `${where} is no text`);
const flag: Check = (value, where) => (typeof value === "boolean" ? undefined : `${where} is no boolean`);
const address: Check = (value, where) => (webAddress(value) === undefined ? `${where} is not an address` : undefined);
const natural: Check = (value, where) => (Number.isInteger(value) && Number(value) >= 0 ? undefined : `${where} is no whole number`);
const pixels: Check = (value, where) => (/^\d+px$/.test(textOf(value)) ? undefined : `${where} is no width in px`);
const exactly =
  (word: string): Check =>
  (value, where) =>
    value === word ? undefined : `${where} must be '${word}'`;
/** Words are read in any case. */
const oneOf =
  (...words: string[]): Check =>
  (value, where) =>
    words.includes(textOf(value).toLowerCase()) ? undefined : `${where} is unknown: '${textOf(value)}'`;
const either =
  (...checks: Check[]): Check =>
  (value, where, version) => {
    const problems = checks.map((check) => check(value, where, version));
    return problems.includes(undefined) ? undefined : problems[0];
  };

const style = oneOf("default", "emphasis", "good", "attention", "warning", "accent");
const color = oneOf("default", "dark", "light", "accent", "good", "warning", "attention");
const size = oneOf("default", "small", "medium", "large", "extralarge");
const weight = oneOf("default", "lighter", "bolder");
const fontType = oneOf("default", "monospace");
const sideways = oneOf("left", "center", "right");
const upright = oneOf("top", "center", "bottom");

function members(value: JsonObject, shape: Shape, where: string, version: number): string | undefined {
  for (const name of Object.keys(value)) if (!Object.hasOwn(shape, name)) return `${where}.${name} is not a member there`;
  for (const [name, { check, required, since = 1 }] of Object.entries(shape)) {
    const member = value[name];
    if (member === undefined) {
      if (required) return `${where}.${name} is missing`;
      continue;
    }
    if (since > version) return `${where}.${name} came with version ${since}, the card says ${version}`;
    const problem = check(member, `${where}.${name}`, version);
    if (problem) return problem;
  }
  return undefined;
}

const object =
  (shape: Shape): Check =>
  (value, where, version) =>
    isObject(value) ? members(value, shape, where, version) : `${where} is not an object`;

const list =
  (check: Check): Check =>
  (value, where, version) => {
    if (!Array.isArray(value)) return `${where} is no list`;
    return value.map((one, index) => check(one, `${where}[${index}]`, version)).find((problem) => problem !== undefined);
  };

const typed =
  (shapes: () => Record<string, Shape>, introduced: Record<string, number>): Check =>
  (value, where, version) => {
    if (!isObject(value)) return `${where} is not an object`;
    const type = textOf(value.type);
    const known = shapes();
    const shape = Object.hasOwn(known, type) ? known[type] : undefined;
    if (!shape) return `${where} has the unknown type '${type}'`;
    if ((introduced[type] ?? 1) > version) return `${where} is a ${type}, which came with version ${introduced[type]}`;
    return members(value, { type: need(exactly(type)), ...shape }, where, version);
  };

const COMMON: Shape = {
  id: m(text),
  isVisible: m(flag, 1.2),
  requires: m(object({}), 1.2),
  fallback: m(
    either(exactly("drop"), (value, where, version) => element(value, where, version)),
    1.2,
  ),
  height: m(oneOf("auto", "stretch"), 1.1),
  separator: m(flag),
  spacing: m(oneOf("default", "none", "small", "medium", "large", "extralarge", "padding")),
};
const BOX: Shape = {
  selectAction: m((value, where, version) => action(value, where, version), 1.1),
  style: m(style),
  verticalContentAlignment: m(upright, 1.1),
  bleed: m(flag, 1.2),
  minHeight: m(pixels, 1.2),
};
const LETTERS: Shape = { color: m(color), fontType: m(fontType, 1.2), isSubtle: m(flag), size: m(size), weight: m(weight) };

const element: Check = typed(() => ELEMENTS, { RichTextBlock: 1.2, ActionSet: 1.2 });
const column: Check = (value, where, version) => {
  const shape: Shape = {
    type: m(exactly("Column")),
    ...COMMON,
    ...BOX,
    items: m(list(element)),
    width: m(either(oneOf("auto", "stretch"), pixels, (one, at) => (typeof one === "number" ? undefined : `${at} is no width`))),
  };
  return object(shape)(value, where, version);
};
const run: Check = either(
  text,
  object({
    type: need(exactly("TextRun")),
    text: need(text),
    ...LETTERS,
    highlight: m(flag),
    italic: m(flag),
    strikethrough: m(flag),
    underline: m(flag, 1.3),
    selectAction: m((value, where, version) => action(value, where, version)),
  }),
);
const fact: Check = object({ type: m(exactly("Fact")), title: need(text), value: need(text) });

// Submit and Execute answer a bot, which a webhook has not; ShowCard and ToggleVisibility are of no use to an alert.
const action: Check = typed(
  () => ({
    "Action.OpenUrl": {
      url: need(address),
      title: m(text),
      iconUrl: m(address, 1.1),
      id: m(text),
      style: m(oneOf("default", "positive", "destructive"), 1.2),
      fallback: m(
        either(exactly("drop"), (value, where, version) => action(value, where, version)),
        1.2,
      ),
      tooltip: m(text, 1.5),
      isEnabled: m(flag, 1.5),
      mode: m(oneOf("primary", "secondary"), 1.5),
      requires: m(object({}), 1.2),
    },
  }),
  {},
);

const ELEMENTS: Record<string, Shape> = {
  TextBlock: {
    ...COMMON,
    ...LETTERS,
    text: need(text),
    horizontalAlignment: m(sideways),
    maxLines: m(natural),
    wrap: m(flag),
    style: m(oneOf("default", "heading"), 1.5),
  },
  RichTextBlock: { ...COMMON, inlines: need(list(run)), horizontalAlignment: m(sideways) },
  Container: { ...COMMON, ...BOX, items: need(list(element)) },
  ColumnSet: {
    ...COMMON,
    selectAction: m((value, where, version) => action(value, where, version), 1.1),
    style: m(style, 1.2),
    bleed: m(flag, 1.2),
    minHeight: m(pixels, 1.2),
    horizontalAlignment: m(sideways),
    columns: m(list(column)),
  },
  FactSet: { ...COMMON, facts: need(list(fact)) },
  ActionSet: { ...COMMON, actions: need(list(action)) },
  Image: {
    ...COMMON,
    url: need(address),
    altText: m(text),
    backgroundColor: m(text, 1.1),
    height: m(text, 1.1),
    width: m(pixels, 1.1),
    horizontalAlignment: m(sideways),
    selectAction: m((value, where, version) => action(value, where, version), 1.1),
    size: m(oneOf("auto", "stretch", "small", "medium", "large")),
    style: m(oneOf("default", "person")),
  },
};

const mentioned: Check = object({ id: need(text), name: need(text) });
const entity: Check = object({ type: need(exactly("mention")), text: need(text), mentioned: need(mentioned) });

const CARD: Shape = {
  type: need(exactly("AdaptiveCard")),
  version: need(text),
  $schema: m(address),
  body: m(list(element)),
  actions: m(list(action)),
  selectAction: m(action, 1.1),
  fallbackText: m(text),
  speak: m(text),
  lang: m(text),
  minHeight: m(pixels, 1.2),
  rtl: m(flag, 1.5),
  verticalContentAlignment: m(upright, 1.1),
  // Not of the schema: Teams' own.
  msteams: m(object({ width: m(exactly("Full")), entities: m(list(entity)) })),
};

/** The first thing that is wrong with the card, or undefined when Teams can draw it. */
export function cardProblem(card: Json | undefined): string | undefined {
  if (!isObject(card) || card.type !== "AdaptiveCard") return "the property 'type' must be 'AdaptiveCard'";
  const version = textOf(card.version);
  if (!/^1\.\d$/.test(version) || Number(version) > TEAMS_CARD_LIMITS.version) return `version '${version}' is not one that is drawn`;
  return members(card, CARD, "card", Number(version));
}

/** An entity whose text stands nowhere mentions nobody. */
function mentionProblem(card: JsonObject): string | undefined {
  const shown = JSON.stringify(card.body ?? []);
  const lost = listOf(objectOf(card.msteams).entities).find(
    (one) => !shown.includes(JSON.stringify(objectOf(one).text ?? "").slice(1, -1)),
  );
  return lost === undefined ? undefined : "card.msteams.entities mentions somebody whom the text does not";
}

/**
 * The first thing that is wrong with a request's body: the envelope that the template's flow asks for, with one card at least,
 * or the bare card of a flow made by hand; and its size in UTF-8.
 */
export function teamsProblem(body: Json | undefined, shape: "envelope" | "card" = "envelope"): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(body ?? null));
  if (bytes > TEAMS_CARD_LIMITS.bytes) return `${bytes} bytes, at most ${TEAMS_CARD_LIMITS.bytes}`;
  if (shape === "card") return wholeProblem(body);
  const { type, attachments, ...rest } = objectOf(body);
  if (type !== "message") return "the property 'type' must be 'message'";
  if (Object.keys(rest).length > 0) return `'${Object.keys(rest)[0]}' is not a member there`;
  if (!Array.isArray(attachments) || attachments.length === 0)
    return "'attachments' is missing, so Send_each_adaptive_card has nothing to send";
  return attachments.map((value) => attachmentProblem(objectOf(value))).find((problem) => problem !== undefined);
}

function attachmentProblem({ contentType, contentUrl, content, ...rest }: JsonObject): string | undefined {
  if (contentType !== "application/vnd.microsoft.card.adaptive") return "an attachment is not application/vnd.microsoft.card.adaptive";
  if (contentUrl !== undefined && contentUrl !== null) return "contentUrl must be null";
  if (Object.keys(rest).length > 0) return `'${Object.keys(rest)[0]}' is not a member there`;
  return wholeProblem(content);
}

const wholeProblem = (card: Json | undefined): string | undefined => cardProblem(card) ?? mentionProblem(objectOf(card));
