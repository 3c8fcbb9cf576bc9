// Edits of the rules of a route in a configuration's text. What stands beside them, comments above all, stays as it is.

import { rewriting, setKeys } from "./edit-text.ts";
import { keyText } from "./inline.ts";
import { type Edited, Missing, type OtherHand, proved } from "./proved-edit.ts";
import { isTable } from "./table.ts";
import { blockAt, lineEnd, type Range, replaced, startsWith, type TablePath } from "./text-places.ts";
import { placedTables } from "./toml-places.ts";
import { valueToml } from "./value-text.ts";

/** Where a route's rule stands. */
export const rulePath = (route: string, index: number): TablePath => ["routes", route, "rules", index];

/** Adds a rule at a place among those of the route: 0 is the first, and as many as there are is the end. */
export const addRule = (text: string, route: string, index: number, rule: Record<string, unknown>, other?: OtherHand): Edited =>
  proved(text, (document) => rulesOf(document, route).splice(index, 0, rule), [
    () => withBlock(text, route, index, ruleBlock(route, rule)),
    other,
    rewriting(["routes", route, "rules"]),
  ]);

/** Adds a copy of a rule right below it, comments included, in which these keys are others; undefined takes a key out. */
export function copyRule(text: string, route: string, index: number, values: Record<string, unknown>, other?: OtherHand): Edited {
  const copied = proved(
    text,
    (document) => {
      const rules = rulesOf(document, route);
      rules.splice(index + 1, 0, structuredClone(rules[index]));
    },
    [
      () => withBlock(text, route, index + 1, text.slice(...blockAt(text, rulePath(route, index)))),
      other,
      rewriting(["routes", route, "rules"]),
    ],
  );
  return copied.ok ? setKeys(copied.value, rulePath(route, index + 1), values, other) : copied;
}

/** Moves a rule, with its comments, to another place among those of the route. */
export const moveRule = (text: string, route: string, from: number, to: number, other?: OtherHand): Edited =>
  proved(
    text,
    (document) => {
      const rules = rulesOf(document, route);
      rules.splice(to, 0, ...rules.splice(from, 1));
    },
    [
      () => {
        const ranges = blocksOf(text, route);
        const blocks = ranges.map((range) => text.slice(...range));
        blocks.splice(to, 0, ...blocks.splice(from, 1));
        // What stands between the rules stays where it is.
        return ranges.reduceRight((rest, range, index) => replaced(rest, range, blocks[index] ?? ""), text);
      },
      other,
      rewriting(["routes", route, "rules"]),
    ],
  );

/** A rule as the text has it, with its comments; undefined where it has no table of its own. */
export function ruleText(text: string, route: string, index: number): string | undefined {
  try {
    return text.slice(...blockAt(text, rulePath(route, index)));
  } catch {
    return undefined;
  }
}

/** The rules of a route in a document, made where there are none. */
function rulesOf(document: Record<string, unknown>, route: string): unknown[] {
  const table = Object(document.routes)[route];
  if (!isTable(table)) throw new Missing(`routes.${route}`);
  table.rules ??= [];
  return table.rules as unknown[];
}

function blocksOf(text: string, route: string): Range[] {
  const indices = placedTables(text).flatMap(({ isMember, path }) =>
    isMember && path.length === 4 && startsWith(path, ["routes", route, "rules"]) ? [Number(path[3])] : [],
  );
  return indices.map((index) => blockAt(text, rulePath(route, index)));
}

/** A text with a block more, set off by blank lines: above the rule that is at the place now, else below the last one, else below the route. */
function withBlock(text: string, route: string, index: number, block: string): string {
  const blocks = blocksOf(text, route);
  const next = blocks[index];
  if (next) return replaced(text, [next[0], next[0]], `${block}\n\n`);
  const end = blocks.at(-1)?.[1] ?? routeEnd(text, route);
  return replaced(text, [end, end], `${text.slice(0, end).endsWith("\n") ? "" : "\n"}\n${block}${end === text.length ? "\n" : ""}`);
}

function routeEnd(text: string, route: string): number {
  const last = placedTables(text).findLast(({ path }) => startsWith(path, ["routes", route]));
  if (last === undefined) throw new Error("written in another way");
  return lineEnd(text, last.end);
}

/** A rule's table as it is added to a route. */
export const ruleBlock = (route: string, rule: Record<string, unknown>): string =>
  [`[[routes.${keyText(route)}.rules]]`, ...Object.entries(rule).map(([key, value]) => `${keyText(key)} = ${valueToml(value)}`)].join("\n");
