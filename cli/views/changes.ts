// A plan and what became of it, for people.
import { type ChangeLine, changeLines, changesInWords } from "../../src/config/change-lines.ts";
import type { Change } from "../../src/config/changes.ts";
import type { PlacedProblem } from "../../src/config/toml.ts";
import type { Applied, Planned } from "../config/store.ts";
import { bad, good, type Paint, strong, warn } from "../frame/paint.ts";

const SIGNS: Record<ChangeLine["sign"], (text: string) => Paint> = { "+": good, "-": bad, "~": warn };

/** A difference, a line for each route, destination and key. */
export const changePaints = (changes: readonly Change[]): Paint[] =>
  changeLines(changes).map(({ sign, depth, text }) => [
    "  ".repeat(depth + 1),
    SIGNS[sign](`${sign} `),
    depth === 0 ? strong(text) : sign === "~" ? text : SIGNS[sign](text),
  ]);

/** A plan. `name`: the file's. */
export function planPaints(name: string, where: string, { changes, drift, same, revision, state, warnings }: Planned): Paint[] {
  const headline = same
    ? good(`Nothing to do: ${where} already has ${name} as revision ${revision}.`)
    : changes.length === 0
      ? `Applying ${name} to ${where} changes no row: only its text is new.`
      : [strong(`Applying ${name} to ${where}`), ` (revision ${revision}, state ${state}): ${changesInWords(changes)}.`];
  return [headline, ...changePaints(changes), ...driftPaints(drift, revision), ...warningPaints(warnings)];
}

/** What was changed by hand. */
export function driftPaints(drift: readonly Change[], revision: number): Paint[] {
  if (drift.length === 0) return [];
  return ["", warn(`Changed by hand since revision ${revision}: ${changesInWords(drift)}.`), ...changePaints(drift)];
}

/** What was done. */
export function appliedPaints(where: string, { applied, revision, changes, warnings }: Applied, name: string): Paint[] {
  const headline = applied
    ? good(`Applied as revision ${revision} of ${where}.`)
    : `Nothing to do: ${where} already has ${name} as revision ${revision}.`;
  return [headline, ...changePaints(changes), ...warningPaints(warnings)];
}

const warningPaints = (warnings: readonly PlacedProblem[]): Paint[] =>
  warnings.map(({ key, message }) => [warn("warning: "), `${key}: ${message}`]);
