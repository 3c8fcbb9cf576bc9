// Whether Teams can draw an Adaptive Card, for the elements that alerts use, and whom it would mention.
// Facts: adaptivecards.io schema explorer (1.0 to 1.5); learn.microsoft.com task-modules-and-cards/cards/cards-format for mentions.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf, webAddress } from "./json.ts";
import type { Ping } from "./types.ts";

/** The newest schema that Teams is documented to draw. */
const NEWEST = 1.5;
const STYLES = ["default", "emphasis", "good", "attention", "warning", "accent"];
const ENUMS: Record<string, string[]> = {
  size: ["default", "small", "medium", "large", "extralarge"],
  weight: ["default", "lighter", "bolder"],
  color: ["default", "dark", "light", "accent", "good", "warning", "attention"],
  fontType: ["default", "monospace"],
};

/** The first thing that is wrong with the card, or undefined when it can be drawn. */
export function cardProblem(card: Json | undefined): string | undefined {
  if (!isObject(card) || card.type !== "AdaptiveCard") return "the property 'type' must be 'AdaptiveCard'";
  const version = textOf(card.version);
  if (!/^1\.\d$/.test(version) || Number(version) > NEWEST) return `version '${version}' is not one that is drawn`;
  if (card.body !== undefined && !Array.isArray(card.body)) return "body must be a list";
  return first(listOf(card.body), "body", elementProblem) ?? first(listOf(card.actions), "actions", actionProblem);
}

function first(items: Json[], where: string, check: (item: JsonObject, where: string) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = isObject(item) ? check(item, `${where}[${index}]`) : `${where}[${index}] is not an object`;
    if (problem) return problem;
  }
  return undefined;
}

function elementProblem(element: JsonObject, where: string): string | undefined {
  switch (element.type) {
    case "TextBlock":
      return typeof element.text === "string" ? enumProblem(element, where) : `${where}.text is missing`;
    case "Container":
      return styleProblem(element, where) ?? listProblem(element, "items", where, elementProblem);
    case "ColumnSet":
      return styleProblem(element, where) ?? listProblem(element, "columns", where, columnProblem);
    case "FactSet":
      return listProblem(element, "facts", where, factProblem);
    case "RichTextBlock":
      return Array.isArray(element.inlines) ? runsProblem(element.inlines, where) : `${where}.inlines is missing`;
    case "ActionSet":
      return listProblem(element, "actions", where, actionProblem);
    case "Image":
      return webAddress(element.url) === undefined ? `${where}.url is not an address` : undefined;
    default:
      return `${where} has the unknown type '${textOf(element.type)}'`;
  }
}

function listProblem(element: JsonObject, name: string, where: string, check: (item: JsonObject, where: string) => string | undefined) {
  const items = element[name];
  return Array.isArray(items) ? first(items, `${where}.${name}`, check) : `${where}.${name} is missing`;
}

/** Inside a ColumnSet the type of a column may be left out. */
function columnProblem(column: JsonObject, where: string): string | undefined {
  if (column.type !== undefined && column.type !== "Column") return `${where} is not a Column`;
  return styleProblem(column, where) ?? first(listOf(column.items), `${where}.items`, elementProblem);
}

const factProblem = (fact: JsonObject, where: string): string | undefined =>
  typeof fact.title === "string" && typeof fact.value === "string" ? undefined : `${where} needs a title and a value`;

function runsProblem(runs: Json[], where: string): string | undefined {
  for (const [index, run] of runs.entries()) {
    if (typeof run === "string") continue;
    const { type, text } = objectOf(run);
    if (type !== "TextRun" || typeof text !== "string") return `${where}.inlines[${index}] is not a TextRun`;
    const problem = enumProblem(objectOf(run), `${where}.inlines[${index}]`);
    if (problem) return problem;
  }
  return undefined;
}

function actionProblem(action: JsonObject, where: string): string | undefined {
  if (action.type !== "Action.OpenUrl") return `${where} has the unknown type '${textOf(action.type)}'`;
  return webAddress(action.url) === undefined ? `${where}.url is not an address` : undefined;
}

const styleProblem = (element: JsonObject, where: string): string | undefined =>
  element.style === undefined || STYLES.includes(textOf(element.style).toLowerCase()) ? undefined : `${where}.style is unknown`;

function enumProblem(element: JsonObject, where: string): string | undefined {
  for (const [name, values] of Object.entries(ENUMS))
    if (element[name] !== undefined && !values.includes(textOf(element[name]).toLowerCase())) return `${where}.${name} is unknown`;
  return undefined;
}

/** Teams notifies for an `<at>` text only when the card's `msteams.entities` says who that is; either alone does nothing. */
export function cardPings(card: JsonObject): Ping[] {
  const text = JSON.stringify([card.body ?? null]);
  return listOf(objectOf(card.msteams).entities).flatMap((value): Ping[] => {
    const entity = objectOf(value);
    const spoken = JSON.stringify(textOf(entity.text)).slice(1, -1);
    if (entity.type !== "mention" || spoken === "" || !text.includes(spoken)) return [];
    const who = objectOf(entity.mentioned);
    return [{ kind: "user", target: textOf(who.id) || textOf(who.name), where: "msteams.entities" }];
  });
}
