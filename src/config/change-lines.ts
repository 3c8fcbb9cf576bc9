// A difference in words: lines for a terminal or a log. Colours are up to whoever prints them.
import { CHANGE_KINDS, type Change } from "./changes.ts";

import { inlineToml, keyText } from "./inline.ts";
import type { KeyChange } from "./key-changes.ts";
import { isTable } from "./table.ts";

/** One line: what it stands for, how deep it is (0 a route, 1 its key, 2 a value of its own line), and its text without either. */
export interface ChangeLine {
  sign: "+" | "-" | "~";
  depth: number;
  text: string;
}

/** Longer than this, two values stand below each other. */
const MOST_BESIDE = 80;
/** A value may be a whole program; this much of it is enough to recognise it. */
const MOST_OF_VALUE = 300;
const SIGNS = { added: "+", removed: "-", changed: "~" } as const;

/** The lines of a difference. */
export function changeLines(changes: readonly Change[]): ChangeLine[] {
  return changes.flatMap(({ kind, name, change, keys }) => [
    { sign: SIGNS[change], depth: 0, text: kind === "relay" ? "relay" : `${kind} ${name}` },
    ...keys.flatMap((key) => keyLines(key, change)),
  ]);
}

/** A line as plain text: `  ~ shards: 1 -> 2`. */
export const lineText = ({ sign, depth, text }: ChangeLine): string => `${"  ".repeat(depth)}${sign} ${text}`;

/** How much a difference is, in words: `2 routes added, 1 destination changed`. */
export function changesInWords(changes: readonly Change[]): string {
  const counts = (["added", "changed", "removed"] as const).flatMap((change) =>
    CHANGE_KINDS.flatMap((kind) => {
      const count = changes.filter((one) => one.kind === kind && one.change === change).length;
      if (count === 0) return [];
      return [kind === "relay" ? `relay ${change}` : `${count} ${kind}${count === 1 ? "" : "s"} ${change}`];
    }),
  );
  return counts.join(", ") || "nothing";
}

/** A value in the words of the file, on one line. */
export function valueText(value: unknown): string {
  const text = inlineToml(value);
  return text.length <= MOST_OF_VALUE ? text : `${text.slice(0, MOST_OF_VALUE)}... (${text.length} characters)`;
}

function keyLines({ key, before, after, note }: KeyChange, change: Change["change"]): ChangeLine[] {
  const [hasBefore, hasAfter] = [before !== undefined, after !== undefined];
  const remark = note === undefined ? "" : ` (${note})`;
  if (!hasBefore && !hasAfter) return [{ sign: change === "added" ? "+" : "~", depth: 1, text: `${key}: ${note ?? "changed"}` }];
  if (!hasBefore) return valueLines("+", key, after, remark);
  if (!hasAfter) return valueLines("-", key, before, remark);
  const [was, is] = [valueText(before), valueText(after)];
  if (was === is) return [{ sign: "~", depth: 1, text: `${key}: ${is}${remark}` }];
  if (was.length + is.length <= MOST_BESIDE) return [{ sign: "~", depth: 1, text: `${key}: ${was} -> ${is}${remark}` }];
  return [
    { sign: "~", depth: 1, text: `${key}:${remark}` },
    { sign: "-", depth: 2, text: was },
    { sign: "+", depth: 2, text: is },
  ];
}

/** A value that came or went; a table that is too long for a line has a line for each of its keys. */
function valueLines(sign: "+" | "-", key: string, value: unknown, remark: string): ChangeLine[] {
  const text = valueText(value);
  if (!isTable(value) || key.length + text.length <= MOST_BESIDE) return [{ sign, depth: 1, text: `${key} = ${text}${remark}` }];
  const members = Object.entries(value).map(([name, member]) => ({ sign, depth: 2, text: `${keyText(name)} = ${valueText(member)}` }));
  return [{ sign, depth: 1, text: `${key}${remark}` }, ...members];
}
