// Where a text stops being JSON. Run only on texts that JSON.parse refused: the engine's own message names no position for
// most mistakes, and repeats what the text holds.

import { type Place, placesIn } from "./place.ts";

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what JSON forbids inside a string is just these.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\r\n]*/y;

/** Line and column (both from 1, in UTF-16 units) of the first mistake; the end of the text when it is cut short. */
export function jsonMistake(text: string): Place & { atEnd: boolean } {
  const at = mistakeAt(text);
  return { ...placesIn(text)(at), atEnd: at >= text.length };
}

/** A value, then what may follow it; open brackets stand on a stack, so that depth costs no recursion. */
function mistakeAt(text: string): number {
  const open: ("{" | "[")[] = [];
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found !== null;
  };
  const key = (): boolean => {
    skip(SPACE);
    if (!skip(STRING)) return false;
    skip(SPACE);
    if (text[at] !== ":") return false;
    at += 1;
    return true;
  };
  for (;;) {
    skip(SPACE);
    const bracket = text[at];
    if (bracket === "{" || bracket === "[") {
      at += 1;
      skip(SPACE);
      if (text[at] !== (bracket === "{" ? "}" : "]")) {
        open.push(bracket);
        if (bracket === "{" && !key()) return at;
        continue;
      }
      at += 1;
    } else if (!skip(STRING) && !skip(NUMBER) && !skip(WORD)) return at;
    for (;;) {
      skip(SPACE);
      const inside = open.at(-1);
      if (inside === undefined) return at;
      if (text[at] === ",") {
        at += 1;
        if (inside === "{" && !key()) return at;
        break;
      }
      if (text[at] !== (inside === "{" ? "}" : "]")) return at;
      at += 1;
      open.pop();
    }
  }
}
