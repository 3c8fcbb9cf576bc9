// `[lists]`: texts by name, for conditions and holidays.
import * as z from "zod";
import { closest } from "../rules/closest.ts";
import { isDay } from "./hours-schema.ts";
import type { Path, Problem } from "./problem.ts";
import type { Parsed } from "./route.ts";

/** In a condition a list is `lists.NAME`. */
const LIST_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
/** So that a list fits into one statement, in which a byte may take two: wrangler takes 100,000. */
const MOST_BYTES = 48_000;

/** What an editor is told of them. What is wrong with one, `parseList` says. */
export const listsSchema = z.record(z.string().regex(LIST_NAME), z.array(z.string()));

/** Parses one list; `path` is where it stands. */
export function parseList(name: string, value: unknown, path: Path): Parsed<string[]> {
  const problems: Problem[] = [];
  if (!LIST_NAME.test(name))
    problems.push({
      path,
      message: "is not a name that can be used",
      instead: "use up to 63 letters, digits and _, beginning with a letter",
    });
  if (!Array.isArray(value))
    return { problems: [...problems, { path, message: "must be a list of texts", instead: 'write for example ["10.0.0.1"]' }] };
  const members: readonly unknown[] = value;
  for (const [index, text] of members.entries()) {
    if (typeof text !== "string") problems.push({ path: [...path, index], message: "must be text", instead: "write it in quotes" });
    else if (text === "") problems.push({ path: [...path, index], message: "is empty, and would be like every field that says nothing" });
  }
  if (new TextEncoder().encode(JSON.stringify(JSON.stringify(value))).length > MOST_BYTES)
    problems.push({
      path,
      message: `takes more than ${MOST_BYTES} bytes in the database`,
      instead: "make several lists of it, or ask for a network or a pattern",
    });
  return problems.length > 0 ? { problems } : { value: members.filter((text) => typeof text === "string"), problems: [] };
}

/** What is wrong with holidays that are the name of a list. */
export function holidayProblems(holidays: unknown, path: Path, lists: Readonly<Record<string, readonly string[]>>): Problem[] {
  if (typeof holidays !== "string" || holidays === "") return [];
  const found = Object.hasOwn(lists, holidays) ? lists[holidays] : undefined;
  if (found === undefined) {
    const near = closest(holidays, Object.keys(lists));
    const instead = near === undefined ? `add it to [lists], or write the dates: ["2026-12-25"]` : `did you mean "${near}"?`;
    return [{ path, message: `there is no list "${holidays}"`, instead }];
  }
  const odd = found.findIndex((text) => !isDay(text));
  if (odd === -1) return [];
  return [
    { path, message: `names the list "${holidays}", whose member ${odd + 1} is no date`, instead: 'write dates such as "2026-12-25"' },
  ];
}
