// Edits of one rule in the configuration's text, by route and name. Pure.
import { canonicalJson } from "../../config/canonical.ts";
import { removeTable, setKeys } from "../../config/edit-text.ts";
import type { Edited } from "../../config/proved-edit.ts";
import { routeInText } from "../../config/route-in-text.ts";
import { addRule, copyRule, moveRule, rulePath } from "../../config/rule-text.ts";
import { isTable } from "../../config/table.ts";
import { fail, ok, type Result } from "../../outcome.ts";

/** A rule's table in the text, and where it stands. */
export interface RuleInText {
  route: string;
  name: string;
  index: number;
  table: Record<string, unknown>;
  /** The names of all rules of its route, in order. */
  names: string[];
}

/** What may be done with a rule at a press. */
export const RULE_ACTS = ["enable", "disable", "up", "down", "duplicate", "remove"] as const;
export type RuleAct = (typeof RULE_ACTS)[number];

/** The rules of a route, as the text has them; undefined where it has no such route. */
export function rulesInText(text: string, route: string): { name: string; table: Record<string, unknown> }[] | undefined {
  const table = routeInText(text, route);
  if (!table) return undefined;
  const rules: readonly unknown[] = Array.isArray(table.rules) ? table.rules : [];
  return rules
    .filter(isTable)
    .map((rule, index) => ({ name: typeof rule.name === "string" ? rule.name : `rule ${index + 1}`, table: rule }));
}

/** A rule by its route and name; a sentence where it is not there. */
export function ruleInText(text: string, route: string, name: string): Result<RuleInText, string> {
  const rules = rulesInText(text, route);
  if (!rules) return fail(`There is no route ${route} in the configuration any more.`);
  const index = rules.findIndex((one) => one.name === name);
  const found = rules[index];
  if (!found) return fail(`The route ${route} has no rule “${name}” any more: it was removed, or has another name now.`);
  return ok({ route, name, index, table: found.table, names: rules.map((one) => one.name) });
}

/** The text after an act. */
export function withAct(text: string, { route, index, name, names }: RuleInText, act: RuleAct): Edited {
  const path = rulePath(route, index);
  switch (act) {
    case "enable":
      return setKeys(text, path, { enabled: undefined });
    case "disable":
      return setKeys(text, path, { enabled: false });
    case "up":
      return moveRule(text, route, index, Math.max(0, index - 1));
    case "down":
      return moveRule(text, route, index, Math.min(names.length - 1, index + 1));
    case "duplicate":
      return copyRule(text, route, index, { name: copyName(name, names) });
    case "remove":
      return removeTable(text, path);
  }
}

/** A name for a copy that no rule of the route has. */
export function copyName(name: string, names: readonly string[]): string {
  let copy = `${name} copy`;
  for (let number = 2; names.includes(copy); number++) copy = `${name} copy ${number}`;
  return copy;
}

/** The text with a rule that says something else. What stays as it is keeps its form and its comments. */
export function withTable(text: string, { route, index, table: old }: RuleInText, fresh: Record<string, unknown>): Edited {
  const values = Object.fromEntries(
    [...new Set([...Object.keys(old), ...Object.keys(fresh)])].flatMap((key): [string, unknown][] =>
      isSame(key, old[key], fresh[key]) ? [] : [[key, fresh[key]]],
    ),
  );
  return setKeys(text, rulePath(route, index), values);
}

/** What stands where a key does not. */
const DEFAULTS: Record<string, unknown> = { enabled: true, stop: false };
const isSame = (key: string, left: unknown, right: unknown): boolean =>
  canonicalJson(left ?? DEFAULTS[key] ?? null) === canonicalJson(right ?? DEFAULTS[key] ?? null);

/** The text with a rule more. `at`: before which of the route's rules, by its place; the end otherwise. */
export const withRule = (text: string, route: string, at: number, table: Record<string, unknown>): Edited =>
  addRule(text, route, at, table);

/** Why a text cannot be edited piece by piece. */
export const NO_FORM =
  "The configuration's text has this in a form that cannot be edited piece by piece without losing comments. Edit the text.";
