// Rules by what people call them, `ROUTE/NAME`, and edits of the text that holds them.
import { rulePath, ruleText } from "../../src/config/rule-text.ts";
import { isTable } from "../../src/config/table.ts";
import { closest } from "../../src/rules/closest.ts";
import { Refusal } from "../frame/errors.ts";
import { addRule, copyRule, moveRule, removeTable, setKeys } from "./edit-text.ts";
import { type Editable, type Tables, tableNamed } from "./edits.ts";

/** A rule, and where it stands among those of its route. */
export interface NamedRule {
  route: string;
  name: string;
  index: number;
  table: Record<string, unknown>;
}

/** Where a rule is to go. */
export interface Place {
  first?: boolean;
  last?: boolean;
  before?: string;
  after?: string;
}

/** A rule that has to be there, by `ROUTE/NAME`. */
export function ruleNamed(document: Tables, text: string): NamedRule {
  const [, route = "", name = ""] = /^([^/]+)\/(.+)$/s.exec(text) ?? [];
  if (route === "") throw new Refusal(`${JSON.stringify(text)} is not ROUTE/NAME.`, { hint: "See: npx tocsin rules list" });
  return { route, name, ...placed(document, route, name) };
}

/** The names of a route's rules; one that has none is called by its number. */
export const ruleNames = (document: Tables, route: string): string[] =>
  rulesOf(document, route).map(({ name }, index) => (typeof name === "string" ? name : `rule ${index + 1}`));

/** A text with other values of a rule's keys; undefined takes a key out. */
export const withRuleKeys = ({ text }: Editable, { route, index }: NamedRule, values: Record<string, unknown>): string =>
  setKeys(text, rulePath(route, index), values);

/** A text with a rule less. */
export function withoutRule({ text, document }: Editable, name: string): string {
  const { route, index } = ruleNamed(document, name);
  return removeTable(text, rulePath(route, index));
}

/** A text with a copy of a rule below it. */
export const withCopy = (
  { text, document }: Editable,
  { route, index }: NamedRule,
  name: string,
  values: Record<string, unknown>,
): string => copyRule(text, route, index, { name: free(document, route, name), ...values });

/** A text with a rule more. */
export function withRule({ text, document }: Editable, route: string, name: string, values: Record<string, unknown>, place: Place): string {
  const names = ruleNames(document, route);
  const at = placeOf(document, route, place, names.length) ?? names.length;
  return addRule(text, route, at, { name: free(document, route, name), ...values });
}

/** A text with a rule elsewhere; undefined where it stands there already. */
export function withMoved({ text, document }: Editable, { route, name, index }: NamedRule, place: Place): string | undefined {
  if (place.before === name || place.after === name) return undefined;
  const at = placeOf(document, route, place, rulesOf(document, route).length);
  if (at === undefined) throw new Refusal("Where to?", { hint: "Say one of --first, --last, --before NAME and --after NAME." });
  // The place is told as it is while the rule still stands where it does.
  const to = at > index ? at - 1 : at;
  return to === index ? undefined : moveRule(text, route, index, to);
}

/** A rule as the text has it; undefined where it has no table of its own. */
export const writtenRule = (text: string, { route, index }: NamedRule): string | undefined => ruleText(text, route, index);

/** Before which rule something is to stand; undefined where nothing was said. */
function placeOf(document: Tables, route: string, { first, last, before, after }: Place, count: number): number | undefined {
  const said = [first, last, before, after].filter((one) => one !== undefined);
  if (said.length > 1) throw new Refusal("Say one of --first, --last, --before NAME and --after NAME.");
  if (first) return 0;
  if (last) return count;
  if (before !== undefined) return placed(document, route, before).index;
  return after === undefined ? undefined : placed(document, route, after).index + 1;
}

function placed(document: Tables, route: string, name: string): Pick<NamedRule, "index" | "table"> {
  const names = ruleNames(document, route);
  const index = names.indexOf(name);
  const table = rulesOf(document, route)[index];
  if (table !== undefined) return { index, table };
  const near = closest(name, names);
  const there = names.length === 0 ? "It has no rules." : `There are: ${names.join("; ")}.`;
  throw new Refusal(`The route ${route} has no rule ${JSON.stringify(name)}.`, {
    hint: near === undefined ? there : `Did you mean ${JSON.stringify(near)}?`,
  });
}

function free(document: Tables, route: string, name: string): string {
  if (!ruleNames(document, route).includes(name)) return name;
  throw new Refusal(`The route ${route} has a rule ${JSON.stringify(name)} already.`, { hint: "Choose another name." });
}

function rulesOf(document: Tables, route: string): Record<string, unknown>[] {
  const { rules } = tableNamed(document, "route", route);
  return Array.isArray(rules) ? rules.filter(isTable) : [];
}
